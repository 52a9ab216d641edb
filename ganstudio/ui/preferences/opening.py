"""The row of the preferences that makes this the program for pictures, and takes that back."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from ganstudio.core import associations
from ganstudio.core.progress import Progress
from ganstudio.core.text import N_, _
from ganstudio.ui.preferences.rows import Row
from ganstudio.ui.widgets.button import Button

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

BEFORE = "opens_with.before"  # under this name what opened pictures before is remembered
_WHY_NOT = {
    "system": N_("The system's own settings choose the program for pictures."),
    "entry": N_("The program is in no menu of this system: its installer puts it there. Then it can be chosen here."),
    "tool": N_("xdg-mime is not installed: the system cannot be asked."),
}


class OpeningRow(Row):
    """Only what the person presses changes anything; the second press brings back what was."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._desk = desk
        self.button = Button(_("Open with GANStudio"))
        super().__init__(_("Pictures and projects"), "", self.button, parent)
        self.words += " open default program"
        self.button.clicked.connect(self._pressed)
        self._ours = False
        self.refresh()

    def refresh(self) -> None:
        """As the system has it now; reads two small files."""
        why = associations.obstacle()
        self.setVisible(sys.platform == "linux")
        self._ours = not why and associations.is_default()
        if why:
            said = _(_WHY_NOT[why])
        elif self._ours:
            said = _("A double click in the file manager opens them here.")
        else:
            said = _("A double click in the file manager opens them in another program.")
        self.set_about(said)
        self.button.set_possible(not why, said if why else "")
        self.button.setText(_("As before") if self._ours else _("Open with GANStudio"))
        self.button.setAccessibleName(self.button.text())

    @Slot()
    def _pressed(self) -> None:
        self.button.setEnabled(False)
        if self._ours:
            kept = self._desk.settings.remembered(BEFORE, {})
            before = {str(kind): str(program) for kind, program in kept.items()} if isinstance(kept, dict) else {}
            before = {kind: before.get(kind, "") for kind in associations.types()}
            work = partial(_given_back, before)
        else:
            work = _taken
        self._desk.background.run(work, self._done, self._failed, owner=self)

    def _done(self, before: dict[str, str] | None) -> None:
        self._desk.settings.remember(BEFORE, before)
        self.button.setEnabled(True)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.refresh()
        self._desk.notices.error(error)


def _taken(progress: Progress) -> dict[str, str]:
    return associations.become_default()


def _given_back(before: dict[str, str], progress: Progress) -> None:
    associations.give_back(before)
