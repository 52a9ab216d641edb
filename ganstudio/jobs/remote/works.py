"""Works: what the engine's process works with: Library, Runtime, and the batches, which share it with the tasks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psutil

from ganstudio.core.errors import Cancelled, UserError, is_want_of_memory
from ganstudio.core.progress import Progress
from ganstudio.jobs.remote.batches import Batches
from ganstudio.jobs.remote.messages import Done, Facts, Failed, Measured, News, Options
from ganstudio.jobs.remote.speeds import Speeds
from ganstudio.jobs.remote.task import Task
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.tools.recipe import Recipe

_WARM_SIDE = 96
_log = logging.getLogger("ganstudio.engine")


class Works:
    """Made once a process; imports torch. `tell` hears of facts, speeds and batches. `mine` are the Jobs of the queue
    that this process works on."""

    def __init__(self, options: Options, tell: Callable[[News], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._users = 0
        self._used_at = time.monotonic()
        self._gauging: Progress | None = None
        self._wanted = self._options = options
        self._library = Library()
        self._note = ""
        self._runtime = self._made(options)
        self._speeds = Speeds(self._runtime, self._library)
        self._batches = Batches(self._library, self.using, tell)
        self.mine = self._batches.mine

    @property
    def library(self) -> Library:
        return self._library

    def run(self, task: Task) -> Done | Failed:
        """In a task's thread."""
        with self.using() as runtime:
            ended = task.run(self._library, runtime)
            if task.speed is not None:
                self._speeds.note(task.speed)
            self._tell(self.measured())  # a run may have measured its model without telling a speed
        return ended

    def warm(self, model: str) -> None:
        """Open (and, once on a machine, measure) a model and run a small picture through it."""
        from ganstudio.core.raster import Picture
        from ganstudio.runtime.probes import as_samples, busy

        try:
            with self.using() as runtime:
                picture = Picture.of(as_samples(busy(3, _WARM_SIDE, _WARM_SIDE)))
                result = runtime.apply(self._library.find(model), picture, Progress(), priority=2)
                try:
                    result.rows(0, result.header.height)
                finally:
                    result.close()
        except Exception as error:
            if not isinstance(error, UserError) and not is_want_of_memory(error):
                raise
            _log.info("%s was not made ready: %s", model, error)
            return
        self._tell(self.measured())  # the first time on a computer it is measured here

    def idle_seconds(self, now: float) -> float:
        """How long nobody has used the Runtime."""
        with self._lock:
            return 0.0 if self._users else now - self._used_at

    def gauge(self, recipe: dict[str, Any]) -> bool:
        """Run a recipe on a small picture and keep how long its models take; False when somebody came in between, or
        was there already."""
        progress = Progress()
        try:
            with self.using() as runtime:
                with self._lock:
                    if self._users > 1:
                        return False
                    self._gauging = progress
                self._speeds.gauge(Recipe.from_json(recipe), runtime, progress)
        except Cancelled:
            return False
        except UserError as error:
            _log.info("a model was not measured: %s", error)
        finally:
            self._gauging = None
        self._tell(self.measured())
        return True

    def set_options(self, options: Options) -> None:
        """In force once nothing uses the Runtime as it is."""
        with self._lock:
            self._wanted = options
        with self.using():
            pass
        self._tell(self.facts())  # also when it cannot be yet

    def recover(self) -> None:
        self._batches.recover()

    def run_batches(self, ids: tuple[int, ...], until: int | None) -> None:
        self._batches.run(ids, until)

    def order_batches(self, what: Literal["pause", "resume", "stop"]) -> None:
        self._batches.order(what)

    def close(self, seconds: float) -> None:
        """Stop the batches; their Jobs wait again, within the time."""
        self._batches.close(seconds)

    def measured(self) -> Measured:
        return self._speeds.known()

    def facts(self) -> Facts:
        runtime = self._runtime
        device = runtime.device
        total, used = _memory_of(device.kind)
        waiting = "" if self._wanted == self._options else "The new device and precision apply once this work is done."
        note = " ".join(one for one in (self._note, waiting) if one)
        return Facts(device.title, device.kind, runtime.precision, runtime.lane.workers, total, used, note)

    @contextmanager
    def using(self) -> Iterator[Runtime]:
        """The Runtime, which does not change while anybody uses it."""
        with self._lock:
            renewed = not self._users and self._wanted != self._options
            if renewed:
                self._renew()
            self._users += 1
            if self._gauging is not None:
                self._gauging.stop()
            runtime = self._runtime
        if renewed:
            self._tell(self.facts())
            self._tell(self.measured())
        try:
            yield runtime
        finally:
            with self._lock:
                self._users -= 1
                self._used_at = time.monotonic()

    def _renew(self) -> None:
        old, self._options = self._runtime, self._wanted
        self._runtime = self._made(self._options)
        self._speeds = Speeds(self._runtime, self._library)
        old.close()

    def _made(self, options: Options) -> Runtime:
        """A Runtime whose device is found; the usual device where the wanted one is not there, which the note says."""
        self._note = ""
        try:
            runtime = Runtime(options.device, options.precision, options.threads, memory=options.memory)
            runtime.device  # noqa: B018 - found, and tested, here
        except UserError as error:
            self._note = error.message
            runtime = Runtime("auto", options.precision, options.threads, memory=options.memory)
            runtime.device  # noqa: B018
        return runtime


def _memory_of(kind: str) -> tuple[int, int]:
    """Bytes of a device, and what this process holds of them."""
    if kind == "cuda":
        import torch

        return torch.cuda.mem_get_info()[1], torch.cuda.memory_reserved()
    return psutil.virtual_memory().total, psutil.Process().memory_info().rss
