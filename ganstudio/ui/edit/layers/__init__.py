"""The Layers panel."""

from ganstudio.ui.edit.layers.panel import LayersPanel

__all__ = ["LayersPanel"]
