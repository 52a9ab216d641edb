"""The average of a generator's weights: what is shown, judged and shipped."""

from __future__ import annotations

import torch
from torch import nn

RAMP = 0.05  # while it begins, the average reaches back over this share of all pictures seen


def decay_at(images: int, batch: int, decay: float, ramp: bool) -> float:
    """How much of the average stays at this step; with `ramp` less while few `images` have been seen."""
    if not ramp:
        return decay
    return min(decay, 0.5 ** (batch / max(RAMP * images, 1e-8)))


@torch.no_grad()
def follow(average: nn.Module, net: nn.Module, decay: float) -> None:
    """Parameters move towards the network's, buffers become equal to them. The average is float32 and stays so."""
    for own, other in zip(average.parameters(), net.parameters(), strict=True):
        own.lerp_(other.float(), 1.0 - decay)
    for mine, theirs in zip(average.buffers(), net.buffers(), strict=True):
        mine.copy_(theirs)
