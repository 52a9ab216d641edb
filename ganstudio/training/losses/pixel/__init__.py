"""Pixel losses: one file each, found by `core.discovery.discover`, named in a Plan with their weights.

Every module has `loss(result, truth) -> scalar`, a pure function of two N×C×H×W float32 tensors in 0..1.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

from ganstudio.core import discovery
from ganstudio.core.errors import UsageError

Loss = Callable[[Tensor, Tensor], Tensor]


def names() -> list[str]:
    return list(discovery.discover(sys.modules[__name__]))


@cache
def named(name: str) -> Loss:
    """The loss of that name; UsageError when there is none."""
    if name not in names():
        raise UsageError(f"There is no loss called {name}.", f"Known losses: {', '.join(names())}.")
    return discovery.load(sys.modules[__name__], name).loss


def combined(result: Tensor, truth: Tensor, weights: dict[str, float]) -> Tensor:
    """The weighted sum of named losses."""
    return torch.stack([weight * named(name)(result, truth) for name, weight in weights.items()]).sum()
