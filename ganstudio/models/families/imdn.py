"""IMDN and its real-time sister RTC, light upscalers (Zheng222/IMDN)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, count, has_kernels, sequence

if TYPE_CHECKING:
    from torch import Tensor

_KEYS = ("fea_conv.weight", "IMDB1.c1.weight", "IMDB1.cca.conv_du.0.weight", "c.0.weight", "LR_conv.weight",
         "upsampler.0.weight")  # fmt: skip
_RTC_KEYS = ("model.0.weight", "model.1.sub.0.c1.weight", "model.1.sub.0.c5.weight", "model.2.weight")


def detect(shapes: Shapes) -> bool:
    return has_kernels(shapes, *_KEYS) or has_kernels(shapes, *_RTC_KEYS)


def build(state: dict[str, Tensor]) -> Built:
    return _whole(state) if "fea_conv.weight" in state else _real_time(state)


def _whole(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.imdn import IMDN

    features, distilled = state["fea_conv.weight"].shape[0], state["IMDB1.c4.weight"].shape[0]
    inner = state["IMDB1.cca.conv_du.0.weight"].shape[0]
    blocks = count(state, "IMDB{}.c1.weight")
    scale = math.isqrt(state["upsampler.0.weight"].shape[0] // 3)
    net = IMDN(features, distilled, inner, blocks, scale)
    net.load_state_dict(state)
    tags = (f"{features} features", f"{blocks} blocks")
    return Built(net, "imdn", "IMDN", scale, tiles=False, tags=tags)


def _real_time(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.imdn import IMDNRTC

    features, distilled = state["model.0.weight"].shape[0], state["model.1.sub.0.c4.weight"].shape[0]
    blocks = sequence({name: tuple(tensor.shape) for name, tensor in state.items()}, "model.1.sub") - 1
    scale = math.isqrt(state["model.2.weight"].shape[0] // 3)
    net = IMDNRTC(features, distilled, blocks, scale)
    net.load_state_dict(state)
    return Built(net, "imdn", "IMDN-RTC", scale, tags=(f"{features} features", f"{blocks} blocks"))
