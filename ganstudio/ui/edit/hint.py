"""The hint of the first start: three lines under the sample photograph. Closed once, it never comes back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.text import N_, _
from ganstudio.ui.desk import Desk
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label

WIDE = 640
_LINES = (
    ("run.run", N_("makes it larger with the model on the right")),
    ("run.try", N_("tries models on the part you are looking at")),
    ("edit.palette", N_("finds every action, model and setting by name")),
)


class KeyCap(QLabel):
    """A key as it looks on the keyboard."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme().font(11))
        wide = theme().metrics(11).horizontalAdvance(self.text()) + 12
        self.setFixedSize(max(wide, theme().px(20)), theme().px(20))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme()
            draw.box(painter, self.rect(), now.now.raised, now.now.line, 4)
            area = QRectF(self.rect())
            draw.text(painter, area, self.text(), now.font(11), now.now.text, Qt.AlignmentFlag.AlignHCenter)


class Hint(QWidget):
    """`closed` when the person sends it away."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("First steps"))
        head = QHBoxLayout()
        head.addWidget(Label(_("Start with this picture, or drop one of yours."), 14, 600, "text", wrap=True), 1)
        close = Button(_("Close the hint"), "close", kind="icon")
        close.clicked.connect(self._close)
        head.addWidget(close)
        grid = QGridLayout()
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        for row, (name, words) in enumerate(_LINES):
            grid.addWidget(_keys(desk.actions.keys_of(name)), row, 0)
            grid.addWidget(Label(_(words), 12, 400, "text2", wrap=True), row, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 12, 20)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(grid)
        follow(self.update)

    @Slot()
    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            draw.box(painter, self.rect(), theme().now.panel, theme().now.line, 10)


def _keys(shortcut: str) -> QWidget:
    """The first of an action's shortcuts as keys: "Ctrl+Return" as Ctrl, Enter."""
    first = shortcut.partition(" | ")[0].replace("Return", _("Enter"))
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for key in first.split("+") if first else []:
        row.addWidget(KeyCap(key))
    row.addStretch(1)
    return holder
