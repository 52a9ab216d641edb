"""Engine: where batches are worked through. `connect` is the one door; nobody above it knows where the engine lives."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psutil

from ganstudio.core.awake import keep_awake
from ganstudio.core.codecs import sweep_partials
from ganstudio.core.errors import DiskFull, UserError
from ganstudio.core.progress import Progress
from ganstudio.jobs import work
from ganstudio.jobs.crew import Crew, RunJob, Running
from ganstudio.jobs.estimate import MEASURED_FILES, Estimate, Outlook, estimate, look
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.order import Order
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.prepare import Task, prepare
from ganstudio.jobs.records import Batch, JournalError, Totals
from ganstudio.tools.tool import Context

if TYPE_CHECKING:
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

Ending = Literal["finished", "stopped", "until", "refused"]
STALL_S = 300.0
_STALL_FACTOR = 10
_UNKNOWN_FACTOR = 12  # before anything was measured: a first picture may be a very large one
_BEAT_S, _ORPHANS_S, _TICK_S = 5.0, 15.0, 0.05
_GRACE_S = 10.0  # what a stopped thread has until its Job is put back without it
_LAST_S = 60.0  # a Job that needs no more than this when its time is up may finish
_log = logging.getLogger("ganstudio.jobs")


@dataclass(frozen=True)
class Status:
    """How far a run is. `seconds` of work leave pauses out; `left` is None until it can be told. `current` are the
    names of the pictures in work, each with the fraction that is done."""

    totals: Totals
    seconds: float
    left: float | None
    megapixels: float
    current: tuple[tuple[str, float], ...]
    paused: bool


@dataclass(frozen=True)
class Result:
    """How a run ended. `refused` is the sentence when the results cannot fit; `notes` for the person."""

    ending: Ending
    totals: Totals
    seconds: float
    estimate: Estimate | None = None
    refused: DiskFull | None = None
    notes: tuple[str, ...] = ()


def connect(
    journal: Journal | None = None, library: Library | None = None, runtime: Runtime | None = None,
    *, run_job: RunJob = work.run, size: int | None = None, stall_seconds: float = STALL_S,
) -> Engine:  # fmt: skip
    """An engine in this process. `size` Jobs at once (cores + 1 when None)."""
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

    return Engine(
        journal or Journal.usual(),
        library or Library(),
        runtime or Runtime(),
        run_job,
        size or (os.cpu_count() or 1) + 1,
        stall_seconds,
    )


class Engine:
    """Runs the Jobs of batches. `run` blocks its caller; `stop`, `pause` and `resume` may come from any thread or
    from a signal."""

    def __init__(
        self, journal: Journal, library: Library, runtime: Runtime, run_job: RunJob, size: int, stall_seconds: float
    ) -> None:
        self.journal, self.library, self.runtime = journal, library, runtime
        self.owner = Owner.me()
        self._run_job, self._size, self._stall_s = run_job, size, stall_seconds
        self._progress = Progress()
        self._paused = False

    def close(self) -> None:
        """Give back what the runtime and the journal hold."""
        self.runtime.close()
        self.journal.close()

    def stop(self) -> None:
        """End the run: Jobs in work stop at their next tile and wait again."""
        self._progress.stop()

    def pause(self) -> None:
        """Hold all work at its next tile; nothing is lost."""
        self._paused = True
        self._progress.pause()

    def resume(self) -> None:
        self._paused = False
        self._progress.resume()

    def run(
        self, batches: Sequence[Batch], *, until: int | None = None, priority: int = 1,
        on_status: Callable[[Status], None] | None = None, on_estimate: Callable[[Estimate], None] | None = None,
    ) -> Result:  # fmt: skip
        """Work through batches until nothing waits, it is stopped, or the time of day `until` (minutes after
        midnight). `on_estimate` hears once, after three measured files; what cannot fit is refused then.

        Raises BadModel when a batch's model was changed, and what a bug in the engine itself raises.
        """
        self._progress = Progress()
        self._recover()
        orders = [Order.of(batch, self.library) for batch in batches]
        context = Context(self.library, self.runtime, self._progress, priority)
        with keep_awake("pictures are being worked on") as awake, self._heart():
            crew = Crew(self.journal, self.owner, orders, context, self._run_job, self._size, _memory())
            watch = _Watch(self, crew, orders, until, on_status, on_estimate)
            try:
                result = watch.run()
            finally:
                self._end(crew)
            notes = (awake.note,) if awake.note and result.seconds > 60 else ()
        if crew.trouble is not None:
            raise crew.trouble
        return replace(result, totals=watch.totals(), notes=notes)

    def _end(self, crew: Crew) -> None:
        """Let the threads end; whoever does not in time is left behind, its Job waits again."""
        crew.close()
        crew.progress.stop()
        deadline = time.monotonic() + _GRACE_S
        while crew.alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        crew.put_back_all()

    def _recover(self) -> None:
        """Take over what programs left that are gone, and remove their temporary files."""
        folders = {job.output.parent for job in self.journal.orphans() if job.output is not None}
        for folder in folders:
            sweep_partials(folder)

    @contextmanager
    def _heart(self) -> Iterator[None]:
        """A thread that shows other programs that this one lives, and looks for those that do not."""
        done = threading.Event()

        def beat() -> None:
            looked = time.monotonic()
            while not done.wait(_BEAT_S):
                try:
                    self.journal.beat(self.owner)
                    if time.monotonic() - looked > _ORPHANS_S:
                        looked = time.monotonic()
                        self._recover()
                except (JournalError, DiskFull) as error:
                    _log.warning("no heartbeat: %s", error)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def dry_run(self, batch: Batch) -> Estimate:
        """What `run` would say after its first files, with nothing left behind: from what is remembered of this
        recipe, or by making the results of three files in a temporary folder. Use a `Journal.copy`."""
        order = Order.of(batch, self.library, dry=True)
        outlook = look(order, self.journal, self.library, lambda: False)
        remembered = self.journal.rate(batch.recipe_hash)
        if remembered is not None:
            return estimate(outlook, outlook.waiting, *remembered, "remembered from an earlier run")
        folder = Path(tempfile.mkdtemp(prefix="ganstudio-"))
        try:
            return self._measured(order, outlook, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _measured(self, order: Order, outlook: Outlook, folder: Path) -> Estimate:
        jobs, _ = self.journal.sample(order.batch, MEASURED_FILES)
        prepared = [prepare(job, order, self.journal, self.library) for job in jobs]
        tasks = [
            replace(one, output=folder / f"{number}{one.output.suffix}", overwrite=True)
            for number, one in enumerate(prepared)
            if isinstance(one, Task)
        ]
        began = time.monotonic()
        context = Context(self.library, self.runtime, self._progress)
        with ThreadPoolExecutor(self._size) as pool:
            outcomes = list(pool.map(lambda task: self._tried(task, context), tasks))
        seconds = time.monotonic() - began
        pairs = [(task, made) for task, made in zip(tasks, outcomes, strict=True) if made]
        megapixels = sum(task.header.megapixels for task, _ in pairs)
        foreseen = sum(task.foreseen for task, _ in pairs)
        return estimate(
            outlook,
            outlook.waiting,
            seconds / megapixels if megapixels else 0.0,
            sum(made for _, made in pairs) / foreseen if foreseen else 1.0,
            f"measured on {len(pairs)} of them",
        )

    def _tried(self, task: Task, context: Context) -> int:
        """The bytes of a Task's result; 0 when it cannot be made."""
        try:
            made = self._run_job(task, context, lambda _: None).made
        except UserError:
            return 0
        return made.size if made is not None else 0


