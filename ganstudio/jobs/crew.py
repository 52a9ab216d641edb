"""Crew: the threads that work through batches; each takes a Job, prepares and runs it, and records how it ended."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf
from typing import TypeVar

from ganstudio.core.codecs.partial import abandon
from ganstudio.core.errors import Cancelled, DiskFull, UserError
from ganstudio.core.log import log_file
from ganstudio.jobs import making
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.making import AnyOrder, Heard, MakingOrder, MakingTask, check_folder
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.prepare import Task, check_output, prepare
from ganstudio.jobs.records import Job, JournalError, Outcome, OutputGone, State
from ganstudio.jobs.running import AnyTask, AtWork, Budget, Running, Tally
from ganstudio.jobs.work import Replaced
from ganstudio.tools.tool import Context

RunJob = Callable[[Task, Context, Callable[[int], None]], Outcome]
T = TypeVar("T")
_RETRY_S = 1.0
_TRIES = 5
_IDLE_S = 0.05
_REPLACED_TIMES = 3
_log = logging.getLogger("ganstudio.jobs")


class Crew:
    """`size` threads on `orders`, in turn; of what is made, one at a time. `progress` stops and pauses all; `close`
    lets them end after their Job."""

    def __init__(
        self, journal: Journal, owner: Owner, orders: Sequence[AnyOrder], context: Context, run_job: RunJob, size: int,
        memory: int, mine: AtWork, heard: Heard,
    ) -> None:  # fmt: skip
        self.journal, self.owner, self.orders = journal, owner, orders
        self.context, self.progress = context, context.progress
        self.tally = Tally()
        self.trouble: BaseException | None = None
        self.closing = threading.Event()
        self._run_job = run_job
        self._mine, self._heard = mine, heard
        self._making: int | None = None  # the Job
        self._budget = Budget(memory)
        self._lock = threading.Lock()
        self._taking = threading.Lock()
        self._running: dict[int, Running] = {}
        self._replaced: dict[int, int] = {}
        self._after = {order.batch.id: -inf for order in orders}
        self._looked = self._ask_again = 0.0
        self._at_work = 0
        self._ended = threading.Condition(self._lock)
        for _ in range(size):
            self._hire()

    # For the engine

    def running(self) -> list[Running]:
        with self._lock:
            return list(self._running.values())

    def alive(self) -> bool:
        """Whether threads are at work; those given up do not count."""
        with self._lock:
            return self._alive()

    def _alive(self) -> bool:
        return self._at_work > sum(one.given_up for one in self._running.values())

    def wait(self, seconds: float) -> bool:
        """Wait until no thread is at work, `seconds` at most; whether some still are."""
        with self._ended:
            return not self._ended.wait_for(lambda: not self._alive(), seconds)

    def close(self) -> None:
        self.closing.set()

    def give_up(self, running: Running, reason: str) -> None:
        """Fail a Job that does not get on; its thread is left to itself and another one hired."""
        running.given_up = True
        running.progress.stop()
        self._patiently(lambda: self.journal.finish(running.task.job, Outcome(State.FAILED, reason)))
        self._hire()

    def leave_behind(self) -> None:
        """Nobody waits any longer for threads that have not ended: what they write is removed, their Jobs wait again.
        Where the journal cannot be written these are orphans once this program has ended, and wait then."""
        for one in self.running():
            abandon(one.task.output)  # of a folder nothing: makers write into it file by file
        for one in self.running():
            if not one.given_up:
                try:
                    self._patiently(lambda job=one.task.job: self.journal.put_back(job))
                except (JournalError, DiskFull) as error:
                    _log.warning("a picture could not be put back: %s", error)
                    return

    # In the threads

    def _hire(self) -> None:
        with self._lock:
            self._at_work += 1
        threading.Thread(target=self._work, name="job", daemon=True).start()

    def _work(self) -> None:
        try:
            while not self.closing.is_set():
                task = self._next()
                if task is not None:
                    if self._run(task):
                        return
                elif self._finished():
                    self.closing.set()  # for the others, too
                    return
                else:
                    self.closing.wait(_IDLE_S)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the crew
            self.trouble = self.trouble or error
            self.progress.stop()
            self.closing.set()
        finally:
            with self._ended:
                self._at_work -= 1
                self._ended.notify_all()

    def _next(self) -> AnyTask | None:
        """Take and prepare the next Job; those that end without being run are recorded on the way.

        One thread at a time, so that names are given in the order of the batch.
        """
        with self._taking:
            while not self.closing.is_set():
                found = self._claim()
                if found is None:
                    return None
                job, order = found
                try:
                    prepared = self._prepared(job, order)
                except (OutputGone, DiskFull) as error:
                    self._halt(error)
                    self._patiently(lambda job=job: self.journal.put_back(job))
                    self._let_go(job)
                    return None
                except Exception:  # noqa: BLE001 - a bug costs one picture, not the batch
                    prepared = self._fault(job)
                if not isinstance(prepared, Outcome):
                    return prepared
                self._patiently(lambda job=job, outcome=prepared: self.journal.finish(job, outcome))
                self._let_go(job)
        return None

    def _prepared(self, job: Job, order: AnyOrder) -> AnyTask | Outcome:
        if isinstance(order, MakingOrder):
            return making.prepare(job, order, self.journal)
        return prepare(job, order, self.journal, self.context.library)

    def _take(self, order: AnyOrder) -> Job | None:
        """Under the lock of what this process works on, so that another engine of it does not put the Job back."""
        with self._mine.lock:
            job = self.journal.claim(order.batch, self.owner, self._after[order.batch.id])
            if job is not None:
                self._mine.jobs.add(job.id)
            return job

    def _claim(self) -> tuple[Job, AnyOrder] | None:
        for order in self.orders:
            makes = isinstance(order, MakingOrder)
            if makes and self._making is not None:
                continue
            job = self._patiently(lambda order=order: self._take(order))
            if job is not None:
                self._making = job.id if makes else self._making
                self._after[order.batch.id] = job.place
                return job, order
        if any(place > -inf for place in self._after.values()) and time.monotonic() - self._looked > 1.0:
            # Once more from the start: some may have been put back, or left by a program that is gone.
            self._looked = time.monotonic()
            self._after = dict.fromkeys(self._after, -inf)
            return self._claim()
        return None

    def _finished(self) -> bool:
        """Whether nothing waits or runs any more, here or in another program."""
        began = time.monotonic()
        if began < self._ask_again or any(not one.given_up for one in self.running()):
            return False
        pending = any(self._patiently(lambda order=order: self.journal.pending(order.batch)) for order in self.orders)
        self._ask_again = time.monotonic() + 10 * (time.monotonic() - began)
        return not pending

    def _let_go(self, job: Job) -> None:
        """This process does not work on it any more."""
        self._mine.jobs.discard(job.id)
        if self._making == job.id:
            self._making = None

    def _run(self, task: AnyTask) -> bool:
        """Run one Task and record its end; whether this thread was given up meanwhile."""
        running = Running(task, self.progress.part())
        with self._lock:
            self._running[task.job.id] = running
        try:
            outcome = self._outcome(running)
            if not running.given_up:
                if outcome is None:
                    self._patiently(lambda: self.journal.put_back(task.job))
                elif self._patiently(lambda: self.journal.finish(task.job, outcome)):
                    self._count(task, outcome)
        finally:
            with self._lock:
                if self._running.get(task.job.id) is running:
                    del self._running[task.job.id]
                    self._let_go(task.job)
        return running.given_up

    def _outcome(self, running: Running) -> Outcome | None:
        """How a Task ended; None when it is to wait again."""
        task = running.task
        context = Context(self.context.library, self.context.runtime, running.progress, self.context.priority)
        try:
            with self._budget.take(task.memory, self.closing):
                if isinstance(task, MakingTask):
                    return making.run(task, context, self._heard)
                return self._run_job(task, context, running.tell_rows)
        except Cancelled as error:
            if self.progress.stopped:
                self.closing.set()  # or it would be begun once more
            if running.picture is None and not running.given_up and "stopped" in self._heard:
                self._heard["stopped"](task.job, error)
            return None
        except Replaced:
            times = self._replaced[task.job.id] = self._replaced.get(task.job.id, 0) + 1
            if times < _REPLACED_TIMES:
                return None
            return Outcome(State.FAILED, "changes again and again while it is read")
        except DiskFull as error:
            return self._halt(error)
        except UserError as error:
            try:
                check_folder(task.order.making) if isinstance(task, MakingTask) else check_output(task.order)
            except OutputGone as gone:
                return self._halt(gone)
            return Outcome(State.FAILED, str(error))
        except MemoryError:
            return Outcome(State.FAILED, "There is not enough memory for this.")
        except Exception:  # noqa: BLE001 - a bug costs one picture, not the batch
            return self._fault(task.job)

    def _halt(self, error: UserError) -> None:
        """What is in the way of all pictures: the run ends, they wait."""
        self.trouble = self.trouble or error
        self.progress.stop()
        self.closing.set()

    def _fault(self, job: Job) -> Outcome:
        where = "."
        with suppress(OSError):  # where no log can be written the sentence has to do
            where = f"; what happened is in {log_file()}."
        _log.exception("a fault in the program at %r", str(job.source))
        return Outcome(State.FAILED, f"a fault in the program{where}", fault=True)

    def _count(self, task: AnyTask, outcome: Outcome) -> None:
        if isinstance(task, Task) and outcome.state is State.DONE and outcome.made is not None:
            with self._lock:
                self.tally.done += 1
                self.tally.seconds += outcome.seconds
                self.tally.megapixels += task.header.megapixels
                self.tally.written += outcome.made.size
                self.tally.foreseen += task.foreseen

    def _patiently(self, act: Callable[[], T]) -> T:
        """Use the journal, again after a while where its disk is full or it is locked; then (or when the crew closes
        meanwhile) give the batch up."""
        for attempt in range(1, _TRIES + 1):
            try:
                return act()
            except (JournalError, DiskFull):
                if attempt == _TRIES or self.closing.wait(_RETRY_S):
                    raise
        raise AssertionError("unreachable")
