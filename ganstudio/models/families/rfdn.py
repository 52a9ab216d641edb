"""RFDN, an efficient upscaler (njulj/RFDN)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, count, has_kernels

if TYPE_CHECKING:
    from torch import Tensor

_KEYS = ("fea_conv.weight", "B1.c1_d.weight", "B1.c1_r.weight", "B1.esa.conv_max.weight", "c.0.weight",
         "LR_conv.weight", "upsampler.0.weight")  # fmt: skip


def detect(shapes: Shapes) -> bool:
    return has_kernels(shapes, *_KEYS)


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.rfdn import RFDN

    features, distilled = state["fea_conv.weight"].shape[0], state["B1.c1_d.weight"].shape[0]
    inner = state["B1.esa.conv1.weight"].shape[0]
    blocks = count(state, "B{}.c1_d.weight")
    scale = math.isqrt(state["upsampler.0.weight"].shape[0] // 3)
    net = RFDN(features, distilled, inner, blocks, scale)
    net.load_state_dict(state)
    tags = (f"{features} features", f"{blocks} blocks")
    return Built(net, "rfdn", "RFDN", scale, ranges=("0..255", "0..1"), size_minimum=15, tags=tags)
