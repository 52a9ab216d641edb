"""Batches in the engine's process: one run at a time in a thread of its own, on the Runtime that tasks use too."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal

from ganstudio.core.errors import UserError
from ganstudio.jobs import work
from ganstudio.jobs.engine import STALL_S, Engine, Result, recover
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.remote.messages import BatchEnd, Failure, News
from ganstudio.jobs.running import AtWork

if TYPE_CHECKING:
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

_log = logging.getLogger("ganstudio.engine")


class Batches:
    """`run` may be called while some run: those come after. `stop` ends what runs and forgets what waits. `mine` are
    the Jobs that this process works on, for other engines in it."""

    def __init__(
        self, library: Library, using: Callable[[], AbstractContextManager[Runtime]], tell: Callable[[News], None]
    ) -> None:
        self._library, self._using, self._tell = library, using, tell
        self.mine = AtWork()
        self._lock = threading.Lock()
        self._waiting: deque[tuple[tuple[int, ...], int | None]] = deque()
        self._current: tuple[int, ...] = ()
        self._again: set[int] = set()  # asked for while they ran: what was added may have come too late for that run
        self._engine: Engine | None = None
        self._thread: threading.Thread | None = None
        self._paused = self._closed = False

    def recover(self) -> None:
        """Jobs that an engine had in work when it was killed wait again."""
        try:
            journal = Journal.usual()
            try:
                recover(journal)
            finally:
                journal.close()
        except UserError as error:
            _log.warning("what was left in work stays so for now: %s", error)

    def run(self, ids: tuple[int, ...], until: int | None) -> None:
        with self._lock:
            known = set(self._current).union(*(ids for ids, _ in self._waiting))
            new = tuple(one for one in ids if one not in known)
            self._again |= set(ids) & set(self._current)
            if self._closed or not new:
                return
            self._waiting.append((new, until))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="batches", daemon=True)
                self._thread.start()

    def order(self, what: Literal["pause", "resume", "stop"]) -> None:
        with self._lock:
            engine = self._engine
            if what == "stop":
                self._waiting.clear()
                self._again.clear()
            self._paused = what == "pause" and self._thread is not None
        if engine is not None:
            {"pause": engine.pause, "resume": engine.resume, "stop": engine.stop}[what]()

    def close(self, seconds: float) -> None:
        """Stop; what runs has so long to put its Jobs back."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self.order("stop")
        if thread is not None:
            thread.join(seconds)

    def _work(self) -> None:
        self._tell(True)
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread, self._current, self._paused = None, (), False
                    self._tell(False)
                    return
                ids, until = self._waiting.popleft()
                self._current = ids
            ended = self._run(ids, until)
            self._tell(ended)
            self._once_more(until, isinstance(ended, BatchEnd) and ended.ending == "finished")

    def _once_more(self, until: int | None, finished: bool) -> None:
        """Take up batches again to which something was added while they ended."""
        with self._lock:
            again, self._again = sorted(self._again), set()
        if again and finished:
            left = [one for one in again if self._waits(one)]
            with self._lock:
                if left and not self._closed:
                    self._waiting.append((tuple(left), until))

    def _waits(self, number: int) -> bool:
        try:
            journal = Journal.usual()
            try:
                return journal.totals(journal.batch(number)).waiting > 0
            finally:
                journal.close()
        except UserError:
            return False  # the run before has said so

    def _run(self, ids: tuple[int, ...], until: int | None) -> BatchEnd | Failure:
        try:
            with self._using() as runtime:
                return self._on(runtime, ids, until)
        except UserError as error:
            return Failure.of(error)
        except Exception as error:  # noqa: BLE001 - a bug ends this run, not the engine
            _log.exception("a fault while batches were run")
            return Failure.of(error)

    def _on(self, runtime: Runtime, ids: tuple[int, ...], until: int | None) -> BatchEnd:
        journal = Journal.usual()
        try:
            engine = Engine(journal, self._library, runtime, work.run, (os.cpu_count() or 1) + 1, STALL_S,
                            mine=self.mine)  # fmt: skip
            batches = [journal.batch(one) for one in ids]
            with self._lock:
                self._engine = engine
                paused, closed = self._paused, self._closed
            if closed:
                engine.stop()
            if paused:
                engine.pause()
            result = engine.run(batches, until=until, on_status=self._tell, on_estimate=self._tell)
            return _end_of(ids, result, journal.notes)
        finally:
            with self._lock:
                self._engine = None
            journal.close()
            runtime.rest()


def _end_of(ids: tuple[int, ...], result: Result, notes: tuple[str, ...]) -> BatchEnd:
    refused = Failure.of(result.refused) if result.refused is not None else None
    trouble = Failure.of(result.trouble) if result.trouble is not None else None
    return BatchEnd(
        ids, result.ending, result.totals, result.seconds, result.estimate, refused, (*result.notes, *notes), trouble
    )
