"""The Loop: steps until the end, with log, checks, samples and snapshots; pause and stop; nothing of any one goal."""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import torch
from PIL import Image

from ganstudio.core.errors import BadInput, Cancelled, OutOfMemory, OutputError, UserError
from ganstudio.training import keeping, snapshots
from ganstudio.training.clock import Clock
from ganstudio.training.keeping import Counters
from ganstudio.training.parallel import World
from ganstudio.training.run import FAILED, FINISHED, PAUSE, PAUSED, RESUME, RUNNING, STOP, STOPPED, Order, Run, State
from ganstudio.training.schedule import Schedule
from ganstudio.training.trainee import Trainee
from ganstudio.training.trouble import Troubles, out_of_memory

Tell = Callable[[dict[str, Any]], None]
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
    """One sitting of a Run. `tell` hears every line of the log, `watch` the State (for a bar)."""

    def __init__(
        self, run: Run, order: Order, trainee: Trainee, pictures: tuple[str, str], *,
        world: World | None = None, tell: Tell = lambda line: None, watch: Callable[[State], None] = lambda state: None,
        pace: Pace | None = None,
    ) -> None:  # fmt: skip
        """`pictures`: hash and table of the listing."""
        self.run, self.plan, self.order, self.trainee = run, order.plan, order, trainee
        self.listing, self.table = pictures
        self.world, self.tell, self.watch, self.pace = world or World(), tell, watch, pace or Pace()
        self.schedule = Schedule.of(self.plan, timed=order.minutes > 0)
        self.counters = Counters(micro_batches=self.plan.micro_batches)
        self.troubles = Troubles()
        self.stopping = False
        self._paused = False
        self._a_step = 0.0  # seconds a step takes, once that is known
        self._checked = -1  # the step of the last check
        self._state = State(state=RUNNING, started=time.time()).mine()
        self._numbers: dict[str, list[float]] = defaultdict(list)
        self._clock = Clock()
        self._mark = (0, 0, 0.0)  # step, images, seconds when the last line was logged

    # taking up and putting down

    def open(self, snapshot: Path | None = None) -> None:
        """Take up the newest snapshot of the Run (or the named one), or begin with one of step 0."""
        found = snapshot or self._newest()
        self.world.agreed([0.0])  # nobody writes before all have looked
        if found is not None:
            state = snapshots.read(found)
            for text in keeping.check(self.run, self.plan, self.listing, self.table, state, found.name):
                self._log(event="warning", text=text)
            self._take_up(state)
            if self.schedule.open and not self.order.minutes:
                self.schedule.decay_from = max(self.counters.step, round(self.plan.steps * (1.0 - self.plan.decay)))
        if self.world.leads:
            keeping.keep_listing(self.run, self.table)
        if found is None and not self._save():
            raise Cancelled()
        self._mark = (self.counters.step, self.trainee.images, self.counters.seconds)

    def announce(self, pictures: int, notes: list[str]) -> None:
        """The first line of a sitting."""
        self._log(
            event="start", step=self.counters.step, goal=self.plan.GOAL, name=self.plan.name, pictures=pictures,
            notes=notes, device=self.trainee.device, processes=self.world.size,
        )  # fmt: skip

    def _newest(self) -> Path | None:
        if self.world.leads:
            return snapshots.latest(self.run.folder)
        return next(iter(snapshots.numbered(self.run.folder)[::-1]), None)

    def _take_up(self, state: dict[str, Any]) -> None:
        self.counters = Counters(**state["counters"])
        self.troubles = Troubles(**state["troubles"])
        self.schedule = Schedule.from_state(state["schedule"])
        if state["soft"]:
            self.trainee.take_up_soft(state["trainee"])
            self.schedule.warm_from = self.counters.step
        else:
            torch.set_rng_state(state["rng"])
            self.trainee.take_up(state["trainee"])

    def state(self, soft: bool = False) -> dict[str, Any]:
        """All that a resume needs; what is drawn at random is a function of (seed, step)."""
        return {
            "soft": soft,
            "about": keeping.about(self.plan, self.listing),
            "counters": self.counters.to_state(),
            "troubles": self.troubles.to_state(),
            "schedule": self.schedule.to_state(),
            "rng": torch.get_rng_state(),
            "trainee": self.trainee.soft_state() if soft else self.trainee.state(),
        }

    def _save(self, name: str = "") -> bool:
        """Write a snapshot. Where that fails the Run pauses, says so and tries again; False when it is stopped."""
        if not self.world.leads:
            return True
        while True:
            try:
                snapshots.write(self.run.file(name or f"step-{self.counters.step:08d}.pt"), self.state())
                snapshots.prune(self.run.folder)
                self._clock.saved = time.monotonic()
                return True
            except OutputError as error:
                if self.stopping:
                    raise
                self._log(event="pause", step=self.counters.step, text=str(error))
                self._tell_state(PAUSED, str(error))
            if not self._room_again():
                return False

    def _room_again(self) -> bool:
        """Wait a while, or until the person says resume; False for stop."""
        until = time.monotonic() + self.pace.again
        with self._clock.stopped():
            while time.monotonic() < until:
                want = self.run.asked()
                if want == STOP or self.stopping:
                    self.stopping = True
                    return False
                if want == RESUME:
                    return True
                time.sleep(0.1)
        return True

    # the way

    def go(self, stop_after: int | None = None) -> State:
        """Train to the end, for the Order's minutes in all, or `stop_after` steps. Gives the last State."""
        last = None if stop_after is None else self.counters.step + stop_after
        self._clock.begin(self.counters.seconds)
        try:
            if self.counters.step == 0:
                self._check()
            reason = self._work(last)
            return self._finish(reason)
        except UserError as error:
            self._tell_state(FAILED, str(error))
            self._log(event="failed", step=self.counters.step, text=str(error))
            raise
        except BaseException:
            self._tell_state(FAILED, "A fault in the program.")
            raise

    def _work(self, last: int | None) -> str:
        """Steps until there is a reason to end, which is given; an empty one: stopped by hand."""
        began, measured_from = self.counters.step, self._mark
        while True:
            if (want := self._wanted()) == _END:
                return ""
            if want == _WAIT:
                time.sleep(0.1)
                continue
            if not self.schedule.open and self.counters.step >= self.schedule.end:
                return "all steps are done"
            self._one()
            self.counters.seconds = self._clock.seconds()
            if self.order.minutes and self.schedule.open:
                self._plan_the_end()
            if self.counters.step - began == _SETTLED:
                measured_from = (self.counters.step, self.trainee.images, self.counters.seconds)
            if self.counters.step - began == self.pace.estimate_steps:
                self._estimate(measured_from)
            if (reason := self._housekeeping()) or self.counters.step == last:
                return reason

    def _wanted(self) -> float:
        """Go, wait or end: what the person, a signal or the panel asked of the leading process."""
        if self.world.leads:
            asked = self.run.asked() if self._clock.due("asked", 0.3) else ""
            self.stopping = self.stopping or asked == STOP
            if asked == PAUSE and not self._paused:
                self._save()
                self._log(event="pause", step=self.counters.step, text="paused by hand")
            if asked == RESUME and self._paused:
                self._log(event="resume", step=self.counters.step)
            if asked in (PAUSE, RESUME):
                self._paused = asked == PAUSE
                self._clock.hold(self._paused)
                self._tell_state(PAUSED if self._paused else RUNNING, "Paused by hand." if self._paused else "")
        want = _END if self.stopping else _WAIT if self._paused else _GO
        return self.world.agreed([want])[0]

    def _one(self) -> None:
        """One step: learn and count, or meet the trouble."""
        step = self.counters.step
        try:
            numbers = self.trainee.step(step, self.schedule.factor(step), self.counters.micro_batches)
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            return self._smaller(error)
        if numbers.pop("skipped", 0.0):
            self._log(event="skipped", step=step, text="the losses of this step were no numbers: nothing was learnt")
            if self.troubles.skip(step):
                return self._roll_back()
        for name, value in numbers.items():
            if math.isfinite(value):
                self._numbers[name].append(value)
        self.counters.step += 1

    def _smaller(self, error: BaseException) -> None:
        """The same step once more, in micro-batches half as large."""
        if self.counters.micro_batches >= self.plan.batch or self.world.size > 1:
            raise OutOfMemory(
                "The memory does not suffice for one picture at a time.", "Give smaller crops (--patch) or a network "
                "with fewer --features.",
            ) from error  # fmt: skip
        self.counters.micro_batches = min(self.plan.batch, self.counters.micro_batches * 2)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self._log(
            event="memory", step=self.counters.step, micro_batches=self.counters.micro_batches,
            text=f"memory did not suffice: each batch is now cut into {self.counters.micro_batches} parts",
        )  # fmt: skip

    def _roll_back(self) -> None:
        """To the last snapshot, with half the learning rate for every time it happened since."""
        found = self._newest()
        if found is None:
            raise BadInput(f"The Run in {self.run.name} has lost its snapshots.")
        times, seconds, micro_batches = self.troubles.rollbacks, self.counters.seconds, self.counters.micro_batches
        state = snapshots.read(found)
        self._take_up(state)
        for _ in range(times - self.troubles.rollbacks):
            self.trainee.calm()
        self.troubles.rollbacks = times
        self.counters.seconds, self.counters.micro_batches = seconds, micro_batches
        self._log(
            event="rollback", step=self.counters.step,
            text=f"three steps in a hundred were lost: back to step {self.counters.step} with half the learning rate",
        )  # fmt: skip

    def _plan_the_end(self) -> None:
        """When the flat part's share of the time is over, decide how many steps the rest will hold."""
        step, seconds, budget = self.counters.step, self.counters.seconds, self.order.minutes * 60.0
        due = self.schedule.is_due(step, seconds, budget, self.plan.decay)
        step, seconds = (told := self.world.agreed([float(step), seconds, float(due)]))[:2]
        if not told[2]:
            return
        self._save(snapshots.TRUNK)
        self.schedule.plan_the_end(int(step), seconds, budget)
        self._log(event="decay", step=int(step), end=self.schedule.end)

    # beside the way

    def _housekeeping(self) -> str:
        """Log, check, save when it is time. A reason to end, or an empty word."""
        if not self.world.leads:
            return self._agreed_end("")
        if self._clock.due("beat", self.pace.beat):
            self._tell_state(RUNNING)
        if self.counters.step - self._mark[0] >= self.pace.log_steps or self._clock.due("log", self.pace.log):
            self._line()
        reason = ""
        if self._clock.due("check", self.pace.check):
            reason = self._check()
        if time.monotonic() - self._clock.saved > self.pace.snapshot:
            self._save()
        return self._agreed_end(reason)

    def _agreed_end(self, reason: str) -> str:
        if self.world.size == 1:
            return reason
        return (reason or "ended") if self.world.agreed([float(bool(reason))])[0] else ""

    def _line(self) -> None:
        """One line of the log: the means since the last one."""
        step, images, seconds = self._mark
        elapsed = max(1e-9, self.counters.seconds - seconds)
        if self._a_step:
            self._a_step = elapsed / max(1, self.counters.step - step)
        means = {name: float(f"{sum(values) / len(values):.6g}") for name, values in self._numbers.items()}
        self._numbers.clear()
        rate = (self.trainee.images - images) / elapsed
        self._mark = (self.counters.step, self.trainee.images, self.counters.seconds)
        self._clock.reset("log")
        lr = self.plan.lr * self.schedule.factor(self.counters.step)
        self._log(
            step=self.counters.step, end=self._end(), images=self.trainee.images, rate=round(rate, 2), lr=lr,
            seconds=round(self.counters.seconds, 1), **means,
        )  # fmt: skip

    def _check(self) -> str:
        """Judge, show, and keep the best; a reason to end when nothing got better for the Plan's patience."""
        if not self.world.leads:
            return ""
        began, self._checked = time.monotonic(), self.counters.step
        found = self.trainee.check()
        score = None if found.score is None else round(found.score, 6)
        self._log(event="check", step=self.counters.step, score=score, words=found.words, **found.numbers)
        name = f"{self.counters.step:08d}.png"
        try:
            Image.fromarray(self.trainee.samples()).save(self.run.file("samples") / name)
            self._log(event="samples", step=self.counters.step, file=f"samples/{name}")
        except OSError as error:
            self._log(event="warning", text=f"the samples cannot be written: {error.strerror}")
        reason = self._compare(found.score, found.words)
        self._clock.reset("check", at_least=10.0 * (time.monotonic() - began) - self.pace.check)
        return reason

    def _compare(self, score: float | None, words: str) -> str:
        counters = self.counters
        if score is None or (math.isfinite(score) and (counters.best is None or score > counters.best)):
            counters.best, counters.best_step, counters.stale = score, counters.step, 0
            self._state = replace(self._state, words=words)
            self._export()
            return ""
        counters.stale += 1
        if self.plan.patience and counters.stale >= self.plan.patience:
            return f"no better for {counters.stale} checks"
        return ""

    def _export(self) -> None:
        facts = {
            "goal": self.plan.GOAL,
            "steps": self.counters.step,
            "images": self.trainee.images,
            "minutes": round(self.counters.seconds / 60.0, 1),
        }
        try:
            files = self.trainee.export(self.run.folder, facts)
        except OSError as error:
            self._log(event="warning", text=f"the model cannot be written: {error.strerror}")
            return
        self._log(event="best", step=self.counters.step, files=[path.name for path in files])

    def _finish(self, reason: str) -> State:
        """The last snapshot, the last check, the last word."""
        if not self.world.leads:
            return self._state
        if self._numbers:
            self._line()
        self._save()
        snapshots.write(self.run.file(snapshots.SOFT), self.state(soft=True))
        if reason:
            if self._checked != self.counters.step:
                self._check()
            self._log(event="end", step=self.counters.step, seconds=round(self.counters.seconds, 1), reason=reason,
                      best=self.counters.best, best_step=self.counters.best_step)  # fmt: skip
        self._tell_state(FINISHED if reason else STOPPED, reason.capitalize() + "." if reason else "Stopped by hand.")
        return self._state

    def _estimate(self, measured_from: tuple[int, int, float]) -> None:
        """How long it will take and how much memory it needs, from the first steps."""
        step, images, seconds = measured_from
        steps = self.counters.step - step
        if not self.world.leads or steps <= 0:
            return
        self._a_step = (self.counters.seconds - seconds) / steps
        left = self._left()
        memory = _memory(self.trainee.device)
        self._state = replace(self._state, left=left, memory=memory)
        self._log(
            event="estimate", step=self.counters.step, seconds_a_step=round(self._a_step, 4),
            rate=round((self.trainee.images - images) / max(1e-9, self.counters.seconds - seconds), 2),
            seconds_left=round(left, 1), memory=memory, precision=self.trainee.precision,
        )  # fmt: skip
        self._tell_state(RUNNING)

    def _left(self) -> float:
        """Seconds, at the pace last measured."""
        if self.order.minutes and self.schedule.open:
            return max(0.0, self.order.minutes * 60.0 - self.counters.seconds)
        return max(0, self.schedule.end - self.counters.step) * self._a_step

    def _end(self) -> int:
        """The planned number of steps; of a timed Run without a plan what it will come to at this pace (0: unknown)."""
        if not self.schedule.open:
            return self.schedule.end
        return self.counters.step + round(self._left() / self._a_step) if self._a_step else 0

    def _tell_state(self, state: str, reason: str = "") -> None:
        if not self.world.leads:
            return
        counters = self.counters
        going = state in (RUNNING, PAUSED) and self._a_step > 0.0
        self._state = replace(
            self._state, state=state, reason=reason, heartbeat=time.time(), step=counters.step, end=self._end(),
            images=self.trainee.images, seconds=round(counters.seconds, 1), best=counters.best,
            best_step=counters.best_step, left=self._left() if going else None,
            rate=round(self.trainee.images / counters.seconds, 2) if counters.seconds else 0.0,
        )  # fmt: skip
        self.run.write_state(self._state)
        self.watch(self._state)

    def _log(self, **line: Any) -> None:
        if self.world.leads:
            self.run.log(**line)
            self.tell(json.loads(json.dumps(line)))


def _memory(device: str) -> int:
    """Bytes this process needs: on a GPU the most that was taken there, else what the system gave it."""
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated(device)
    return psutil.Process().memory_info().rss
