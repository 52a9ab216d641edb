"""Pick: the colour at a click. Zoom: a click zooms in, with Alt out, dragging sideways smoothly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from ganstudio.ui.canvas.tools.base import Pointer, Tool
from ganstudio.ui.canvas.view import stepped

if TYPE_CHECKING:
    from ganstudio.ui.canvas.canvas import Canvas

_DRAG = 4  # logical pixels before a press is a drag
_OCTAVE = 100  # logical pixels that double the zoom


class Pick(Tool):
    id = "pick"

    def press(self, pointer: Pointer) -> None:
        self.canvas.pick_at(pointer.x, pointer.y)

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor


class Zoom(Tool):
    id = "zoom"

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._from: tuple[QPointF, float] | None = None
        self._dragged = False

    def press(self, pointer: Pointer) -> None:
        self._from, self._dragged = (pointer.at, self.canvas.zoom), False

    def move(self, pointer: Pointer) -> None:
        if self._from is None:
            return
        start, zoom = self._from
        across = pointer.at.x() - start.x()
        self._dragged = self._dragged or abs(across) > _DRAG
        if self._dragged:
            self.canvas.set_zoom(zoom * 2 ** (across / _OCTAVE), start)

    def release(self, pointer: Pointer) -> None:
        start, self._from = self._from, None
        if start is None or self._dragged:
            return
        out = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        self.canvas.set_zoom(stepped(self.canvas.zoom, up=not out), pointer.at)

    def cancel(self) -> bool:
        was, self._from = self._from is not None, None
        return was

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor
