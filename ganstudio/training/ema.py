"""The exponential moving average of a network's weights: what is judged and shipped."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

Net = TypeVar("Net", bound=nn.Module)


class Ema(Generic[Net]):
    """A float32 copy that follows: parameters are averaged, buffers copied. Warms up as (1+i)/(10+i)."""

    def __init__(self, net: Net, decay: float) -> None:
        self.net: Net = copy.deepcopy(net).float().eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, net: Net, step: int) -> None:
        """`step` counts from 0."""
        keep = min(self.decay, (1.0 + step) / (10.0 + step))
        for own, other in zip(self.net.parameters(), net.parameters(), strict=True):
            own.lerp_(other.float(), 1.0 - keep)
        for own, other in zip(self.net.buffers(), net.buffers(), strict=True):
            own.copy_(other)
