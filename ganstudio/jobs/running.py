"""Running: what a crew has in work: each Task, how many bytes all of them take, what came of them so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress, Snapshot
from ganstudio.jobs.making import MakingTask
from ganstudio.jobs.prepare import Task

AnyTask = Task | MakingTask


class AtWork:
    """The Jobs that a process works on, whichever of its engines does. `lock` is held while one is claimed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.jobs: set[int] = set()


class Running:
    """One Task while it is run: how far it is, and since when it has not moved."""

    def __init__(self, task: AnyTask, progress: Progress) -> None:
        self.task = task
        self.progress = progress
        self.rows = 0
        self.given_up = False
        self._mark: tuple[object, ...] = ()
        self._moved = time.monotonic()

    def tell_rows(self, rows: int) -> None:
        self.rows = max(self.rows, rows)

    @property
    def picture(self) -> Task | None:
        return self.task if isinstance(self.task, Task) else None

    @property
    def making(self) -> Snapshot | None:
        """How far it is, where it makes something; None for a picture."""
        return None if isinstance(self.task, Task) else self.progress.snapshot()

    @property
    def fraction(self) -> float:
        if isinstance(self.task, Task):
            return self.rows / self.task.height
        now = self.progress.snapshot()
        return min(now.done / now.total, 1.0) if now.total else 0.0

    def idle_seconds(self, frozen: bool) -> float:
        """Seconds since it last got on; `frozen` (a pause) does not count."""
        now = self.progress.snapshot()
        mark = (self.rows, now.done, now.doing)
        if frozen or mark != self._mark:
            self._mark, self._moved = mark, time.monotonic()
        return time.monotonic() - self._moved


class Budget:
    """So many bytes for all Jobs that run; one that needs more than there is runs alone."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def take(self, need: int, closing: threading.Event) -> Iterator[None]:
        """Wait until `need` bytes are to be had; raises Cancelled when the crew closes meanwhile."""
        with self._changed:
            while self._used and self._used + need > self._size:
                if closing.is_set():
                    raise Cancelled()
                self._changed.wait(0.2)
            self._used += need
        try:
            yield
        finally:
            with self._changed:
                self._used -= need
                self._changed.notify_all()


@dataclass
class Tally:
    """What this crew has measured: of the Jobs it made, seconds (each Job's own), input megapixels, bytes written and
    bytes foreseen."""

    done: int = 0
    seconds: float = 0.0
    megapixels: float = 0.0
    written: int = 0
    foreseen: int = 0

    @property
    def size_factor(self) -> float:
        return self.written / self.foreseen if self.foreseen else 1.0
