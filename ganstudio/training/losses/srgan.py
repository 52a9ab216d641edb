"""The losses of upscalers that invent: adversarial, perceptual, feature matching, low-pass consistency.

Ledig et al. 2017 (SRGAN: adversarial, perceptual); Wang et al. 2018 (pix2pixHD: feature matching). Pictures are
N×3×H×W float32 in 0..1, features lists of N×C×H×W.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

_EPS = 1e-8
_LEVEL = 4  # how much smaller both are made where the network does not enlarge


def fooling(fake_logits: Tensor) -> Tensor:
    """What the generator minimises: −log D(G(x)), from raw logits."""
    return F.softplus(-fake_logits).mean()


def telling(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """What the discriminator minimises: −log D(y) − log(1 − D(G(x)))."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def perceptual(result: Sequence[Tensor], truth: Sequence[Tensor]) -> Tensor:
    """Mean distance of features, each place brought to unit length over its channels as LPIPS does."""
    parts = [(_unit(a) - _unit(b)).abs().sum(1).mean() for a, b in zip(result, truth, strict=True)]
    return torch.stack(parts).mean()


def _unit(features: Tensor) -> Tensor:
    return features / (features.square().sum(1, keepdim=True) + _EPS).sqrt()


def matching(fake: Sequence[Tensor], real: Sequence[Tensor]) -> Tensor:
    """Mean absolute difference of what a discriminator sees inside; `real` is taken as given."""
    parts = [(a - b.detach()).abs().mean() for a, b in zip(fake, real, strict=True)]
    return torch.stack(parts).mean()


def lowpass(result: Tensor, given: Tensor) -> Tensor:
    """Made as small as `given` (both four times smaller where they are equal), the result equals it: keeps colours."""
    height, width = given.shape[2:]
    if result.shape == given.shape:
        size = (max(1, height // _LEVEL), max(1, width // _LEVEL))
        return (_reduced(result, size) - _reduced(given, size)).abs().mean()
    return (_reduced(result, (height, width)) - given).abs().mean()


def _reduced(picture: Tensor, size: tuple[int, int]) -> Tensor:
    return F.interpolate(picture, size=size, mode="bicubic", antialias=True, align_corners=False)
