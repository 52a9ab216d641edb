"""MicroAST: any style on any photograph; our own style network, with the styles that ship stored as codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, has_kernels

if TYPE_CHECKING:
    from torch import Tensor

STYLES = "styles"


def detect(shapes: Shapes) -> bool:
    parts = ("content_encoder.enc2.0", "style_encoder.enc2.0", "decoder.dec1", "decoder.dec2")
    kernels = (f"{part}.{conv}.conv_layer.weight" for part in parts for conv in ("conv1", "conv2"))
    codes = shapes.get(STYLES, (0, 512))
    return has_kernels(shapes, *kernels) and len(codes) == 2 and codes[1] == 512


def build(state: dict[str, Tensor]) -> Built:
    import torch

    from ganstudio.nets.microast import CODE, MicroAST

    codes = state.pop(STYLES, torch.zeros(0, CODE))
    net = MicroAST(codes)
    net.load_state_dict(state)
    tags = (f"{len(codes)} styles",) if len(codes) else ()
    return Built(net, "microast", "MicroAST", 1, size_multiple=4, makes="stylizer", tags=tags)
