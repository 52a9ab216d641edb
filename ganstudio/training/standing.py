"""Where a training stands: the counters, the Schedule, the troubles. Shared by those that work on it. Torch-free."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from ganstudio.training.plan import Plan
from ganstudio.training.schedule import Schedule
from ganstudio.training.trouble import Troubles


@dataclass
class Standing:
    """`seconds` of work, pauses left out; `stale`: checks since the best one."""

    schedule: Schedule
    troubles: Troubles
    step: int = 0
    seconds: float = 0.0
    best: float | None = None
    best_step: int = 0
    stale: int = 0
    micro_batches: int = 1

    @classmethod
    def of(cls, plan: Plan, timed: bool) -> Self:
        return cls(Schedule.of(plan, timed), Troubles(), micro_batches=plan.micro_batches)

    def to_state(self) -> dict[str, Any]:
        return asdict(self)

    def take_up(self, state: dict[str, Any]) -> None:
        """Become what `to_state` gave, in place."""
        values = {**state, "schedule": Schedule(**state["schedule"]), "troubles": Troubles(**state["troubles"])}
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def done(self) -> bool:
        return not self.schedule.open and self.step >= self.schedule.end
