"""SPAN with fused convolutions only; the form that training leaves is spandrel's (hongyuanyu/SPAN)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, has_kernels

if TYPE_CHECKING:
    from torch import Tensor

_KEYS = ("conv_1.eval_conv.weight", "block_1.c1_r.eval_conv.weight", "conv_2.eval_conv.weight", "conv_cat.weight",
         "upsampler.0.weight")  # fmt: skip


def detect(shapes: Shapes) -> bool:
    return has_kernels(shapes, *_KEYS) and "block_1.c1_r.sk.weight" not in shapes


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.span import SPAN

    weights = {name.removesuffix(".weight").removesuffix(".eval_conv"): tensor for name, tensor in state.items()
               if name.endswith(".weight")}  # fmt: skip
    widths = {name: (tensor.shape[1], tensor.shape[0]) for name, tensor in weights.items()}
    blocks = sum(name.endswith(".c1_r") for name in widths)
    scale = math.isqrt(widths["upsampler.0"][1] // 3)
    net = SPAN(widths, blocks, scale)
    net.load_state_dict(state)
    return Built(net, "span", "SPAN", scale, tags=(f"{widths['conv_1'][1]} features", f"{blocks} blocks"))
