"""Schedule: how the learning rate goes over a training, as a factor 0..1 of its height."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from ganstudio.training.plan import Plan

SOFT_WARMUP = 200  # steps after a soft resume, whose optimiser has forgotten


@dataclass
class Schedule:
    """Warm-up, a flat stretch, half a cosine from `decay_from` to `end`; flat while that is None.

    `least` is the factor at the end. `warm_from`: a second warm-up begins at that step (a soft resume).
    """

    end: int
    decay_from: int | None = None
    warmup: int = 0
    least: float = 0.01
    warm_from: int | None = None

    @classmethod
    def of(cls, plan: Plan, timed: bool) -> Self:
        """By the Plan's steps; with `timed` the end is planned on the way (see `is_due`)."""
        decay_from = None if timed else round(plan.steps * (1.0 - plan.decay))
        return cls(plan.steps, decay_from, plan.warmup, min(1.0, plan.lr_end / plan.lr))

    @property
    def open(self) -> bool:
        """Whether the end is still to be planned."""
        return self.decay_from is None

    def factor(self, step: int) -> float:
        warm = 1.0
        if step < self.warmup:
            warm = (step + 1) / self.warmup
        if self.warm_from is not None and step < self.warm_from + SOFT_WARMUP:
            warm = min(warm, (step - self.warm_from + 1) / SOFT_WARMUP)
        if self.decay_from is None or step < self.decay_from:
            return warm
        done = min(1.0, (step - self.decay_from) / max(1, self.end - self.decay_from))
        return warm * (self.least + (1.0 - self.least) * 0.5 * (1.0 + math.cos(math.pi * done)))

    def is_due(self, step: int, seconds: float, budget: float, decay: float) -> bool:
        """Whether the flat part's share of the time `budget` is over, so that the end can be planned."""
        return self.open and step > 0 and seconds >= budget * (1.0 - decay)

    def plan_the_end(self, step: int, seconds: float, budget: float) -> None:
        """The rate falls from now on, over as many steps as the rest of the time holds."""
        self.decay_from = step
        self.end = step + max(1, round(step / seconds * max(1.0, budget - seconds)))
