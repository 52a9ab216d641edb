"""Making: the makers that the window runs (a Walk's film, a photo's projection), each in a thread of its own.

What is to become a file is a Job of the queue, as in the terminal: the window's table shows it, and it is gone on with
there when the engine was ended in the middle of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ganstudio.core.errors import Cancelled, UserError
from ganstudio.core.progress import Progress, Snapshot
from ganstudio.jobs import making as queue
from ganstudio.jobs import work
from ganstudio.jobs.engine import STALL_S, Engine
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import State
from ganstudio.jobs.remote import generators as words
from ganstudio.jobs.remote.generators import Explored, Make
from ganstudio.jobs.remote.messages import Failure, TaskProgress
from ganstudio.jobs.running import AtWork

if TYPE_CHECKING:
    from ganstudio.jobs.remote.works import Works
    from ganstudio.jobs.watch import Status
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.tools.maker import Made
    from ganstudio.tools.tool import Context

_TELL_S = 0.1
_NEWS_S = 0.1  # what is shown on the way comes no faster


class Makers:
    """`tell` hears of progress ten times a second, of what a maker shows on the way, and of its end."""

    def __init__(self, works: Callable[[], Works], tell: Callable[[Explored], None]) -> None:
        self._works, self._tell = works, tell
        self._running: dict[int, Making] = {}
        self._lock = threading.Lock()

    def take(self, wish: words.Make | words.EndMake) -> None:
        """In the thread that listens."""
        if isinstance(wish, words.EndMake):
            with self._lock:
                found = self._running.get(wish.task)
            if found is not None:
                found.end(wish.keep)
            return
        making = Making(wish, self._tell)
        with self._lock:
            self._running[wish.task] = making
        threading.Thread(target=self._run, args=(making,), name=f"make-{wish.maker}", daemon=True).start()

    def close(self) -> None:
        with self._lock:
            for one in self._running.values():
                one.end(False)

    def _run(self, making: Making) -> None:
        told: Explored
        try:
            works = self._works()
            with works.using() as runtime, making.watched():
                told = words.MakeDone(making.wish.task, making.run(works.library, runtime, works.mine))
        except Exception as error:  # noqa: BLE001 - told to the window
            told = words.MakeFailed(making.wish.task, Failure.of(error))
        with self._lock:
            self._running.pop(making.wish.task, None)
        self._tell(told)


class Making:
    """One maker at work. `end(keep)`: it ends with what it has, or is stopped."""

    def __init__(self, wish: Make, tell: Callable[[Explored], None]) -> None:
        self.wish = wish
        self._tell = tell
        self._progress = Progress()
        self._engine: Engine | None = None
        self._far: Snapshot | None = None
        self._enough = threading.Event()
        self._over = threading.Event()
        self._shown = 0.0

    def end(self, keep: bool) -> None:
        if keep:
            self._enough.set()
            return
        self._progress.stop()
        engine = self._engine
        if engine is not None:
            engine.stop()

    def run(self, library: Library, runtime: Runtime, mine: AtWork) -> Any:
        """What the maker gives: a Made, or its Forecast. Raises what it raises."""
        from ganstudio.tools.maker import maker_named
        from ganstudio.tools.tool import Context

        maker, inputs = maker_named(self.wish.maker), self.wish.inputs
        params = maker.params.from_json(self.wish.params)
        heard = {"show": self._show, "enough": self._enough.is_set, "tell": self._progress.doing}
        context = Context(library, runtime, self._progress, priority=1)
        if not self.wish.forecast and inputs.get("output") is not None:
            (asked,) = maker.asked(params, inputs, context)
            return self._as_job(
                queue.Making.of(maker, asked, inputs.get("exists", "skip"), library), context, heard, mine
            )
        does = maker.forecast if self.wish.forecast else maker.run
        return does(params, {**inputs, **heard}, context)

    def _as_job(self, making: queue.Making, context: Context, heard: dict[str, Any], mine: AtWork) -> Made:
        """Through the queue, in this thread. Raises as the maker does; Cancelled leaves a Job that waits."""
        made: list[Made] = []
        stopped: list[UserError] = []
        heard |= {"done": lambda job, one: made.append(one), "stopped": lambda job, error: stopped.append(error)}
        journal = Journal.usual()
        try:
            engine = Engine(journal, context.library, context.runtime, work.run, 1, STALL_S, mine=mine, heard=heard)
            self._engine = engine
            context.progress.check()
            batch = queue.add(journal, making)
            result = engine.run([batch], on_status=self._hear)
            job = next(journal.jobs(batch))
        finally:
            journal.close()
        if made:
            return made[0]
        if result.trouble is not None:
            raise result.trouble
        if job.state in (State.FAILED, State.SKIPPED):
            raise UserError(job.said)
        raise stopped[0] if stopped else Cancelled()

    def _hear(self, status: Status) -> None:
        self._far = status.making or self._far

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Progress is told while this lasts."""
        thread = threading.Thread(target=self._watch, name="make-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _show(self, value: Any) -> None:
        """In the maker's thread: something to look at on the way."""
        now = time.monotonic()
        if now - self._shown >= _NEWS_S:
            self._shown = now
            self._tell(words.MakeNews(self.wish.task, value))

    def _watch(self) -> None:
        before = None
        while not self._over.wait(_TELL_S):
            now = self._far or self._progress.snapshot()
            fraction = min(now.done / now.total, 1.0) if now.total else 0.0
            if (fraction, now.doing) != before:
                before = fraction, now.doing
                far = TaskProgress(fraction, now.left, now.doing, now.seconds)
                self._tell(words.MakeProgress(self.wish.task, far))
