"""The compute lane of a device: worker threads that run tiles, the person's before the batch's.

On a CPU every worker computes on one core (independent workers lose nothing to a barrier on a busy machine); they
run at lowered priority so that the desktop stays quick.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from ganstudio.core.errors import Cancelled
from ganstudio.core.priority import thread_steps_back

_NICER = 5
_PATIENCE_S = 0.2
T = TypeVar("T")


class Lane:
    """`submit` queues work; lower `priority` goes first, equals in the order they came. Threads start on first use."""

    def __init__(self, workers: int, *, one_core_each: bool) -> None:
        self.workers = workers
        self._one_core_each = one_core_each
        self._ready = threading.Condition()
        self._heap: list[tuple[int, int, Future[Any], Callable[[], Any]]] = []
        self._count = 0
        self._threads: list[threading.Thread] = []
        self._running = 0
        self._closed = False

    def share(self) -> int:
        """How many cores a worker may use for what it does now: its own, and those that have nothing to do."""
        with self._ready:
            return 1 if self._heap else max(1, self.workers // max(self._running, 1))

    def submit(self, work: Callable[[], T], priority: int = 1) -> Future[T]:
        """The Future of `work()`; its exception is the work's. `Future.cancel` takes work back that has not begun."""
        future: Future[T] = Future()
        with self._ready:
            if self._closed:
                raise Cancelled("The engine has been shut down.")
            self._start()
            heapq.heappush(self._heap, (priority, self._count, future, work))
            self._count += 1
            self._ready.notify()
        return future

    def close(self) -> None:
        """End the workers after what they are doing, but wait no longer than a moment for it; what is queued is
        cancelled."""
        with self._ready:
            self._closed = True
            for _, _, future, _ in self._heap:
                future.cancel()
            self._heap.clear()
            self._ready.notify_all()
        deadline = time.monotonic() + _PATIENCE_S
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))

    def _start(self) -> None:
        while len(self._threads) < self.workers:
            thread = threading.Thread(target=self._work, name=f"lane-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        import torch

        if self._one_core_each:
            torch.set_num_threads(1)
        thread_steps_back(_NICER)
        with torch.no_grad():
            while (job := self._next()) is not None:
                future, work = job
                if future.set_running_or_notify_cancel():
                    _run(future, work)
                del future, work, job
                with self._ready:
                    self._running -= 1

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._ready:
            while not self._heap:
                if self._closed:
                    return None
                self._ready.wait()
            _, _, future, work = heapq.heappop(self._heap)
            self._running += 1
            return future, work


def _run(future: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - handed on whole: whoever waits for the Future raises it
        future.set_exception(error)
    else:
        future.set_result(result)


@contextmanager
def cores(threads: int) -> Iterator[None]:
    """Let this worker thread compute on several cores for a while."""
    import torch

    before = torch.get_num_threads()
    if threads == before:
        yield
        return
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
