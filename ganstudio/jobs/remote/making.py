"""Making: the makers that the window runs (a Walk's film, a photo's projection), each in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ganstudio.core.progress import Progress
from ganstudio.jobs.remote import generators as words
from ganstudio.jobs.remote.generators import Explored, Make
from ganstudio.jobs.remote.messages import Failure, TaskProgress

if TYPE_CHECKING:
    from ganstudio.jobs.remote.works import Works
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

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
                told = words.MakeDone(making.wish.task, making.run(works.library, runtime))
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
        self._enough = threading.Event()
        self._over = threading.Event()
        self._shown = 0.0

    def end(self, keep: bool) -> None:
        if keep:
            self._enough.set()
        else:
            self._progress.stop()

    def run(self, library: Library, runtime: Runtime) -> Any:
        """What the maker gives: a Made, or its Forecast. Raises what it raises."""
        from ganstudio.tools.maker import maker_named
        from ganstudio.tools.tool import Context

        maker = maker_named(self.wish.maker)
        params = maker.params.from_json(self.wish.params)
        heard = {"show": self._show, "enough": self._enough.is_set, "tell": self._progress.doing}
        context = Context(library, runtime, self._progress, priority=1)
        work = maker.forecast if self.wish.forecast else maker.run
        return work(params, {**self.wish.inputs, **heard}, context)

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
            now = self._progress.snapshot()
            fraction = min(now.done / now.total, 1.0) if now.total else 0.0
            if (fraction, now.doing) != before:
                before = fraction, now.doing
                far = TaskProgress(fraction, now.left, now.doing, now.seconds)
                self._tell(words.MakeProgress(self.wish.task, far))
