"""The networks that upscalers and restorers may be: one file each, named in Plans.

Every module has `make(plan) -> Module`, `begin(net, seed)` (how it starts), `head(net)` (the parameters of its last
layer) and `path(net) -> Path` (the picture's way through it in training). `net` itself stays in the layout of its
family, so that its file opens everywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol, cast

from torch import Tensor, nn

from ganstudio.core.discovery import discover, load
from ganstudio.training.precision import Casting
from ganstudio.training.upscaler.plan import PairPlan

# N×3×H×W in 0..1 → N×3×(H·scale)×(W·scale) float32; the expensive part runs inside the casting.
Path = Callable[[Tensor, Casting], Tensor]


class Network(Protocol):
    """What a module of this package offers."""

    def make(self, plan: PairPlan) -> nn.Module: ...

    def begin(self, net: nn.Module, seed: int) -> None: ...

    def head(self, net: nn.Module) -> list[nn.Parameter]: ...

    def path(self, net: nn.Module) -> Path: ...


def names() -> list[str]:
    return list(discover(sys.modules[__name__]))


def named(name: str) -> Network:
    return cast(Network, load(sys.modules[__name__], name))
