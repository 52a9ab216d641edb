"""The menu of a model's card: what it is and whose, its file, removing it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QMenu

from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.models.library import Library
from ganstudio.ui.documents.dialog import Question
from ganstudio.ui.opening import show_file
from ganstudio.ui.panels.choices import ModelChoice

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.fields.model import ModelField

_MOST = 90  # letters of a line


class ModelMenu(QObject):
    """Asks before a file is removed from the disk."""

    def __init__(self, desk: Desk, field: ModelField) -> None:
        super().__init__(field)
        self._desk, self._field = desk, field
        self.question: Question | None = None

    def open(self, choice: ModelChoice, at: QPoint) -> None:
        self.menu(choice).popup(at)

    def menu(self, choice: ModelChoice) -> QMenu:
        menu = QMenu(self._field)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for line in details(choice):
            menu.addAction(line if len(line) <= _MOST else line[:_MOST] + "…").setEnabled(False)
        menu.addSeparator()
        menu.addAction(_("Show file")).triggered.connect(partial(show_file, choice.entries[0].path))
        remove = menu.addAction(_("Remove from this computer…"))
        remove.setEnabled(not choice.bundled)
        remove.triggered.connect(partial(self.ask, choice))
        return menu

    def ask(self, choice: ModelChoice, *_unused: object) -> None:
        files = [entry.path.name for entry in choice.entries]
        title = _("Remove {model} from this computer?").format(model=choice.title)
        answers = [("keep", _("Keep it")), ("remove", _("Delete the file"))]
        self.question = Question(title, [", ".join(files)], answers, self._field.window())
        self.question.answered.connect(partial(self._answered, choice))
        self.question.show()

    def _answered(self, choice: ModelChoice, answer: str) -> None:
        self.question = None
        if answer == "remove":
            names = [entry.name for entry in choice.entries]
            self._desk.background.run(partial(_removed, self._desk.library, names), self._gone, owner=self)

    @Slot(object)
    def _gone(self, _result: object) -> None:
        self._field.refresh()


def details(choice: ModelChoice) -> list[str]:
    """What its Card says, line by line."""
    card = choice.card
    names = ", ".join(entry.name for entry in choice.entries)
    lines = [
        names, card.summary, _("Licence: {licence}").format(licence=card.licence),
        _("From: {origin}").format(origin=card.origin) if card.origin else "",
        _("It may invent detail.") if card.gan else "",
    ]  # fmt: skip
    return [line for line in lines if line]


def _removed(library: Library, names: list[str], progress: Progress) -> None:
    for name in names:
        library.remove(name)
