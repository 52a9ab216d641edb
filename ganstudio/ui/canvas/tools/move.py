"""Move: drag the active layer, or nudge it by arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ganstudio.core.document import Layer
from ganstudio.core.document import move as moved
from ganstudio.core.errors import UserError
from ganstudio.core.text import _
from ganstudio.ui.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from ganstudio.ui.canvas.canvas import Canvas

_NUDGES = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Move(Tool):
    id = "move"

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._from: Pointer | None = None
        self._layer: Layer | None = None
        self._by = (0, 0)

    def press(self, pointer: Pointer) -> None:
        canvas = self.canvas
        if canvas.state is None:
            return
        if canvas.active_layer is None:
            canvas.trouble.emit(_("Choose the layer that is to be moved."))
            return
        try:
            self._layer = canvas.state.unlocked(canvas.active_layer)
        except UserError as error:
            canvas.refuse(error)
            return
        self._from, self._by = pointer, (0, 0)

    def move(self, pointer: Pointer) -> None:
        """Shift keeps to one direction."""
        if self._from is None or self._layer is None or self.canvas.state is None:
            return
        dx, dy = round(pointer.x - self._from.x), round(pointer.y - self._from.y)
        if pointer.modifiers & Qt.KeyboardModifier.ShiftModifier:
            dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
        if (dx, dy) == self._by:
            return
        layer = self._layer
        before = layer.rect.moved(*self._by)
        self._by = dx, dy
        edit = moved(self.canvas.state, layer.id, layer.x + dx, layer.y + dy)
        if layer.shows:
            self.canvas.preview(edit.state, before.joined(layer.rect.moved(dx, dy)).clipped(edit.state.rect))

    def release(self, pointer: Pointer) -> None:
        layer, by = self._layer, self._by
        self._from = self._layer = None
        if layer is not None and by != (0, 0):
            self.canvas.moved.emit(layer.id, *by)
        self.canvas.end_preview()

    def cancel(self) -> bool:
        was, self._from, self._layer = self._from is not None, None, None
        if was:
            self.canvas.end_preview()
        return was

    def key(self, event: QKeyEvent) -> bool:
        """Arrows nudge by a pixel, with Shift by ten. In split mode they move the line: Alt+arrows nudge there."""
        canvas, modifiers = self.canvas, event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in _NUDGES or modifiers & Qt.KeyboardModifier.ControlModifier:
            return False
        if canvas.shown_mode == "split" and not modifiers & Qt.KeyboardModifier.AltModifier:
            return False
        if canvas.state is None or canvas.active_layer is None:
            return False
        step = 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        dx, dy = _NUDGES[Qt.Key(event.key())]
        canvas.moved.emit(canvas.active_layer, dx * step, dy * step)
        return True

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        return Qt.CursorShape.SizeAllCursor
