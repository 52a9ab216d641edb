"""Losses as pure functions of N×C×H×W float32 tensors, by name."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Loss = Callable[[Tensor, Tensor], Tensor]


def l1(result: Tensor, truth: Tensor) -> Tensor:
    return (result - truth).abs().mean()


def l2(result: Tensor, truth: Tensor) -> Tensor:
    return (result - truth).square().mean()


def charbonnier(result: Tensor, truth: Tensor) -> Tensor:
    """L1 with a rounded corner, ε = 1e-3 (Lai et al. 2017)."""
    return ((result - truth).square() + 1e-6).sqrt().mean()


def fft(result: Tensor, truth: Tensor) -> Tensor:
    """L1 between real and imaginary parts of the orthonormal spectra: the size of a pixel error."""
    difference = torch.fft.rfft2(result - truth, norm="ortho")
    return torch.view_as_real(difference).abs().mean()


LOSSES: dict[str, Loss] = {"l1": l1, "l2": l2, "charbonnier": charbonnier, "fft": fft}


def combined(result: Tensor, truth: Tensor, weights: dict[str, float]) -> Tensor:
    """The weighted sum of named losses."""
    return torch.stack([weight * LOSSES[name](result, truth) for name, weight in weights.items()]).sum()
