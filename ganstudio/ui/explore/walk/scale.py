"""TimeScale: seconds and pixels of the timeline; the ruler, the pictures and the curves share it, and the playhead."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from ganstudio.ui.theme import theme

HEAD, TAIL = 132, 24  # px before 0 s, where the rows' names are, and after the end
MOST_ZOOM = 64.0
_LEAST_APART = 72  # px between two named ticks
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600)


class TimeScale(QObject):
    """`changed` when time lies elsewhere, `moved(seconds)` when the playhead does."""

    changed = Signal()
    moved = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seconds = 10.0  # what is seen without zoom
        self.zoom = 1.0
        self.first = 0.0  # the second at the left
        self.width = 800
        self._now = 0.0

    @property
    def now(self) -> float:
        """Where the playhead is."""
        return self._now

    def set_now(self, seconds: float) -> None:
        if seconds != self._now:
            self._now = seconds
            self.moved.emit(seconds)

    def set_seconds(self, seconds: float) -> None:
        seconds = max(seconds, 1.0)
        if seconds != self.seconds:
            self.seconds = seconds
            self._keep()

    def set_width(self, width: int) -> None:
        if width != self.width:
            self.width = width
            self._keep()

    @property
    def left(self) -> int:
        return theme().px(HEAD)

    @property
    def room(self) -> float:
        """Pixels for what is seen."""
        return max(50.0, self.width - self.left - TAIL)

    @property
    def seen(self) -> float:
        """Seconds that are seen at once."""
        return self.seconds / self.zoom

    def x(self, seconds: float) -> float:
        return self.left + (seconds - self.first) / self.seen * self.room

    def at(self, x: float) -> float:
        return self.first + (x - self.left) / self.room * self.seen

    def zoom_by(self, factor: float, x: float) -> None:
        """What is under the pointer stays there."""
        held = self.at(x)
        self.zoom = min(max(self.zoom * factor, 1.0), MOST_ZOOM)
        self.first = held - (x - self.left) / self.room * self.seen
        self._keep()

    def scroll(self, seconds: float) -> None:
        self.first += seconds
        self._keep()

    def step(self) -> float:
        """Between two named ticks."""
        least = _LEAST_APART * self.seen / self.room
        return next((one for one in _STEPS if one >= least), math.ceil(least / 600) * 600)

    def _keep(self) -> None:
        self.first = min(max(self.first, 0.0), max(0.0, self.seconds - self.seen))
        self.changed.emit()


class OnScale(QWidget):
    """A row of the timeline: it is painted anew when time lies elsewhere, and where the playhead was and is."""

    def __init__(self, scale: TimeScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = scale
        self._playhead = scale.now
        scale.changed.connect(self.update)
        scale.moved.connect(self._played)

    def _played(self, seconds: float) -> None:
        before, self._playhead = self._playhead, seconds
        for one in (before, seconds):
            x = round(self.scale.x(one))
            self.update(x - 8, 0, 17, self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms, Shift and a sideways wheel scroll; else the list of curves scrolls."""
        from PySide6.QtCore import Qt

        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.scale.zoom_by(1.2 if turned.y() > 0 else 1 / 1.2, event.position().x())
            event.accept()
        elif turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            way = turned.x() or turned.y()
            self.scale.scroll(-way / 120 * self.scale.seen / 10)
            event.accept()
        else:
            event.ignore()

    def paint_playhead(self, painter: QPainter, top: float = 0.0) -> None:
        x = self.scale.x(self._playhead)
        if self.scale.left - 1 <= x <= self.width():
            now = theme().now
            painter.fillRect(round(x) - 1, round(top), 2, self.height() - round(top), now.text)
