"""Engine: where batches are worked through. `connect` is the one door; nobody above it knows where the engine lives."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from ganstudio.core.awake import keep_awake
from ganstudio.core.codecs import sweep_partials
from ganstudio.core.errors import DiskFull, UserError
from ganstudio.core.progress import Progress
from ganstudio.jobs import work
from ganstudio.jobs.crew import Crew, RunJob
from ganstudio.jobs.estimate import Estimate
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.making import AnyOrder, Heard, order_of
from ganstudio.jobs.order import Order
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.records import Batch, JournalError, State, Totals
from ganstudio.jobs.rehearsal import rehearse
from ganstudio.jobs.running import AtWork
from ganstudio.jobs.watch import Ending, Status, Watch, Wishes
from ganstudio.tools.tool import Context

if TYPE_CHECKING:
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

STALL_S = 300.0
_BEAT_S = 2.0
_AWAKE_S = 60.0  # work shorter than this says nothing about sleep
_GRACE_S = 0.3  # what a stopped thread has until its Job is put back without it: it may be deep in a codec
_GRACE_MAKING_S = 3.0  # it says what it keeps, and nobody else may draw into its files meanwhile
_log = logging.getLogger("ganstudio.jobs")


@dataclass(frozen=True)
class Result:
    """How a run ended. `refused` is the sentence when the results cannot fit, `trouble` when the output folder is gone,
    a disk is full or the journal could not be used any more (`totals` are then what it said last); `notes` for the
    person."""

    ending: Ending
    totals: Totals
    seconds: float
    estimate: Estimate | None = None
    refused: DiskFull | None = None
    notes: tuple[str, ...] = ()
    trouble: UserError | None = None


def connect(
    journal: Journal | None = None, library: Library | None = None, runtime: Runtime | None = None,
    *, run_job: RunJob = work.run, size: int | None = None, stall_seconds: float = STALL_S, heard: Heard | None = None,
) -> Engine:  # fmt: skip
    """An engine in this process. `size` Jobs at once (cores + 1 when None). `heard` are the callables that what is made
    is told to (`making.run`)."""
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

    return Engine(
        journal or Journal.usual(),
        library or Library(),
        runtime or Runtime(),
        run_job,
        size or (os.cpu_count() or 1) + 1,
        stall_seconds,
        heard=heard,
    )


class Engine:
    """Runs the Jobs of batches. `run` blocks its caller; `stop`, `pause` and `resume` may come from any thread or from
    a signal. `mine` are the Jobs that this process works on: the same for all engines of it."""

    def __init__(
        self, journal: Journal, library: Library, runtime: Runtime, run_job: RunJob, size: int, stall_seconds: float,
        *, mine: AtWork | None = None, heard: Heard | None = None,
    ) -> None:  # fmt: skip
        self.journal, self.library, self.runtime = journal, library, runtime
        self.owner = Owner.me()
        self._run_job, self._size, self._stall_s = run_job, size, stall_seconds
        self._mine, self._heard = mine or AtWork(), heard or {}
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
        midnight). `on_estimate` hears once, after three measured files; what cannot fit is refused then. The Jobs of a
        batch whose model is gone or was changed fail.

        Raises JournalError or DiskFull when the journal cannot be used from the start, and what a bug in the engine
        itself raises.
        """
        with self._mine.lock:
            self.journal.release(self.owner, self._mine.jobs)  # what could not be put back, as a disk was full
        self._recover()
        orders = [order for batch in batches if (order := self._order(batch)) is not None]
        context = Context(self.library, self.runtime, self._progress, priority)
        wishes = Wishes(until, self._stall_s, lambda: self._paused, on_status, on_estimate)
        with keep_awake("pictures are being worked on") as awake, self._heart():
            crew = Crew(
                self.journal, self.owner, orders, context, self._run_job, self._size, _memory(), self._mine, self._heard
            )
            try:
                watch = Watch(crew, self.journal, self.library, batches, orders, wishes)
                watch.watch()
                seconds, note = watch.seconds, awake.note
            finally:
                self._end(crew)
                self._progress, self._paused = Progress(), False
        watch.end(crew.trouble)
        notes = (note,) if note and seconds > _AWAKE_S else ()
        return Result(watch.ending, watch.totals(), seconds, watch.estimate, watch.refused, notes, watch.trouble)

    def _order(self, batch: Batch) -> AnyOrder | None:
        try:
            return order_of(batch, self.library)
        except UserError as error:
            self.journal.change_batch(batch, State.FAILED, (State.WAITING,), str(error))
            return None

    def _end(self, crew: Crew) -> None:
        """Let the threads end; whoever does not in time is left behind, its Job waits again."""
        making = any(one.making is not None for one in crew.running())
        crew.close()
        crew.progress.stop()
        crew.wait(_GRACE_MAKING_S if making else _GRACE_S)
        crew.leave_behind()

    def _recover(self) -> None:
        recover(self.journal)

    @contextmanager
    def _heart(self) -> Iterator[None]:
        """A thread that shows other programs that this one lives, and looks for those that do not."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(_BEAT_S):
                try:
                    self.journal.beat(self.owner)
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
        """What a run of the batch would take, with nothing left behind. For an engine on a `Journal.copy`, to which
        the batch was added without making folders."""
        order = Order.of(batch, self.library, dry=True)
        context = Context(self.library, self.runtime, self._progress)
        return rehearse(order, self.journal, context, self._run_job, self._size)


def recover(journal: Journal) -> None:
    """What programs left that are gone waits again; their temporary files are removed."""
    gone = [job for job in journal.orphans() if job.output is not None]
    folders = {job.folder if job.title else job.output.parent for job in gone if job.output is not None}
    for folder in folders:
        sweep_partials(folder)


def _memory() -> int:
    """Bytes that pictures in work may take together: a third of what is free."""
    return psutil.virtual_memory().available // 3
