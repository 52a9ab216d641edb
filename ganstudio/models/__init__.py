"""Models: from a file to a network with its weights in it. The one door is `open_model`."""

from ganstudio.models.opening import Model, open_model

__all__ = ["Model", "open_model"]
