"""The Loop: steps until the end; pause, stop and trouble; nothing of any one goal."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch

from ganstudio.core.errors import OutOfMemory, UserError, is_want_of_memory
from ganstudio.training import snapshots
from ganstudio.training.clock import Clock
from ganstudio.training.judging import Judge
from ganstudio.training.keeping import Keeper
from ganstudio.training.parallel import World
from ganstudio.training.report import Report, Tell, Watch
from ganstudio.training.run import FAILED, FINISHED, PAUSE, PAUSED, RESUME, RUNNING, STOP, STOPPED, Order, Run, State
from ganstudio.training.standing import Standing
from ganstudio.training.trainee import Trainee

_GO, _WAIT, _END = 0.0, 1.0, 2.0
_SETTLED = 2  # steps that measure how to compute and fill the batches: not counted in the estimate


@dataclass(frozen=True)
class Pace:
    """How often something is done, in seconds (and steps): lines of the log, checks with samples, snapshots, the
    state, another try to save; after how many steps time and memory are estimated."""

    log: float = 20.0
    log_steps: int = 50
    check: float = 150.0
    snapshot: float = 240.0
    beat: float = 2.0
    again: float = 10.0
    estimate_steps: int = 8


class Loop:
    """One sitting of a Run. `hear` gets every line of the log, `watch` the State (for a bar)."""

    def __init__(
        self, run: Run, order: Order, trainee: Trainee, pictures: tuple[str, str], *, world: World | None = None,
        hear: Tell = lambda line: None, watch: Watch = lambda state: None, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        """`pictures`: hash and table of the listing."""
        self.run, self.plan, self.order, self.trainee = run, order.plan, order, trainee
        self.world, self.pace, self.clock = world or World(), pace or Pace(), Clock()
        self.standing = Standing.of(order.plan, timed=order.minutes > 0)
        self.report = Report(run, order, trainee, self.standing, self.clock, self.world, hear, watch)
        self.judge = Judge(run, order.plan, trainee, self.standing, self.report)
        self.keeper = Keeper(
            run, order.plan, trainee, self.standing, self.report, self.clock, self.world, pictures,
            lambda: self.stopping, self.pace.again,
        )  # fmt: skip
        self.stopping = False
        self._paused = False

    def open(self, snapshot: Path | None = None) -> None:
        """Take up the newest snapshot of the Run (or the named one), or begin."""
        self.keeper.open(snapshot, timed=self.order.minutes > 0)
        self.report.mark()

    def announce(self, pictures: int, notes: list[str]) -> None:
        """The first line of a sitting."""
        self.report.log(
            event="start", step=self.standing.step, goal=self.plan.GOAL, name=self.plan.name, pictures=pictures,
            notes=notes, device=self.trainee.device, processes=self.world.size,
        )  # fmt: skip

    def go(self, stop_after: int | None = None) -> State:
        """Train to the end, for the Order's minutes in all, or `stop_after` steps. Gives the last State."""
        last = None if stop_after is None else self.standing.step + stop_after
        self.clock.begin(self.standing.seconds)
        try:
            self.report.tell(RUNNING)
            if self.standing.step == 0 and self.world.leads:
                self._check()
            return self._finish(self._work(last))
        except UserError as error:
            self.report.log(event="failed", step=self.standing.step, text=str(error))
            self.report.tell(FAILED, str(error))
            raise
        except BaseException:
            self.report.tell(FAILED, "A fault in the program.")
            raise

    def _work(self, last: int | None) -> str:
        """Steps until there is a reason to end, which is given; an empty one: stopped by hand."""
        now = self.standing
        began = settled = (now.step, self.trainee.images, now.seconds)
        while True:
            if (want := self._wanted()) == _END:
                return ""
            if want == _WAIT:
                time.sleep(0.1)
                continue
            if now.done:
                return "all steps are done"
            self._one()
            now.seconds = self.clock.seconds()
            self._plan_the_end()
            if now.step - began[0] == _SETTLED:
                settled = (now.step, self.trainee.images, now.seconds)
            if now.step - began[0] == self.pace.estimate_steps:
                self.report.estimate(now.step - settled[0], self.trainee.images - settled[1], now.seconds - settled[2])
            if (reason := self._beside()) or now.step == last:
                return reason

    def _wanted(self) -> float:
        """Go, wait or end: what the person, a signal or the panel asked of the leading process."""
        if self.world.leads:
            asked = self.run.asked() if self.clock.due("asked", 0.3) else ""
            self.stopping = self.stopping or asked == STOP
            if asked in (PAUSE, RESUME) and self._paused != (asked == PAUSE):
                self._pause(asked == PAUSE)
        want = _END if self.stopping else _WAIT if self._paused else _GO
        return self.world.agreed([want])[0]

    def _pause(self, paused: bool) -> None:
        self._paused = paused
        if paused:
            self._save()
        self.clock.hold(paused)
        self.report.log(event="pause" if paused else "resume", step=self.standing.step, text="by hand")
        self.report.tell(PAUSED if paused else RUNNING, "Paused by hand." if paused else "")

    def _one(self) -> None:
        """One step: learn and count, or meet the trouble."""
        now = self.standing
        try:
            numbers = self.trainee.step(now.step, now.schedule.factor(now.step), now.micro_batches)
        except (RuntimeError, MemoryError) as error:
            if not is_want_of_memory(error):
                raise
            return self._smaller(error)
        if numbers.pop("skipped", 0.0):
            text = "the losses of this step were no numbers: nothing was learnt"
            self.report.log(event="skipped", step=now.step, text=text)
            if now.troubles.skip(now.step):
                return self.keeper.roll_back()
        self.report.add(numbers)
        now.step += 1

    def _smaller(self, error: BaseException) -> None:
        """The same step once more, in micro-batches half as large."""
        now = self.standing
        if now.micro_batches >= self.plan.batch or self.world.size > 1:
            hint = "Give smaller crops (--patch) or a narrower network (--features)."
            raise OutOfMemory("The memory does not suffice for one picture at a time.", hint) from error
        now.micro_batches = min(self.plan.batch, now.micro_batches * 2)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        text = f"memory did not suffice: each batch is now cut into {now.micro_batches} parts"
        self.report.log(event="memory", step=now.step, micro_batches=now.micro_batches, text=text)

    def _plan_the_end(self) -> None:
        """When the flat part's share of the time is over, decide how many steps the rest will hold."""
        now, budget = self.standing, self.order.minutes * 60.0
        if not budget or not now.schedule.open:
            return
        due = now.schedule.is_due(now.step, now.seconds, budget, self.plan.decay)
        due, seconds = self.world.agreed([float(due), now.seconds])
        if due:
            self._save(snapshots.TRUNK)
            now.schedule.plan_the_end(now.step, seconds, budget)
            self.report.log(event="decay", step=now.step, end=now.schedule.end)

    def _beside(self) -> str:
        """Log, check, save when it is time. A reason to end, or an empty word."""
        reason = ""
        if self.world.leads:
            if self.clock.due("beat", self.pace.beat):
                self.report.tell(RUNNING)
            if self.report.steps() >= self.pace.log_steps or self.clock.due("log", self.pace.log):
                self.report.line()
            if self.clock.due("check", self.pace.check):
                reason = self._check()
            if time.monotonic() - self.keeper.saved > self.pace.snapshot:
                self._save()
        if self.world.size > 1:
            reason = (reason or "the first process ended it") if self.world.agreed([float(bool(reason))])[0] else ""
        return reason

    def _save(self, name: str = "") -> None:
        """A snapshot; where there is no room for it and the person says stop, the end."""
        if not self.keeper.save(name):
            self.stopping = True

    def _check(self) -> str:
        """A check, and none again before ten times its own time has gone. The pace is that of the steps between."""
        self.report.line()
        began = time.monotonic()
        reason = self.judge.check()
        self.standing.seconds = self.clock.seconds()
        self.report.mark()
        self.clock.reset("log")
        self.clock.reset("check", at_least=10.0 * (time.monotonic() - began) - self.pace.check)
        return reason

    def _finish(self, reason: str) -> State:
        """The last snapshot, the last check, the last word."""
        now = self.standing
        self.report.line()
        if not self.keeper.save():
            self.stopping, reason = True, ""
            self.keeper.save()  # once more: there is room now, or the sentence why not
        self.keeper.save_soft()
        if reason and self.world.leads:
            if self.judge.checked != now.step:
                self.judge.check()
            self.report.log(
                event="end", step=now.step, seconds=round(now.seconds, 1), reason=reason, best=now.best,
                best_step=now.best_step,
            )  # fmt: skip
        if reason:
            self.report.tell(FINISHED, f"{reason[:1].upper()}{reason[1:]}.")
        else:
            self.report.tell(STOPPED, "Stopped by hand.")
        return self.report.state
