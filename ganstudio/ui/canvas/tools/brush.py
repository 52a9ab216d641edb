"""Brush and eraser: paint the mask of the active layer. The stroke is shown while it is painted and said once, when it
is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from ganstudio.core.document import Point, Rect, State
from ganstudio.core.errors import UserError
from ganstudio.core.text import _
from ganstudio.ui.canvas.brush import Painted, StrokeMaker
from ganstudio.ui.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from ganstudio.ui.canvas.canvas import Canvas

_STEP = 1.15  # of the size, a press of [ or ]
_SMALLEST_RING = 3.0  # logical pixels


@dataclass(eq=False)
class _Waiting:
    """A stroke begun while the one before is still being painted."""

    layer_id: str
    points: list[Point] = field(default_factory=list)
    ended: bool = False


class _Hands(QObject):
    """What the stroke maker tells; brush and eraser of a canvas have one each."""

    def __init__(self, tool: BrushTool) -> None:
        super().__init__(tool.canvas)
        self._tool = tool
        self.maker = StrokeMaker(self)
        self.maker.grown.connect(self._grown)
        self.maker.finished.connect(self._finished)
        self.maker.failed.connect(self._failed)

    @Slot(object, object)
    def _grown(self, state: State, rect: Rect) -> None:
        self._tool.canvas.preview(state, rect)

    @Slot(object)
    def _finished(self, painted: Painted) -> None:
        self._tool.finished(painted)

    @Slot(object)
    def _failed(self, error: UserError) -> None:
        self._tool.canvas.end_preview()
        self._tool.canvas.refuse(error)


class BrushTool(Tool):
    """Shows the layer where it paints."""

    id = "brush"
    erase = False

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._hands = _Hands(self)
        self._maker = self._hands.maker
        self._at: QPointF | None = None
        self._waiting: list[_Waiting] = []
        canvas.brush.changed.connect(self.ring_changed)
        canvas.zoom_changed.connect(self.ring_changed)

    def press(self, pointer: Pointer) -> None:
        canvas = self.canvas
        if canvas.active_layer is None:
            canvas.trouble.emit(_("Choose the layer whose mask is to be painted."))
            return
        if self._maker.busy or self._waiting:
            self._waiting.append(_Waiting(canvas.active_layer, [_point(pointer)]))
            return
        self._begin(canvas.active_layer, [_point(pointer)])

    def _begin(self, layer_id: str, points: list[Point]) -> None:
        canvas = self.canvas
        if canvas.state is None:
            return
        try:
            self._maker.begin(canvas.state, layer_id, canvas.brush.brush(self.erase))
        except UserError as error:
            canvas.refuse(error)
            return
        for point in points:
            self._maker.to(*point)

    def move(self, pointer: Pointer) -> None:
        self.hover(pointer)
        if self._waiting:
            self._waiting[-1].points.append(_point(pointer))
        else:
            self._maker.to(*_point(pointer))

    def release(self, pointer: Pointer) -> None:
        if self._waiting:
            self._waiting[-1].ended = True
        else:
            self._maker.end()

    def finished(self, painted: Painted) -> None:
        """Say it; when nobody took it, the document's picture comes back."""
        canvas = self.canvas
        canvas.stroke_painted.emit(painted)
        if canvas.state is painted.base:
            canvas.end_preview()
        if self._waiting:
            waiting = self._waiting.pop(0)
            self._begin(waiting.layer_id, waiting.points)
            if waiting.ended:
                self._maker.end()

    def cancel(self) -> bool:
        was = self._maker.busy or bool(self._waiting)
        self._maker.cancel()
        self._waiting.clear()
        if was:
            self.canvas.end_preview()
        return was

    def end(self) -> None:
        self.hover(None)

    def hover(self, pointer: Pointer | None) -> None:
        self.ring_changed()
        self._at = None if pointer is None else pointer.at
        self.ring_changed()

    def key(self, event: QKeyEvent) -> bool:
        brush, shift = self.canvas.brush, event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if event.key() in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BraceLeft):
            brush.set_feather(round(brush.feather - 0.1, 2)) if shift else brush.set_size(_stepped(brush.size, -1))
        elif event.key() in (Qt.Key.Key_BracketRight, Qt.Key.Key_BraceRight):
            brush.set_feather(round(brush.feather + 0.1, 2)) if shift else brush.set_size(_stepped(brush.size, 1))
        elif event.key() == Qt.Key.Key_X and not shift:
            self.canvas.use("brush" if self.erase else "eraser")
            self.canvas.tool.hover(None if self._at is None else Pointer(self._at, 0, 0))
        else:
            return False
        return True

    # The ring

    @Slot()
    def ring_changed(self) -> None:
        """Paint again where the ring is, and nothing else."""
        if self._at is not None and self.canvas.tool is self:
            around = self._radius() + 4
            box = QRectF(self._at.x() - around, self._at.y() - around, 2 * around, 2 * around)
            self.canvas.update(box.toAlignedRect().intersected(QRect(0, 0, self.canvas.width(), self.canvas.height())))

    def _radius(self) -> float:
        canvas = self.canvas
        return max(canvas.brush.size / 2 * canvas.zoom / canvas.devicePixelRatioF(), _SMALLEST_RING)

    def paint(self, painter: QPainter) -> None:
        if self._at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = self._radius()
        for colour, width in ((QColor(0, 0, 0, 150), 3.0), (QColor(255, 255, 255), 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(self._at, radius, radius)
        inner = radius * (1 - self.canvas.brush.feather)
        if radius - inner > 3 and inner > 3:
            painter.setPen(QPen(QColor(255, 255, 255, 190), 1, Qt.PenStyle.DashLine))
            painter.drawEllipse(self._at, inner, inner)

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        return Qt.CursorShape.BlankCursor if self._at is not None else Qt.CursorShape.CrossCursor


class Eraser(BrushTool):
    """Hides the layer where it paints."""

    id = "eraser"
    erase = True


def _point(pointer: Pointer) -> Point:
    return Point(pointer.x, pointer.y, pointer.pressure)


def _stepped(size: float, by: int) -> float:
    """The next size, at least a pixel away."""
    return max(size + 1, size * _STEP) if by > 0 else min(size - 1, size / _STEP)
