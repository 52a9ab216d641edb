"""The controls of A and B at the right of the bar over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ganstudio.core.text import _
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.comparing import Comparing


class CompareBar(QWidget):
    """A, B, Split; and the pin that makes what is shown B."""

    def __init__(self, desk: Desk, comparing: Comparing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparing = comparing
        self.views = Segmented([("a", _("A")), ("b", _("B")), ("split", _("Split"))], _("Compare"))
        self.views.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.pin = Button(_("Pin as B"), "pin", "icon", desk.actions.keys_of("explore.pin"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.pin)
        row.addWidget(self.views)
        self.pin.clicked.connect(desk.actions.action("explore.pin").trigger)
        self.views.chosen.connect(comparing.set_view)
        comparing.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        pinned = self._comparing.pinned is not None
        for view in ("b", "split"):
            self.views.set_possible(view, pinned, _("Pin a picture as B first"))
        self.views.set_current(self._comparing.view)
