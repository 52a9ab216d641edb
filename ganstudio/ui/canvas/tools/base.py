"""Tool: what the pointer does on the canvas. One is active at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QPainter

if TYPE_CHECKING:
    from ganstudio.ui.canvas.canvas import Canvas


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is: `at` in the widget (logical pixels), (x, y) in the picture, pixel centres at .5; how hard
    a pen is pressed, 0 … 1."""

    at: QPointF
    x: float
    y: float
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    pressure: float = 1.0


class Tool:
    """Base class; a tool belongs to one canvas."""

    id = ""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def begin(self) -> None:
        """It became the active one."""

    def end(self) -> None:
        """Another one is active now; what was begun is given up."""

    def press(self, pointer: Pointer) -> None:
        """The left button went down."""

    def move(self, pointer: Pointer) -> None:
        """Dragged with the left button down."""

    def release(self, pointer: Pointer) -> None:
        """The left button went up."""

    def hover(self, pointer: Pointer | None) -> None:
        """Moved without a button; None: the pointer left the canvas."""

    def key(self, event: QKeyEvent) -> bool:
        """A key on the canvas; True when it was the tool's."""
        return False

    def cancel(self) -> bool:
        """Esc, or the button was let go elsewhere: give up what was begun; False when there was nothing."""
        return False

    def paint(self, painter: QPainter) -> None:
        """Over the picture; the painter works in the widget's logical pixels."""

    def cursor(self, pointer: Pointer) -> QCursor | Qt.CursorShape:
        return Qt.CursorShape.ArrowCursor
