"""The row under the stage: Keep, To canvas, Save picture; at its right what enlarges the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk


class StageRow(QWidget):
    """The buttons do what the actions of the same names do. `enlarge_wanted(bool)`."""

    enlarge_wanted = Signal(bool)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        actions = desk.actions
        self.keep = Button(_("Keep"), "heart", shortcut=_key(desk, "explore.keep"), large=True)
        self.canvas = Button(_("To canvas"), "layers", "primary", large=True)
        self.save = Button(_("Save picture"), "export", shortcut=_key(desk, "explore.save"), large=True)
        self.enlarge = Button(_("Enlarge"), "upscale", checkable=True, large=True)
        self.keep.setToolTip(_("Among the favourites"))
        self.canvas.setToolTip(_("A layer that remembers how it was made: double-click on it brings you back here"))
        self.save.setToolTip(_("A PNG that says how it was made: drop it here to go on from it"))
        self.enlarge.setToolTip(_("When nothing moves, a network draws the picture four times larger"))
        for button in (self.keep, self.canvas, self.save, self.enlarge):  # a narrow window cuts the words
            button.setToolTip(f"{button.text()}\n{button.toolTip()}")
        for button, id in ((self.keep, "explore.keep"), (self.canvas, "explore.run"), (self.save, "explore.save")):
            button.clicked.connect(actions.action(id).trigger)
        self.enlarge.toggled.connect(self.enlarge_wanted)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 12)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        for button in (self.keep, self.canvas, self.save, self.enlarge):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._keys = {self.keep: _key(desk, "explore.keep"), self.save: _key(desk, "explore.save")}

    @Slot(bool)
    def set_possible(self, possible: bool, reason: str = "") -> None:
        for button in (self.keep, self.canvas, self.save):
            button.set_possible(possible, reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the keys go first."""
        wide = sum(one.sizeHint().width() for one in (self.keep, self.canvas, self.save, self.enlarge)) + 64
        for button, key in self._keys.items():
            button.set_text(button.text(), key if self.width() >= wide else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().now.canvas)


def _key(desk: Desk, id: str) -> str:
    return desk.actions.keys_of(id).partition(" | ")[0]
