"""Columns: controls at the left, the picture in the middle, more at the right; in a narrow window the left one becomes
a part of the right one."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.edit.tool_tabs import Tabs
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.ground import Ground

LEFT, RIGHT, NARROW = 332, 336, 300
MOST = 480
NARROW_BELOW = 1440
_ANY = 16_777_215  # QWIDGETSIZE_MAX


class Columns(QSplitter):
    """`parts_changed` when another part of a narrow window is in front, or they were arranged anew."""

    parts_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.left, self.middle, self._right = Ground(), QWidget(), Ground()
        self.side = Scrolling(_("Breeding and favourites"))
        self._narrow: bool | None = None
        self.wide = [LEFT, RIGHT]
        self.tabs = Tabs(_("Panels"))
        for id, text in (("steer", _("Steer")), ("breed", _("Breed"))):
            self.tabs.add(id, text)
        self.tabs.chosen.connect(self.show_part)
        self._stack = QStackedWidget()
        column(self._right, self.tabs, left=1).addWidget(self._stack, 1)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        for widget in (self.left, self.middle, self._right):
            self.addWidget(widget)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(self._dragged)

    def set_wide(self, wide: object) -> None:
        """Widths of an earlier start."""
        if isinstance(wide, list) and len(wide) == 2 and all(isinstance(one, int) for one in wide):
            self.wide = [min(max(one, 240), MOST) for one in wide]
        self._narrow = None

    @Slot(str)
    def show_part(self, part: str) -> None:
        """In a narrow window: the controls, or breeding and favourites."""
        self.tabs.set_current(part)
        at = 1 if part == "breed" and self._stack.count() > 1 else 0
        self._stack.setCurrentIndex(at)
        self.parts_changed.emit()

    @Slot()
    def _dragged(self, *_unused: object) -> None:
        if self._narrow is False:
            self.wide = [self.left.width(), self._right.width()]

    def fit(self, width: int) -> None:
        """Share out so many pixels."""
        grown = theme().text_scale
        narrow = width < NARROW_BELOW * min(grown, 1.5)
        if narrow != self._narrow:
            self._narrow = narrow
            self._rearrange(narrow)
        widths = [NARROW if narrow else one for one in self.wide]
        most = round(width * 0.45)
        left, right = (min(round(one * grown), most) for one in widths)
        if narrow:
            left = 0
            right = max(right, min(round(LEFT * grown), most))
        for side, wide in ((self.left, left), (self._right, right)):
            side.setMinimumWidth(min(wide, round(280 * grown), most) if wide else 0)
            side.setMaximumWidth(max(MOST, wide) if wide else _ANY)
        middle = max(1, width - left - right)
        self.setSizes([middle, right] if narrow else [left, middle, right])

    def _rearrange(self, narrow: bool) -> None:
        """The left column becomes a part of the right one, and back."""
        self.tabs.setVisible(narrow)
        if narrow:
            self._stack.addWidget(self.left)
            self._stack.addWidget(self.side)
            self.left.show()
            self.show_part(self.tabs.current or "steer")
        else:
            self.insertWidget(0, self.left)
            self._stack.addWidget(self.side)
            self.left.show()
        QTimer.singleShot(0, self, self._arranged)

    @Slot()
    def _arranged(self) -> None:
        self.parts_changed.emit()


class Scrolling(QScrollArea):
    """A column that scrolls; `column` is the layout inside."""

    def __init__(self, name: str) -> None:
        super().__init__()
        inside = Ground()
        self.column = column(inside)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        self.setAccessibleName(name)


def column(widget: QWidget, *inside: QWidget, left: int = 0) -> QVBoxLayout:
    """Widgets from the top, without gaps."""
    made = QVBoxLayout(widget)
    made.setContentsMargins(left, 0, 0, 0)
    made.setSpacing(0)
    for one in inside:
        made.addWidget(one)
    return made
