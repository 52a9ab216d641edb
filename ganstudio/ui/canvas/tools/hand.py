"""Hand: drag the picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from ganstudio.ui.canvas.tools.base import Pointer, Tool


class Hand(Tool):
    id = "hand"
    _last: QPointF | None = None

    def press(self, pointer: Pointer) -> None:
        self._last = pointer.at

    def move(self, pointer: Pointer) -> None:
        if self._last is not None:
            step = pointer.at - self._last
            self.canvas.pan(step.x(), step.y())
            self._last = pointer.at

    def release(self, pointer: Pointer) -> None:
        self._last = None

    def cancel(self) -> bool:
        was, self._last = self._last, None
        return was is not None

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        return Qt.CursorShape.OpenHandCursor if self._last is None else Qt.CursorShape.ClosedHandCursor
