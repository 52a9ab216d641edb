"""Trainee: what learns. The Loop knows nothing else of a goal; a Trainee can be used without the Loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Check:
    """How good it is now. `score`: higher is better, None where nothing is held out (then the newest is the best)."""

    score: float | None
    numbers: Mapping[str, float] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Facts:
    """What a Trainee is told of the Run it learns in. `start`: a model file to begin with; `share` and `shares`: which
    part of each batch is this process's (0 of 1 where there is one); `device`: cpu, cuda:0, mps."""

    start: Path | None = None
    data_note: str = ""
    device: str = "cpu"
    share: int = 0
    shares: int = 1


class Trainee(Protocol):
    """All that is drawn at random is a function of (seed, step) wherever possible, so that resuming needs little."""

    images: int  # pictures seen so far
    precision: str  # "fp32" or "bf16"; "auto" until it has been measured
    device: str
    notes: list[str]  # what the person should know of the pictures (left out, broken)

    def step(self, number: int, rate: float, micro_batches: int) -> dict[str, float]:
        """One whole step. `rate` is the Schedule's factor, 0..1. Gives numbers for the log; where one is not finite
        nothing was changed and "skipped" is 1.0. Running out of memory changes nothing either, and is raised."""
        ...

    def state(self) -> dict[str, Any]:
        """All a bit-exact resume needs but the Loop's own counters: tensors and plain values only."""
        ...

    def take_up(self, state: dict[str, Any]) -> None: ...

    def soft_state(self) -> dict[str, Any]:
        """Networks in float16 and scalars, for another machine; the optimiser begins anew."""
        ...

    def take_up_soft(self, state: dict[str, Any]) -> None: ...

    def calm(self) -> None:
        """After a roll-back: half the learning rate (and for GANs twice the penalty). Kept in `state`."""
        ...

    def check(self) -> Check:
        """Judge the average on what is held out."""
        ...

    def samples(self) -> NDArray[np.uint8]:
        """H×W×3: a grid from fixed seeds or fixed held-out pictures."""
        ...

    def export(self, folder: Path, facts: dict[str, Any]) -> list[Path]:
        """Model files, usable at once, with Cards. `facts` go into the Card's settings (steps, minutes, …)."""
        ...