class _Watch:
    """The thread that waits for a crew: time of day, pictures that do not get on, estimate, status."""

    def __init__(
        self, engine: Engine, crew: Crew, orders: Sequence[Order], until: int | None,
        on_status: Callable[[Status], None] | None, on_estimate: Callable[[Estimate], None] | None,
    ) -> None:  # fmt: skip
        self.engine, self.crew, self.orders = engine, crew, orders
        self.on_status, self.on_estimate = on_status, on_estimate
        self.deadline = _next(until) if until is not None else None
        self.outlooks: list[Outlook] = []
        self.estimate: Estimate | None = None
        self.refused: DiskFull | None = None
        self.ending: Ending = "finished"
        self._totals = Totals()
        self._asked = 0.0
        self._cost = 0.0

    def run(self) -> Result:
        progress = self.crew.progress
        self.outlooks = [
            look(order, self.engine.journal, self.engine.library, lambda: progress.stopped) for order in self.orders
        ]
        while self.crew.alive() and not progress.stopped:
            self._give_up_the_stuck()
            self._mind_the_time()
            if self.estimate is None and self.crew.tally.done >= MEASURED_FILES:
                self._tell_estimate()
            if self.on_status is not None:
                self.on_status(self.status())
            time.sleep(_TICK_S)
        if progress.stopped and self.ending == "finished":
            self.ending = "stopped"
        self._remember()
        return Result(self.ending, self._totals, self._seconds, self.estimate, self.refused)

    def totals(self) -> Totals:
        """Of all batches of the run, asked anew."""
        return sum_of([self.engine.journal.totals(order.batch) for order in self.orders])

    def status(self) -> Status:
        """Now; the journal is asked no more often than costs a twentieth of the time."""
        now = time.monotonic()
        if now - self._asked > 20 * self._cost:
            self._totals = self.totals()
            self._asked, self._cost = time.monotonic(), time.monotonic() - now
        running = self.crew.running()
        current = tuple((one.task.job.source.name, one.fraction) for one in running if not one.given_up)
        return Status(
            self._totals, self._seconds, self._left(), self._megapixels(running), current, self.engine._paused
        )

    @property
    def _seconds(self) -> float:
        return self.crew.progress.snapshot().seconds

    def _megapixels(self, running: Sequence[Running]) -> float:
        """Of input, done by this crew, parts of pictures counted."""
        parts = sum(one.fraction * one.task.header.megapixels for one in running if not one.given_up)
        return self.crew.tally.megapixels + parts

    def _left(self) -> float | None:
        done = self._megapixels(self.crew.running())
        if not self.crew.tally.done or not done:
            return None
        waiting = sum(one.waiting for one in self.outlooks)
        if not waiting:
            return None
        mean = sum(one.megapixels * one.waiting for one in self.outlooks) / waiting
        inside = done - self.crew.tally.megapixels
        left = max(self._totals.waiting + self._totals.running, 0) * mean - inside
        return max(left, 0.0) * self._seconds / done

    def _give_up_the_stuck(self) -> None:
        tally = self.crew.tally
        for one in self.crew.running():
            if one.given_up:
                continue
            idle = one.idle_seconds(self.engine._paused)
            limit = self.engine._stall_s * _UNKNOWN_FACTOR
            if tally.done:
                each = self._seconds / tally.megapixels * self.engine._size if tally.megapixels else 0.0
                limit = max(self.engine._stall_s, _STALL_FACTOR * each * one.task.header.megapixels)
            if idle > limit:
                self.crew.give_up(one, f"made no progress for {idle / 60:.0f} minutes and was given up")

    def _mind_the_time(self) -> None:
        """When the time is up no Job is begun, and those that would take long yet are put back."""
        if self.deadline is None or datetime.now() < self.deadline:
            return
        self.ending = "until"
        self.crew.close()
        for one in self.crew.running():
            spent = one.progress.snapshot().seconds
            left = spent * (1 - one.fraction) / one.fraction if one.fraction else float("inf")
            if left > _LAST_S:
                one.progress.stop()

    def _tell_estimate(self) -> None:
        rate = self._seconds / max(self._megapixels(self.crew.running()), 1e-9)
        totals = self.totals()
        estimates = [
            estimate(outlook, waiting, rate, self.crew.tally.size_factor, "measured on the first files")
            for outlook, waiting in zip(self.outlooks, self._waiting(totals), strict=True)
        ]
        self.estimate = joined(estimates)
        if self.on_estimate is not None:
            self.on_estimate(self.estimate)
        try:
            self.estimate.check()
        except DiskFull as error:
            self.refused, self.ending = error, "refused"
            self.crew.progress.stop()

    def _waiting(self, totals: Totals) -> list[int]:
        """Jobs left in each batch."""
        if len(self.orders) == 1:
            return [totals.unfinished]
        return [self.engine.journal.totals(order.batch).unfinished for order in self.orders]

    def _remember(self) -> None:
        tally = self.crew.tally
        if tally.done < MEASURED_FILES or len(self.orders) != 1 or not tally.megapixels:
            return
        try:
            self.engine.journal.remember_rate(
                self.orders[0].batch.recipe_hash, self._seconds / tally.megapixels, tally.size_factor
            )
        except (JournalError, DiskFull) as error:
            _log.warning("the speed is not remembered: %s", error)


