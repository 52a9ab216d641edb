"""Short work off the GUI thread: two threads, a result that comes back to the GUI thread, nothing after the owner.

`done` and `failed` are bound methods; they are called in the GUI thread, and never once the owner was deleted or the
task cancelled.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from ganstudio.core.errors import Cancelled
from ganstudio.core.priority import thread_steps_back
from ganstudio.core.progress import Progress

T = TypeVar("T")
THREADS = 2
_NICER = 3  # than the window's own thread
# Python hands over from a busy thread after this long. The usual 5 ms are waited for again at nearly every call of a
# painter, so that one busy thread makes the window ten times slower.
HAND_OVER_S = 0.0003


class Task:
    """One piece of work. `progress` may be read at any time; `cancel` asks it to end and drops its result."""

    def __init__(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], object] | None,
        failed: Callable[[Exception], object] | None,
        owner: QObject,
    ) -> None:
        self.progress = Progress()
        self.work: Callable[[Progress], Any] | None = work
        self.done, self.failed, self.owner = done, failed, owner
        self.result: Any = None
        self.error: Exception | None = None
        self.cancelled = False
        self.finished = False

    def cancel(self) -> None:
        self.cancelled = True
        self.progress.stop()

    @property
    def wanted(self) -> bool:
        """Whether anyone still waits for it."""
        return not self.cancelled and isValid(self.owner)


class Background(QObject):
    """Runs tasks in two threads, first come first served."""

    _ended = Signal(object)

    def __init__(self, on_error: Callable[[Exception], object], parent: QObject | None = None) -> None:
        """`on_error` hears, in the GUI thread, of errors for which a task had no `failed` of its own."""
        super().__init__(parent)
        sys.setswitchinterval(HAND_OVER_S)
        self._on_error = on_error
        self._waiting: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._tasks: set[Task] = set()
        self._closed = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._serve, name=f"background-{number}", daemon=True) for number in range(THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def run(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        *,
        owner: QObject,
    ) -> Task:
        """Do `work(progress)` in a thread, then `done(result)` or `failed(error)` in the GUI thread."""
        task = Task(work, done, failed, owner)
        if self._closed:
            task.cancel()
            return task
        self._tasks.add(task)
        self._waiting.put(task)
        return task

    @property
    def busy(self) -> int:
        """How many tasks are not finished."""
        return len(self._tasks)

    def close(self, timeout: float = 2.0) -> bool:
        """Cancel everything and wait for the threads; False when one did not end in time (it dies with us)."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for _thread in self._threads:
            self._waiting.put(None)
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0.0))
        if any(thread.is_alive() for thread in self._threads):
            return False  # what they hold must not be let go of by them: it may be the last of a widget
        self._tasks.clear()
        return True

    def _serve(self) -> None:
        thread_steps_back(_NICER)
        while (task := self._waiting.get()) is not None:
            work, task.work = task.work, None  # what it holds is let go of in this thread
            if work is not None and not task.cancelled:
                try:
                    task.result = work(task.progress)
                except Exception as error:  # noqa: BLE001 - whatever it is, the GUI thread must hear of it
                    task.error = error
            del work
            if not self._closed:
                self._ended.emit(task)
            del task

    @Slot(object)
    def _deliver(self, task: Task) -> None:
        self._tasks.discard(task)
        task.finished = True
        error = task.error
        if not task.wanted:
            if error is not None and not isinstance(error, Cancelled):
                logging.getLogger("ganstudio").info("a task that nobody waits for failed", exc_info=error)
            return
        if error is None:
            if task.done is not None:
                task.done(task.result)
        elif isinstance(error, Cancelled):
            return
        elif task.failed is not None:
            task.failed(error)
        else:
            self._on_error(error)
