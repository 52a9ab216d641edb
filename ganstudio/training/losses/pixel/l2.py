"""Mean squared error: what PSNR counts; for the last stretch of a fidelity training."""

from __future__ import annotations

from torch import Tensor


def loss(result: Tensor, truth: Tensor) -> Tensor:
    return (result - truth).square().mean()
