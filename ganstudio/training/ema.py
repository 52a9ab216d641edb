"""The exponential moving average of a network's weights: what is judged and shipped."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Ema:
    """A float32 copy that follows: parameters are averaged, buffers copied. Warms up as (1+i)/(10+i)."""

    def __init__(self, net: nn.Module, decay: float) -> None:
        self.net = copy.deepcopy(net).float().eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, net: nn.Module, step: int) -> None:
        """`step` counts from 0."""
        keep = min(self.decay, (1.0 + step) / (10.0 + step))
        ours, theirs = list(self.net.parameters()), [p.float() for p in net.parameters()]
        torch._foreach_lerp_(ours, theirs, 1.0 - keep)
        for own, other in zip(self.net.buffers(), net.buffers(), strict=True):
            own.copy_(other)
