"""The canvas' tools, one file a tool."""

from ganstudio.ui.canvas.tools.area import Area, Lasso, Rectangle
from ganstudio.ui.canvas.tools.base import Pointer, Tool
from ganstudio.ui.canvas.tools.brush import BrushTool, Eraser
from ganstudio.ui.canvas.tools.crop import Crop
from ganstudio.ui.canvas.tools.hand import Hand
from ganstudio.ui.canvas.tools.move import Move
from ganstudio.ui.canvas.tools.small import Pick, Zoom

TOOLS = (Hand, Move, Crop, BrushTool, Eraser, Lasso, Rectangle, Pick, Zoom)

__all__ = [
    "TOOLS",
    "Area",
    "BrushTool",
    "Crop",
    "Eraser",
    "Hand",
    "Lasso",
    "Move",
    "Pick",
    "Pointer",
    "Rectangle",
    "Tool",
    "Zoom",
]
