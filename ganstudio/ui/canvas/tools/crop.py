"""Crop: a frame with handles and thirds, that can be turned. Enter takes it, Esc lets it go.

With an angle, the frame is the rectangle turned clockwise around its middle by so many degrees: what it holds is to
be turned back and cut out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen, QTransform

from ganstudio.core.document import Rect
from ganstudio.ui.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from ganstudio.ui.canvas.canvas import Canvas

_REACH = 10  # logical pixels from a handle that take hold of it
_TURN = 36  # beyond a corner: turning
_HANDLE = 9
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_CURSORS = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor, (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor, (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor, (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor, (0, 1): Qt.CursorShape.SizeVerCursor,
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """A rectangle around (x, y), in picture pixels, turned clockwise by `angle` degrees."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0

    @classmethod
    def between(cls, x0: float, y0: float, x1: float, y1: float, angle: float = 0.0) -> Frame:
        return cls((x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0), abs(y1 - y0), angle)

    def inwards(self, x: float, y: float) -> tuple[float, float]:
        """A point of the picture as seen from the middle, turned back."""
        turn = math.radians(-self.angle)
        dx, dy = x - self.x, y - self.y
        return dx * math.cos(turn) - dy * math.sin(turn), dx * math.sin(turn) + dy * math.cos(turn)

    def outwards(self, dx: float, dy: float) -> tuple[float, float]:
        turn = math.radians(self.angle)
        return (
            self.x + dx * math.cos(turn) - dy * math.sin(turn),
            self.y + dx * math.sin(turn) + dy * math.cos(turn),
        )

    def corner(self, across: int, down: int) -> tuple[float, float]:
        """A handle's place: −1, 0 or 1 in each direction."""
        return self.outwards(across * self.width / 2, down * self.height / 2)

    @property
    def rect(self) -> Rect:
        """The rectangle before it is turned, on whole pixels."""
        x0, y0 = round(self.x - self.width / 2), round(self.y - self.height / 2)
        return Rect(x0, y0, x0 + max(round(self.width), 1), y0 + max(round(self.height), 1))


