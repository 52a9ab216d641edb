"""The ruler over the timeline: seconds, and the playhead to be dragged. The overview under it shows where one looks."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from ganstudio.core.text import _
from ganstudio.ui.explore.walk.scale import OnScale, TimeScale
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import accessible, draw, wording

_HIGH = 32


def clock(seconds: float) -> str:
    """ "0:05.4", as on a player."""
    tenths = round(max(seconds, 0.0) * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}{wording.number(tenths % 10 / 10, 1)[1:]}"


class Ruler(OnScale):
    """`sought(seconds)`: the playhead is wanted there. Arrows go a frame, Page a second, Home and End to the ends."""

    spoken_role = QAccessible.Role.Slider
    sought = Signal(float)

    def __init__(self, scale: TimeScale) -> None:
        super().__init__(scale)
        self.frame = 1 / 24
        self.end = 0.0
        self._ring = False
        self.setAccessibleName(_("Time"))
        self.setToolTip(_("Drag to look at another moment. Ctrl and the wheel zoom in"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(_HIGH))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, theme().px(_HIGH))

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= self.scale.left - 8:
            self._seek(self.scale.at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(self.scale.at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -self.frame, Qt.Key.Key_Right: self.frame, Qt.Key.Key_PageDown: 1.0,
            Qt.Key.Key_PageUp: -1.0, Qt.Key.Key_Home: -self.end, Qt.Key.Key_End: self.end,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key not in steps:
            super().keyPressEvent(event)
            return
        self._ring = True
        self._seek(self.scale.now + steps[key])

    def _seek(self, seconds: float) -> None:
        self.sought.emit(min(max(seconds, 0.0), self.end))
        accessible.tell(self, clock(self.scale.now))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # Said

    def spoken_value(self) -> str:
        return clock(self.scale.now)

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return self.scale.now, 0.0, self.end, self.frame

    def speak_to(self, value: float) -> None:
        self._seek(value)

    def step_by(self, steps: float) -> None:
        self._seek(self.scale.now + steps * self.frame)

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, scale, base = theme().now, self.scale, self.height() - 1
            painter.fillRect(self.rect(), now.panel)
            painter.setClipRect(scale.left - 8, 0, self.width(), self.height())
            step = scale.step()
            small = step / (5 if step not in (0.2, 2, 10, 60) else 4)
            painter.setPen(QPen(now.text3, draw.hair(painter)))
            number = int(scale.first / small)
            while number * small <= scale.first + scale.seen + 1e-6:
                seconds = number * small
                number += 1
                named = abs(seconds / step - round(seconds / step)) < 1e-6
                x = round(scale.x(seconds)) + 0.5
                painter.setPen(QPen(now.text3, draw.hair(painter)))
                painter.drawLine(QPointF(x, base - (9 if named else 5)), QPointF(x, base))
                if named:
                    words = wording.with_unit(seconds, "s", 0 if step >= 1 else 1)
                    spot = QRectF(x + 4, 0, 60, self.height() - 9)
                    draw.text(painter, spot, words, theme().font(11), now.text2)
            self._paint_head(painter)
            if scale.zoom > 1:
                self._paint_overview(painter)

    def _paint_head(self, painter: QPainter) -> None:
        now, x, foot = theme().now, round(self.scale.x(self._playhead)), self.height()
        if x < self.scale.left - 2:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.text)
        top = foot - 15
        shape = [(-5, 0), (5, 0), (5, 7), (0, 13), (-5, 7)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, top + dy) for dx, dy in shape]))
        painter.fillRect(QRectF(x - 1, top + 12, 2, 4), now.text)
        if self._ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.accent_text, 1.5))
            painter.drawRoundedRect(QRectF(x - 8, top - 3, 16, 17), 4, 4)

    def _paint_overview(self, painter: QPainter) -> None:
        """Which part of the whole is seen, as a thin bar at the top."""
        now, scale = theme().now, self.scale
        whole = QRectF(scale.left, 1, scale.room, 3)
        draw.box(painter, whole, now.track, None, 1.5)
        left = whole.x() + scale.first / scale.seconds * whole.width()
        draw.box(painter, QRectF(left, 1, whole.width() / scale.zoom, 3), now.text3, None, 1.5)
