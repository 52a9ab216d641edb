"""What a style network learns by: content kept, the style's statistics met. Pure functions of tensors.

Feature maps are N×C×H×W taps of a frozen network, brought to a common scale by the caller. Statistics: Huang & Belongie
(ICCV 2017, AdaIN), eq. 13; content without colour and contrast: Park & Lee (CVPR 2019, SANet), eq. 6.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_EPS = 1e-5


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel: two tensors N×C."""
    return features.mean((2, 3)), (features.var((2, 3), unbiased=False) + _EPS).sqrt()


def statistics(result: Sequence[Tensor], style: Sequence[Tensor]) -> Tensor:
    """How far the result's channel means and deviations are from the style's, summed over the taps."""
    parts = []
    for mine, wanted in zip(result, style, strict=True):
        (mean, std), (mean_wanted, std_wanted) = moments(mine), moments(wanted)
        parts.append((mean - mean_wanted).square().mean() + (std - std_wanted).square().mean())
    return torch.stack(parts).sum()


def content(result: Sequence[Tensor], photo: Sequence[Tensor]) -> Tensor:
    """How far the result's structure is from the photograph's: maps are compared with mean 0 and deviation 1."""
    return torch.stack([(_plain(a) - _plain(b)).square().mean() for a, b in zip(result, photo, strict=True)]).sum()


def _plain(features: Tensor) -> Tensor:
    mean, std = moments(features)
    return (features - mean[..., None, None]) / std[..., None, None]


def total_variation(result: Tensor) -> Tensor:
    """Mean squared difference of neighbours."""
    down, right = result[:, :, 1:] - result[:, :, :-1], result[..., 1:] - result[..., :-1]
    return down.square().mean() + right.square().mean()


def identity(result: Tensor, photo: Tensor) -> Tensor:
    """Painted with its own style a photograph stays what it is: mean absolute error."""
    return (result - photo).abs().mean()
