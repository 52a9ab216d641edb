"""Compact: a chain of 3×3 convolutions. Starts with identity kernels, its slopes stay at 0.1 where they are so."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from ganstudio.nets.compact import Compact
from ganstudio.training.precision import Casting
from ganstudio.training.upscaler.initialise import fixed_slopes, identity, plain_body
from ganstudio.training.upscaler.networks import Path
from ganstudio.training.upscaler.plan import PairPlan


def make(plan: PairPlan) -> Compact:
    return Compact(features=plan.features, convs=plan.depth, scale=plan.enlarges)


def begin(net: nn.Module, seed: int) -> None:
    identity(cast(Compact, net), seed)


def head(net: nn.Module) -> list[nn.Parameter]:
    return list(cast(Compact, net).body[-1].parameters())


def path(net: nn.Module) -> Path:
    """With slopes that are all 0.1 those are not trained, which is a quarter faster; others learn with the rest."""
    compact = cast(Compact, net)
    body: nn.Module = plain_body(compact) if fixed_slopes(compact) else compact.body

    def run(x: Tensor, cast_to: Casting) -> Tensor:
        with cast_to():
            residual = body(x)
        return compact.compose(x, residual.float())

    return run
