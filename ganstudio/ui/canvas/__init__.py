"""The canvas: a document's picture, zoomed, panned, compared, painted on."""

from ganstudio.ui.canvas.brush import BrushSettings, Painted
from ganstudio.ui.canvas.canvas import Canvas
from ganstudio.ui.canvas.navigator import Navigator
from ganstudio.ui.canvas.running import RunningView
from ganstudio.ui.canvas.trials import Trial

__all__ = ["BrushSettings", "Canvas", "Navigator", "Painted", "RunningView", "Trial"]
