"""Lasso and rectangle: an area of the active layer's mask is shown or hidden at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF

from ganstudio.core.text import _
from ganstudio.ui.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from ganstudio.ui.canvas.canvas import Canvas

_NEAR = 1.5  # logical pixels between two points of a line
_DASH = [4.0, 4.0]


@dataclass(frozen=True)
class Area:
    """What was drawn: a closed line in picture pixels; `erase` hides what is inside."""

    layer_id: str
    line: tuple[tuple[float, float], ...]
    erase: bool


class Lasso(Tool):
    """A line drawn by hand; letting go closes it. Alt does the opposite of what is chosen, X changes that."""

    id = "lasso"

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._line: list[Pointer] = []
        self._opposite = False

    def press(self, pointer: Pointer) -> None:
        if self.canvas.active_layer is None:
            self.canvas.trouble.emit(_("Choose the layer whose mask is to be painted."))
            return
        self._opposite = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        self._line = [pointer]

    def move(self, pointer: Pointer) -> None:
        if self._line and (pointer.at - self._line[-1].at).manhattanLength() >= _NEAR:
            self._line.append(pointer)
            self.canvas.update()

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        line, layer = self._outline(), self.canvas.active_layer
        erase = self.canvas.area_erase != self._opposite
        self._forget()
        if len(line) > 2 and layer is not None:
            self.canvas.area_chosen.emit(Area(layer, tuple((one.x, one.y) for one in line), erase))

    def _outline(self) -> list[Pointer]:
        """The corners of the area, as drawn so far."""
        return self._line

    def cancel(self) -> bool:
        was = bool(self._line)
        self._forget()
        return was

    def end(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._line = []
        self.canvas.update()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_X or event.modifiers():
            return False
        self.canvas.area_erase = not self.canvas.area_erase
        self.canvas.tool_changed.emit(self.id)
        return True

    def paint(self, painter: QPainter) -> None:
        line = self._outline()
        if len(line) < 2:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPolygonF([one.at for one in line])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 28))
        painter.drawPolygon(shape)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, offset in ((QColor(0, 0, 0), 0.0), (QColor(255, 255, 255), _DASH[0])):
            pen = QPen(colour, 1.5)
            pen.setDashPattern(_DASH)
            pen.setDashOffset(offset)
            painter.setPen(pen)
            painter.drawPolygon(shape)

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor


class Rectangle(Lasso):
    """From corner to corner; with Shift a square."""

    id = "rectangle"

    def move(self, pointer: Pointer) -> None:
        if self._line:
            self._line = [self._line[0], pointer]
            self.canvas.update()

    def _outline(self) -> list[Pointer]:
        if len(self._line) < 2:
            return []
        start, end = self._line[0].at, self._line[1].at
        across, down = end.x() - start.x(), end.y() - start.y()
        if self._line[1].modifiers & Qt.KeyboardModifier.ShiftModifier:
            side = max(abs(across), abs(down))
            across, down = (side if across >= 0 else -side), (side if down >= 0 else -side)
        box = QRectF(start, QPointF(start.x() + across, start.y() + down)).normalized()
        if box.width() < 1 or box.height() < 1:
            return []
        corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
        return [Pointer(at, *self.canvas.to_picture(at).toTuple()) for at in corners]
