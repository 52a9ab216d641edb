"""The Keeper: takes a Run up from its snapshots and writes new ones; where there is no room it waits and says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ganstudio.core.errors import BadInput, Cancelled, OutputError
from ganstudio.training import matching, snapshots
from ganstudio.training.clock import Clock
from ganstudio.training.parallel import World
from ganstudio.training.plan import Plan
from ganstudio.training.report import Report
from ganstudio.training.run import PAUSED, RESUME, STOP, Run
from ganstudio.training.standing import Standing
from ganstudio.training.trainee import Trainee

_AGAIN_S = 10.0  # between two tries to save


class Keeper:
    """`pictures`: hash and table of the listing; `stopping`: whether a stop has been asked for."""

    def __init__(
        self, run: Run, plan: Plan, trainee: Trainee, standing: Standing, report: Report, clock: Clock, world: World,
        pictures: tuple[str, str], stopping: Callable[[], bool], again: float = _AGAIN_S,
    ) -> None:  # fmt: skip
        self.run, self.plan, self.trainee, self.standing = run, plan, trainee, standing
        self._report, self._clock, self._world = report, clock, world
        self._listing, self._table = pictures
        self._stopping, self._again = stopping, again
        self.saved = time.monotonic()

    def open(self, snapshot: Path | None, timed: bool) -> None:
        """Take up the newest snapshot of the Run (or the named one), or begin with one of step 0."""
        found = snapshot or self._newest()
        self._world.agreed([0.0])  # nobody writes before all have looked
        if found is not None:
            self._take_up(found, timed)
        if self._world.leads:
            matching.keep_listing(self.run, self._table)
        if found is None and not self.save():
            raise Cancelled()

    def _take_up(self, found: Path, timed: bool) -> None:
        state = snapshots.read(found)
        for text in matching.check(self.run, self.plan, self._listing, self._table, state, found.name):
            self._report.log(event="warning", step=state["standing"]["step"], text=text)
        self._restore(state)
        schedule = self.standing.schedule
        if schedule.open and not timed:
            schedule.decay_from = max(self.standing.step, round(self.plan.steps * (1.0 - self.plan.decay)))

    def _newest(self) -> Path | None:
        if self._world.leads:
            return snapshots.latest(self.run.folder)
        return next(iter(snapshots.numbered(self.run.folder)[::-1]), None)

    def _restore(self, state: dict[str, Any]) -> None:
        self.standing.take_up(state["standing"])
        if state["soft"]:
            self.trainee.take_up_soft(state["trainee"])
            self.standing.schedule.warm_from = self.standing.step
        else:
            torch.set_rng_state(state["rng"])
            self.trainee.take_up(state["trainee"])

    def state(self, soft: bool = False) -> dict[str, Any]:
        """All that a resume needs; what is drawn at random is a function of (seed, step)."""
        return {
            "soft": soft,
            "about": matching.about(self.plan, self._listing),
            "standing": self.standing.to_state(),
            "rng": torch.get_rng_state(),
            "trainee": self.trainee.soft_state() if soft else self.trainee.state(),
        }

    def save(self, name: str = "") -> bool:
        """Write a snapshot. Where that fails the Run pauses, says so and tries again; False when it is stopped then.

        Raises OutputError where it was being stopped already.
        """
        if not self._world.leads:
            return True
        while True:
            try:
                snapshots.write(self.run.file(name or f"step-{self.standing.step:08d}.pt"), self.state())
            except OutputError as error:
                if self._stopping():
                    raise
                self._report.log(event="pause", step=self.standing.step, text=str(error))
                self._report.tell(PAUSED, str(error))
                if not self._room_again():
                    return False
                continue
            snapshots.prune(self.run.folder)
            self.saved = time.monotonic()
            return True

    def save_soft(self) -> None:
        """The small snapshot that may go to another machine."""
        if self._world.leads:
            snapshots.write(self.run.file(snapshots.SOFT), self.state(soft=True))

    def _room_again(self) -> bool:
        """Wait a while, or until the person says resume; False for stop."""
        until = time.monotonic() + self._again
        with self._clock.stopped():
            while time.monotonic() < until:
                want = self.run.asked()
                if want == STOP or self._stopping():
                    return False
                if want == RESUME:
                    return True
                time.sleep(0.1)
        return True

    def roll_back(self) -> None:
        """To the last snapshot, with half the learning rate for every time it happened since."""
        found = self._newest()
        if found is None:
            raise BadInput(f"The Run in {self.run.name} has lost its snapshots.")
        now = self.standing
        times, seconds, micro_batches = now.troubles.rollbacks, now.seconds, now.micro_batches
        self._restore(snapshots.read(found))
        for _ in range(times - now.troubles.rollbacks):
            self.trainee.calm()
        now.troubles.rollbacks, now.seconds, now.micro_batches = times, seconds, micro_batches
        self._report.log(
            event="rollback", step=now.step,
            text=f"three steps in a hundred were lost: back to step {now.step} with half the learning rate",
        )  # fmt: skip
