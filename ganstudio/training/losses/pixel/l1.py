"""Mean absolute error: what upscalers learn by."""

from __future__ import annotations

from torch import Tensor


def loss(result: Tensor, truth: Tensor) -> Tensor:
    return (result - truth).abs().mean()