class Crop(Tool):
    id = "crop"

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.frame: Frame | None = None
        self.aspect: float | None = None  # width : height that is kept; None: any
        self._grip: tuple[int, int] | str | None = None
        self._start: tuple[Pointer, Frame] | None = None

    def begin(self) -> None:
        self.reset()

    def end(self) -> None:
        self.frame = None

    def reset(self) -> None:
        """The whole picture."""
        state = self.canvas.state
        self._set(None if state is None else Frame.between(0, 0, state.width, state.height))
        if self.aspect is not None:
            self.set_aspect(self.aspect)

    def set_aspect(self, aspect: float | None) -> None:
        """Keep width : height from now on; the frame shrinks to it."""
        self.aspect = aspect
        if self.frame is not None and aspect is not None:
            width = min(self.frame.width, self.frame.height * aspect)
            self._set(replace(self.frame, width=width, height=width / aspect))

    def set_rect(self, rect: Rect) -> None:
        angle = 0.0 if self.frame is None else self.frame.angle
        self._set(Frame.between(rect.x0, rect.y0, rect.x1, rect.y1, angle))

    def set_angle(self, degrees: float) -> None:
        """−45 … 45."""
        if self.frame is not None:
            self._set(replace(self.frame, angle=min(max(degrees, -45.0), 45.0)))

    def choose(self) -> None:
        """Take the frame as it is."""
        if self.frame is not None:
            self.canvas.crop_chosen.emit(self.frame.rect, self.frame.angle)

    def _set(self, frame: Frame | None) -> None:
        self.frame = frame
        self.canvas.update()
        if frame is not None:
            self.canvas.crop_changed.emit(frame.rect, frame.angle)

    # Pointer

    def press(self, pointer: Pointer) -> None:
        if self.frame is None:
            self.reset()
        if self.frame is not None:
            self._grip, self._start = self._grip_at(pointer), (pointer, self.frame)

    def move(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        start, frame = self._start
        if self._grip == "inside":
            self._set(self._kept(replace(frame, x=frame.x + pointer.x - start.x, y=frame.y + pointer.y - start.y)))
        elif self._grip == "turn":
            was = math.atan2(start.y - frame.y, start.x - frame.x)
            now = math.atan2(pointer.y - frame.y, pointer.x - frame.x)
            turned = frame.angle + math.degrees(math.remainder(now - was, 2 * math.pi))
            self._set(replace(frame, angle=min(max(round(turned, 1), -45.0), 45.0)))
        elif self._grip == "new":
            new = Frame.between(*self._inside(start.x, start.y), *self._inside(pointer.x, pointer.y))
            self._set(self._shaped(new, (1, 1)))
        elif isinstance(self._grip, tuple):
            self._set(self._dragged(frame, self._grip, pointer))

    def release(self, pointer: Pointer) -> None:
        self._start = None
        if self.frame is not None and (self.frame.width < 2 or self.frame.height < 2):
            self.reset()

    def cancel(self) -> bool:
        """A drag ends; without one the whole frame goes back to the picture."""
        if self._start is not None:
            self._set(self._start[1])
            self._start = None
            return True
        state = self.canvas.state
        if self.frame is None or state is None:
            return False
        untouched = self.frame.rect == state.rect and self.frame.angle == 0
        self.reset()
        return not untouched

    def _dragged(self, frame: Frame, grip: tuple[int, int], pointer: Pointer) -> Frame:
        """The side or corner of a grip at the pointer, the opposite one where it was."""
        dx, dy = frame.inwards(*((pointer.x, pointer.y) if frame.angle else self._inside(pointer.x, pointer.y)))
        x0, y0, x1, y1 = -frame.width / 2, -frame.height / 2, frame.width / 2, frame.height / 2
        x0, x1 = (min(dx, x1 - 1), x1) if grip[0] < 0 else (x0, max(dx, x0 + 1)) if grip[0] > 0 else (x0, x1)
        y0, y1 = (min(dy, y1 - 1), y1) if grip[1] < 0 else (y0, max(dy, y0 + 1)) if grip[1] > 0 else (y0, y1)
        x, y = frame.outwards((x0 + x1) / 2, (y0 + y1) / 2)
        return self._shaped(Frame(x, y, x1 - x0, y1 - y0, frame.angle), grip)

    def _shaped(self, frame: Frame, grip: tuple[int, int]) -> Frame:
        """With the aspect that is kept; the corner opposite the grip stays."""
        if self.aspect is None:
            return frame
        if grip[0] and grip[1]:
            width = min(frame.width, frame.height * self.aspect)
        else:
            width = frame.width if grip[0] else frame.height * self.aspect
        height = width / self.aspect
        x, y = frame.outwards((width - frame.width) / 2 * grip[0], (height - frame.height) / 2 * grip[1])
        return replace(frame, x=x, y=y, width=width, height=height)

    def _inside(self, x: float, y: float) -> tuple[float, float]:
        view = self.canvas.view
        return min(max(round(x), 0), view.picture_width), min(max(round(y), 0), view.picture_height)

    def _kept(self, frame: Frame) -> Frame:
        """Not turned, it stays inside the picture."""
        view = self.canvas.view
        if frame.angle:
            return frame
        x = min(max(frame.x, frame.width / 2), view.picture_width - frame.width / 2)
        y = min(max(frame.y, frame.height / 2), view.picture_height - frame.height / 2)
        return replace(frame, x=x, y=y)

    def _grip_at(self, pointer: Pointer) -> tuple[int, int] | str:
        frame = self.frame
        assert frame is not None  # its callers looked
        corners = [(across, down) for across in (-1, 1) for down in (-1, 1)]
        sides = [(-1, 0), (1, 0), (0, -1), (0, 1)]
        away = {grip: self._distance(pointer, frame.corner(*grip)) for grip in corners + sides}
        nearest = min(away, key=lambda grip: away[grip])
        if away[nearest] <= _REACH:
            return nearest
        dx, dy = frame.inwards(pointer.x, pointer.y)
        if abs(dx) < frame.width / 2 and abs(dy) < frame.height / 2:
            return "inside"
        return "turn" if min(away[corner] for corner in corners) <= _TURN else "new"

    def _distance(self, pointer: Pointer, place: tuple[float, float]) -> float:
        scale = self.canvas.zoom / self.canvas.devicePixelRatioF()
        return math.hypot(pointer.x - place[0], pointer.y - place[1]) * scale

    def key(self, event: QKeyEvent) -> bool:
        """Enter takes it; arrows move, Ctrl+arrows size, Alt+← → turn; Shift: ten times as far."""
        frame, modifiers = self.frame, event.modifiers()
        if frame is None:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self.choose()
            return True
        if event.key() not in _ARROWS:
            return False
        step = 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        dx, dy = (step * way for way in _ARROWS[Qt.Key(event.key())])
        if modifiers & Qt.KeyboardModifier.AltModifier:
            self.set_angle(round(frame.angle + (dx or dy) * 0.1, 1))
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            width, height = max(frame.width + dx, 1), max(frame.height + dy, 1)
            x, y = frame.outwards((width - frame.width) / 2, (height - frame.height) / 2)
            self._set(self._shaped(replace(frame, x=x, y=y, width=width, height=height), (abs(dx), abs(dy))))
        else:
            self._set(self._kept(replace(frame, x=frame.x + dx, y=frame.y + dy)))
        return True

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        if self.frame is None:
            return Qt.CursorShape.CrossCursor
        grip = self._grip if self._start is not None and self._grip is not None else self._grip_at(pointer)
        if isinstance(grip, tuple):
            return _CURSORS[grip]
        shapes = {"inside": Qt.CursorShape.SizeAllCursor, "turn": Qt.CursorShape.PointingHandCursor}
        return shapes.get(grip, Qt.CursorShape.CrossCursor)

    # Painting

    def paint(self, painter: QPainter) -> None:
        frame = self.frame
        if frame is None:
            return
        canvas = self.canvas
        scale = canvas.zoom / canvas.devicePixelRatioF()
        middle = canvas.to_widget(frame.x, frame.y)
        box = QRectF(-frame.width * scale / 2, -frame.height * scale / 2, frame.width * scale, frame.height * scale)
        turn = QTransform().translate(middle.x(), middle.y()).rotate(frame.angle)
        outside = QPainterPath()
        outside.addRect(QRectF(canvas.rect()))
        hole = QPainterPath()
        hole.addRect(box)
        painter.fillPath(outside.subtracted(turn.map(hole)), QColor(0, 0, 0, 140))
        painter.save()
        painter.setTransform(turn, True)
        _paint_thirds(painter, box)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                if across or down:
                    _paint_handle(painter, turn.map(QPointF(across * box.width() / 2, down * box.height() / 2)))


def _paint_thirds(painter: QPainter, box: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(255, 255, 255, 110), 1))
    for third in (1, 2):
        x, y = box.x() + box.width() * third / 3, box.y() + box.height() * third / 3
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
    painter.setPen(QPen(QColor(255, 255, 255, 235), 1.5))
    painter.drawRect(box)


def _paint_handle(painter: QPainter, at: QPointF) -> None:
    painter.setPen(QPen(QColor(0, 0, 0, 160), 1))
    painter.setBrush(QColor(255, 255, 255))
    painter.drawRoundedRect(QRectF(at.x() - _HANDLE / 2, at.y() - _HANDLE / 2, _HANDLE, _HANDLE), 2, 2)
