"""Compact (SRVGGNetCompact): convolutions and PReLUs in a chain, a sub-pixel end; our own models, Real-ESRGAN's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, has_kernels, sequence

if TYPE_CHECKING:
    from torch import Tensor


def _scale(shapes: Shapes) -> int:
    """From the sub-pixel end: channels·scale² convolutions; 0 when that does not come out even."""
    out, channels = shapes[f"body.{sequence(shapes, 'body') - 1}.weight"][0], shapes["body.0.weight"][1]
    scale = math.isqrt(out // channels) if out % channels == 0 else 0
    return scale if scale and channels * scale**2 == out else 0


def detect(shapes: Shapes) -> bool:
    length = sequence(shapes, "body")
    if length < 3 or length % 2 == 0 or len(shapes) != length + (length + 1) // 2:
        return False
    names = {f"body.{index}.weight" for index in range(length)} | {
        f"body.{index}.bias" for index in range(0, length, 2)
    }
    kernels = (f"body.{index}.weight" for index in range(0, length, 2))
    if set(shapes) != names or not has_kernels(shapes, *kernels):
        return False
    features = shapes["body.0.weight"][0]
    inner = all(shapes[f"body.{index}.weight"] == (features, features, 3, 3) for index in range(2, length - 1, 2))
    slopes = all(shapes[f"body.{index}.weight"] == (features,) for index in range(1, length, 2))
    ends = [shapes["body.0.weight"], shapes[f"body.{length - 1}.weight"]]
    return inner and slopes and all(end[2:] == (3, 3) for end in ends) and _scale(shapes) > 0


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.compact import Compact

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    features, channels = shapes["body.0.weight"][:2]
    convs = (sequence(shapes, "body") - 3) // 2
    scale = _scale(shapes)
    net = Compact(channels, channels, features=features, convs=convs, scale=scale)
    net.load_state_dict(state)
    return Built(
        net, "compact", "Compact", scale, channels, gan=True, tags=(f"{features} features", f"{convs} convolutions")
    )
