"""The Report: what a training says of itself: lines of the log, the state file, the estimate of time and memory."""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import psutil
import torch

from ganstudio.training.clock import Clock
from ganstudio.training.parallel import World
from ganstudio.training.run import PAUSED, RUNNING, Order, Run, State
from ganstudio.training.standing import Standing
from ganstudio.training.trainee import Trainee

Tell = Callable[[dict[str, Any]], None]
Watch = Callable[[State], None]


class Report:
    """`hear` gets every line of the log, `watch` every State. Only the leading process says anything."""

    def __init__(
        self, run: Run, order: Order, trainee: Trainee, standing: Standing, clock: Clock, world: World,
        hear: Tell, watch: Watch,
    ) -> None:  # fmt: skip
        self._run, self._order, self._trainee, self._standing = run, order, trainee, standing
        self._clock, self._world, self._hear, self._watch = clock, world, hear, watch
        self.state = State(state=RUNNING, started=time.time()).mine()
        self._a_step = 0.0  # seconds a step takes, once that is known
        self._numbers: dict[str, list[float]] = defaultdict(list)
        self._mark = (0, 0, 0.0)  # step, images, seconds when the last line was logged

    def log(self, **line: Any) -> None:
        if self._world.leads:
            self._run.log(**line)
            self._hear(json.loads(json.dumps(line)))

    def mark(self) -> None:
        """Count pictures and seconds from here on."""
        self._mark = (self._standing.step, self._trainee.images, self._standing.seconds)

    def add(self, numbers: Mapping[str, float]) -> None:
        """The numbers of one step, for the means of the next line."""
        for name, value in numbers.items():
            if math.isfinite(value):
                self._numbers[name].append(value)

    def steps(self) -> int:
        """How many steps since the last line."""
        return self._standing.step - self._mark[0]

    def line(self) -> None:
        """One line of the log: the means since the last one."""
        if not self._numbers:
            return
        now = self._standing
        _, images, seconds = self._mark
        elapsed = max(1e-9, now.seconds - seconds)
        means = {name: float(f"{sum(values) / len(values):.6g}") for name, values in self._numbers.items()}
        self._numbers.clear()
        if self._a_step:
            self._a_step = elapsed / max(1, self.steps())
        rate = (self._trainee.images - images) / elapsed
        self.mark()
        self._clock.reset("log")
        self.log(
            step=now.step, end=self.end(), images=self._trainee.images, rate=round(rate, 2),
            lr=self._order.plan.lr * now.schedule.factor(now.step), seconds=round(now.seconds, 1), **means,
        )  # fmt: skip

    def estimate(self, steps: int, images: int, seconds: float) -> None:
        """How long it will take and how much memory it needs, from the `steps` first steps in `seconds`."""
        self._a_step = seconds / max(1, steps)
        memory = _memory(self._trainee.device)
        self.state = replace(self.state, memory=memory)
        self.log(
            event="estimate", step=self._standing.step, seconds_a_step=round(self._a_step, 4),
            rate=round(images / max(1e-9, seconds), 2), seconds_left=round(self.left(), 1), memory=memory,
            precision=self._trainee.precision,
        )  # fmt: skip
        self.tell(RUNNING)

    def left(self) -> float:
        """Seconds, at the pace last measured."""
        now = self._standing
        if self._order.minutes and now.schedule.open:
            return max(0.0, self._order.minutes * 60.0 - now.seconds)
        return max(0, now.schedule.end - now.step) * self._a_step

    def end(self) -> int:
        """The planned number of steps; of a timed Run without a plan what it will come to at this pace (0: unknown)."""
        if not self._standing.schedule.open:
            return self._standing.schedule.end
        return self._standing.step + round(self.left() / self._a_step) if self._a_step else 0

    def best(self, words: str) -> None:
        """The words on the best check so far."""
        self.state = replace(self.state, words=words)

    def tell(self, state: str, reason: str = "") -> None:
        """Write the state file."""
        if not self._world.leads:
            return
        now, going = self._standing, state in (RUNNING, PAUSED) and self._a_step > 0.0
        self.state = replace(
            self.state, state=state, reason=reason, heartbeat=time.time(), step=now.step, end=self.end(),
            images=self._trainee.images, seconds=round(now.seconds, 1), best=now.best, best_step=now.best_step,
            left=self.left() if going else None,
            rate=round(self._trainee.images / now.seconds, 2) if now.seconds else 0.0,
        )  # fmt: skip
        self._run.write_state(self.state)
        self._watch(self.state)


def _memory(device: str) -> int:
    """Bytes this process needs: on a GPU the most that was taken there, else what the system gave it."""
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated(device)
    return psutil.Process().memory_info().rss
