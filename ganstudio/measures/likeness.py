"""Likeness: how near made pictures are to one picture that is wanted; differentiable, so that it can be gone after.

A perceptual distance at the size that the features see well, plus the squared error of a reduced copy, which keeps
colours and places (Karras et al. 2020, appendix D, uses the first alone with another network).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ganstudio.measures.frozen import Features

_PIXELS = 30.0  # weight of the squared error, of pictures 0..1
_REDUCED = 32  # px


class Likeness:
    """Distances to one picture: 0 for the same, no upper end that is ever met."""

    def __init__(self, features: Features, target: Tensor) -> None:
        """`target`: 3×R×R, RGB 0..1."""
        self._features = features
        self._side = features.side_for(target.shape[-1])
        with torch.no_grad():
            wanted = target[None].float()
            self._taps = [_unit(tap) for tap in features.taps(self._seen(wanted))]
            self._small = self._reduced(wanted)

    def __call__(self, images: Tensor) -> Tensor:
        """N×C×R×R, C 1 or 3, about -1..1 → N distances."""
        rgb = (images.float() * 0.5 + 0.5).clamp(0.0, 1.0) if not images.requires_grad else _soft(images.float())
        rgb = rgb.expand(-1, 3, -1, -1) if rgb.shape[1] == 1 else rgb[:, :3]
        taps = self._features.taps(self._seen(rgb))
        seen = [(_unit(a) - b).square().sum(dim=1).mean(dim=(1, 2)) for a, b in zip(taps, self._taps, strict=True)]
        pixels = (self._reduced(rgb) - self._small).square().mean(dim=(1, 2, 3))
        return torch.stack(seen).sum(dim=0) + _PIXELS * pixels

    def _seen(self, rgb: Tensor) -> Tensor:
        if rgb.shape[-1] == self._side:
            return rgb
        return F.interpolate(rgb, size=(self._side, self._side), mode="bilinear", antialias=True)

    @staticmethod
    def _reduced(rgb: Tensor) -> Tensor:
        return F.interpolate(rgb, size=(_REDUCED, _REDUCED), mode="bilinear", antialias=True)


def _soft(images: Tensor) -> Tensor:
    """0..1; what lies beyond is cut off but keeps a little of its slope, so that one can come back from there."""
    rgb = images * 0.5 + 0.5
    return rgb.clamp(0.0, 1.0) + 0.05 * (rgb - rgb.clamp(0.0, 1.0))


def _unit(tap: Tensor) -> Tensor:
    return tap / (tap.square().sum(dim=1, keepdim=True) + 1e-10).sqrt()
