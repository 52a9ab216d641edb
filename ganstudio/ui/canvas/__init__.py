"""The canvas: a document's picture, zoomed, panned, compared, painted on."""

from ganstudio.ui.canvas.canvas import Canvas

__all__ = ["Canvas"]
