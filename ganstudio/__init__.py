"""GANStudio: an image editor whose tools are neural networks."""

__version__ = "0.1.0"
