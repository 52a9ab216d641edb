"""The square of a photograph: dragged, drawn larger and turned on the photograph itself, or aligned by two eyes."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.projection import Square
from ganstudio.core.text import _
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import accessible, draw, wording

_MARGIN, _NEAR, _HANDLE = 16, 14.0, 5.0
_LEAST = 16.0  # px of the photograph
_OUT = QColor(0, 0, 0, 140)


class CropView(QWidget):
    """`changed(Square)` while it moves. Arrows move it, + and − make it larger and smaller, , and . turn it. After
    `ask_eyes` two presses say where the eyes are; `eyes_asked(int)` tells how many are still wanted."""

    spoken_role = QAccessible.Role.Slider
    changed = Signal(object)
    eyes_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._width, self._height = 0, 0
        self._square: Square | None = None
        self._grip: str = ""  # "", "inside", "corner" or "turn"
        self._from: tuple[QPointF, Square] | None = None
        self._eyes: list[tuple[float, float]] | None = None
        self._ring = False
        self.words = ""
        self.setAccessibleName(_("Square of the photograph"))
        self.setToolTip(_("Drag the square, its corners or the handle above it; arrows, + and − work, too"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)
        follow(self.update)

    # What is shown

    @property
    def square(self) -> Square | None:
        return self._square

    def show_photo(self, image: QImage, width: int, height: int, square: Square) -> None:
        """A reduced copy of a photograph of this size."""
        self._image, self._width, self._height = image, width, height
        self._eyes = None
        self._square = square
        self.update()

    def clear(self) -> None:
        self._image, self._square, self._eyes = QImage(), None, None
        self.update()

    def set_square(self, square: Square) -> None:
        self._square = square
        self.setAccessibleDescription(self.spoken_value())
        self.update()

    def ask_eyes(self) -> None:
        """The next two presses are the eyes, the left one first."""
        self._eyes = []
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.eyes_asked.emit(2)
        self.update()

    def _put(self, x: float, y: float, side: float, angle: float) -> None:
        most = 2.0 * max(self._width, self._height)
        side = min(max(side, _LEAST), most)
        x, y = min(max(x, 0.0), float(self._width)), min(max(y, 0.0), float(self._height))
        angle = (angle + 180.0) % 360.0 - 180.0
        made = Square(round(x, 1), round(y, 1), round(side, 1), round(angle, 1))
        if made != self._square:
            self.set_square(made)
            accessible.tell(self, self.spoken_value())
            self.changed.emit(made)

    # Places

    def _place(self) -> tuple[float, float, float]:
        """Left, top and scale of the photograph in the widget."""
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        scale = min(room.width() / max(1, self._width), room.height() / max(1, self._height))
        left = room.x() + (room.width() - self._width * scale) / 2
        return left, room.y() + (room.height() - self._height * scale) / 2, max(scale, 1e-6)

    def _to_widget(self, x: float, y: float) -> QPointF:
        left, top, scale = self._place()
        return QPointF(left + x * scale, top + y * scale)

    def _to_photo(self, pos: QPointF) -> tuple[float, float]:
        left, top, scale = self._place()
        return (pos.x() - left) / scale, (pos.y() - top) / scale

    def _corners(self) -> list[QPointF]:
        return [] if self._square is None else [self._to_widget(*corner) for corner in self._square.corners()]

    def _turner(self) -> QPointF:
        """The handle over the middle of the upper edge."""
        a, b, *_rest = self._corners()
        middle, along = (a + b) / 2, b - a
        length = math.hypot(along.x(), along.y()) or 1.0
        return middle + QPointF(along.y(), -along.x()) * (22 / length)

    def _grip_at(self, pos: QPointF) -> str:
        if self._square is None:
            return ""
        corners = self._corners()
        if (self._turner() - pos).manhattanLength() <= _NEAR:
            return "turn"
        if any((corner - pos).manhattanLength() <= _NEAR for corner in corners):
            return "corner"
        return "inside" if QPolygonF(corners).containsPoint(pos, Qt.FillRule.OddEvenFill) else ""

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        if event.button() != Qt.MouseButton.LeftButton or self._square is None:
            return
        if self._eyes is not None:
            self._take_eye(event.position())
            return
        self._grip = self._grip_at(event.position())
        self._from = (event.position(), self._square)
        self.update()

    def _take_eye(self, pos: QPointF) -> None:
        eyes = self._eyes
        assert eyes is not None
        eyes.append(self._to_photo(pos))
        self.eyes_asked.emit(2 - len(eyes))
        if len(eyes) == 2:
            self._eyes = None
            self.unsetCursor()
            try:
                found = Square.of_eyes(eyes[0], eyes[1])
            except UsageError:
                return
            self._put(found.x, found.y, found.side, found.angle)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pos = event.position()
        if self._from is None or not self._grip:
            shapes = {"inside": Qt.CursorShape.SizeAllCursor, "corner": Qt.CursorShape.SizeFDiagCursor,
                      "turn": Qt.CursorShape.PointingHandCursor}  # fmt: skip
            if self._eyes is None:
                self.setCursor(shapes.get(self._grip_at(pos), Qt.CursorShape.ArrowCursor))
            return
        start, square = self._from
        middle = self._to_widget(square.x, square.y)
        if self._grip == "inside":
            far = (pos - start) / self._place()[2]
            self._put(square.x + far.x(), square.y + far.y(), square.side, square.angle)
        elif self._grip == "corner":
            away = math.hypot(pos.x() - middle.x(), pos.y() - middle.y()) / self._place()[2]
            self._put(square.x, square.y, away * math.sqrt(2), square.angle)
        else:
            turned = math.degrees(math.atan2(pos.x() - middle.x(), middle.y() - pos.y()))
            step = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.1
            self._put(square.x, square.y, square.side, round(turned / step) * step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip, self._from = "", None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        square, key = self._square, Qt.Key(event.key())
        if square is None:
            super().keyPressEvent(event)
            return
        step = max(1.0, self._width / 100)
        ways = {
            Qt.Key.Key_Left: (-step, 0, 0, 0), Qt.Key.Key_Right: (step, 0, 0, 0), Qt.Key.Key_Up: (0, -step, 0, 0),
            Qt.Key.Key_Down: (0, step, 0, 0), Qt.Key.Key_Plus: (0, 0, step, 0), Qt.Key.Key_Minus: (0, 0, -step, 0),
            Qt.Key.Key_Comma: (0, 0, 0, -0.5), Qt.Key.Key_Period: (0, 0, 0, 0.5),
        }  # fmt: skip
        if key == Qt.Key.Key_Escape and self._eyes is not None:
            self._eyes = None
            self.unsetCursor()
            self.eyes_asked.emit(0)
            self.update()
            return
        if key not in ways:
            super().keyPressEvent(event)
            return
        self._ring = True
        x, y, side, angle = ways[key]
        self._put(square.x + x, square.y + y, square.side + side, square.angle + angle)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # Said

    def spoken_value(self) -> str:
        one = self._square
        if one is None:
            return ""
        said = _("{side} px, middle at {x}, {y}, turned by {angle}")
        return said.format(
            side=wording.count(one.side), x=wording.count(one.x), y=wording.count(one.y),
            angle=wording.with_unit(one.angle, "°", 1),
        )  # fmt: skip

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        one = self._square
        return None if one is None else (one.side, _LEAST, 2.0 * max(self._width, self._height), 1.0)

    def speak_to(self, value: float) -> None:
        one = self._square
        if one is not None:
            self._put(one.x, one.y, value, one.angle)

    def step_by(self, steps: float) -> None:
        one = self._square
        if one is not None:
            self.speak_to(one.side + steps * max(1.0, self._width / 100))

    # Looks

    def sizeHint(self) -> QSize:
        return QSize(360, 360)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            painter.fillRect(self.rect(), now.canvas)
            if self._image.isNull():
                area, middle = QRectF(self.rect()).adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignHCenter
                draw.text(painter, area, self.words, theme().font(), now.text3, middle)
                return
            left, top, scale = self._place()
            area = QRectF(left, top, self._width * scale, self._height * scale)
            painter.drawImage(area, self._image)
            corners = QPolygonF(self._corners())
            outside, inside = QPainterPath(), QPainterPath()
            outside.addRect(area)
            inside.addPolygon(corners)
            inside.closeSubpath()
            painter.fillPath(outside.subtracted(inside), _OUT)
            self._paint_frame(painter, corners)
            for eye in self._eyes or ():
                painter.setPen(QPen(QColor("#F2F2F2"), 1.5))
                painter.drawEllipse(self._to_widget(*eye), 6, 6)

    def _paint_frame(self, painter: QPainter, corners: QPolygonF) -> None:
        now = theme().now
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, wide in ((QColor(0, 0, 0, 150), 3.0), (QColor("#F2F2F2"), 1.5)):
            painter.setPen(QPen(colour, wide))
            painter.drawPolygon(corners)
            painter.drawLine((corners.at(0) + corners.at(1)) / 2, self._turner())
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1.0))
        painter.setBrush(now.accent if self._grip == "turn" else QColor("#F2F2F2"))
        for spot in (*(corners.at(n) for n in range(4)), self._turner()):
            painter.drawEllipse(spot, _HANDLE, _HANDLE)
        if self._ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.accent_text, 1.5))
            middle = sum((corners.at(n) for n in range(4)), QPointF()) / 4
            grown = QPolygonF([middle + (corners.at(n) - middle) * 1.02 for n in range(4)])
            painter.drawPolygon(grown)


def usual_square(width: int, height: int) -> Square:
    """The largest in the middle."""
    return Square(width / 2, height / 2, float(np.clip(min(width, height), 2, None)))