def _next(minutes: int) -> datetime:
    """The next moment at which a clock shows this time of day."""
    now = datetime.now()
    moment = now.replace(hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0)
    return moment if moment > now else moment + timedelta(days=1)


def _memory() -> int:
    """Bytes that pictures in work may take together: a third of what is free."""
    return psutil.virtual_memory().available // 3


def sum_of(totals: Sequence[Totals]) -> Totals:
    names = Totals.__dataclass_fields__
    return Totals(**{name: sum(getattr(one, name) for one in totals) for name in names})


def joined(estimates: Sequence[Estimate]) -> Estimate:
    """Several batches as one: space on one disk adds up."""
    spaces = {}
    for space in (space for one in estimates for space in one.spaces):
        disk = os.stat(space.folder).st_dev
        known = spaces.get(disk)
        spaces[disk] = replace(space, needed=space.needed + known.needed) if known else space
    return Estimate(
        sum(one.files for one in estimates),
        sum(one.seconds for one in estimates),
        tuple(spaces.values()),
        estimates[0].measured if estimates else "",
        tuple(problem for one in estimates for problem in one.problems),
    )


@contextmanager
def stopped_by_signals(engine: Engine) -> Iterator[None]:
    """While the block runs, Ctrl-C and SIGTERM stop the engine tidily; a second one ends the program at once."""
    before = {}

    def stop(number: int, _: object) -> None:
        engine.stop()
        for one, handler in before.items():
            signal.signal(one, handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
