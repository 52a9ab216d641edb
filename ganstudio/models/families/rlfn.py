"""RLFN, an efficient upscaler (bytedance/RLFN)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, count, has_kernels

if TYPE_CHECKING:
    from torch import Tensor

_KEYS = ("conv_1.weight", "conv_2.weight", "block_1.c1_r.weight", "block_1.c5.weight", "block_1.esa.conv1.weight",
         "upsampler.0.weight")  # fmt: skip


def detect(shapes: Shapes) -> bool:
    return has_kernels(shapes, *_KEYS)


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.rlfn import RLFN

    features, middle = state["conv_1.weight"].shape[0], state["block_1.c1_r.weight"].shape[0]
    inner = state["block_1.esa.conv1.weight"].shape[0]
    blocks = count(state, "block_{}.c1_r.weight")
    scale = math.isqrt(state["upsampler.0.weight"].shape[0] // 3)
    net = RLFN(features, middle, inner, blocks, scale)
    net.load_state_dict(state)
    tags = (f"{features} features", f"{blocks} blocks")
    return Built(net, "rlfn", "RLFN", scale, ranges=("0..255", "0..1"), size_minimum=15, tags=tags)
