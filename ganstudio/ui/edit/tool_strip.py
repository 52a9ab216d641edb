"""The tool strip at the left: what the pointer does."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.desk import Desk
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.divider import Divider

WIDE = 44
# Ids of actions; "-" is a line. Those of tools stay chosen, the others act at once.
ORDER = (
    "tool.move", "tool.hand", "tool.crop", "picture.rotate_free", "-", "tool.brush", "tool.eraser", "tool.lasso",
    "tool.rectangle", "-", "tool.pick", "tool.zoom",
)  # fmt: skip


class ToolStrip(QWidget):
    """Buttons of the actions above, in their state."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._buttons: dict[str, Button] = {}
        self.setAccessibleName(_("Tools"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 1, 8)
        column.setSpacing(4)
        for name in ORDER:
            if name == "-":
                column.addWidget(Divider(inset=12))
                continue
            spec = desk.actions.spec(name)
            keys = desk.actions.keys_of(name)
            button = Button(_(spec.text).rstrip("…"), spec.icon, "icon", keys, large=True, checkable=True, parent=self)
            button.setObjectName(name)
            button.clicked.connect(self._pressed)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            self._buttons[name] = button
        column.addStretch(1)
        desk.actions.refreshed.connect(self.refresh)
        self._current = ""
        self.refresh()
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFixedWidth(theme().px(WIDE))
        self.update()

    def set_current(self, name: str) -> None:
        """The tool in force, as an action's id."""
        self._current = name
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        for name, button in self._buttons.items():
            reason = self._desk.actions.reason(name)
            button.set_possible(not reason, reason)
            button.setChecked(name == self._current)

    @Slot()
    def _pressed(self) -> None:
        sender = self.sender()
        if sender is not None:
            self._desk.actions.action(sender.objectName()).trigger()
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.panel)
            painter.fillRect(self.width() - 1, 0, 1, self.height(), theme().now.edge)
