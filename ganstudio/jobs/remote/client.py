"""Client: the window's side of the engine's process. Starts it, speaks with it, hears it, and starts it again.

Two threads: one lives with the process and hears it; one hands over pixels and sends, so that whoever asks never waits.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import queue
import shutil
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from ganstudio.core.document.rect import Rect
from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress
from ganstudio.core.text import _, language
from ganstudio.jobs.remote import child, messages, pixels
from ganstudio.jobs.remote.messages import Failure, Options, Source, Tick
from ganstudio.jobs.remote.pixels import TaskResult

LifeState = Literal["starting", "ready", "gone", "stopped"]
DEATHS, WITHIN_S = 3, 60.0
_POLL_S = 0.1
_ANSWER_S = 1.0  # a task that was stopped is over after this, whatever it is deep in
_SILENT_S = 5.0  # an engine that was asked to stop something and says nothing at all for so long is hung
_DEAF_S = 30.0  # the same when nothing was asked
_TRIES = 2  # of a task that an engine has perhaps never heard of when it ended
_log = logging.getLogger("ganstudio.engine")


@dataclass(frozen=True)
class Stated:
    """The process is now `state`; `why` is the failure that made it "gone" or start again."""

    state: LifeState
    why: Failure | None = None


@dataclass(frozen=True)
class Finished:
    task: int
    result: TaskResult


Heard = Stated | Finished | Tick | messages.Failed


@dataclass
class _Task:
    id: int
    recipe: dict[str, Any]
    source: Source
    region: Rect | None
    target: Path | None
    label: str
    progress: Progress
    sent: float | None = None
    tries: int = 0
    stop_asked: float | None = None


class Client:
    """`hear` is called in a thread of the client's own, in order, never after `close`. All else may be called from any
    thread and returns at once (`close`: within its time)."""

    def __init__(self, options: Options, hear: Callable[[Heard], None]) -> None:
        self._options, self._hear = options, hear
        self._lock = threading.RLock()
        self._outbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._connected = threading.Condition(self._lock)
        self._connection: Connection | None = None
        self._process: BaseProcess | None = None
        self._tasks: dict[int, _Task] = {}
        self._numbers = itertools.count(1)
        self._deaths: list[float] = []
        self._last_heard = self._asked = 0.0
        self._folder: Path | None = None
        self._files: weakref.WeakKeyDictionary[Source, Path] = weakref.WeakKeyDictionary()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._state: LifeState = "stopped"

    @property
    def state(self) -> LifeState:
        return self._state

    @property
    def pid(self) -> int | None:
        """The engine's process, while there is one."""
        process = self._process
        return process.pid if process is not None else None

    def start(self) -> None:
        """Start the process, unless it runs. After "gone": try anew."""
        with self._lock:
            if self._closed or self._state in ("starting", "ready"):
                return
            self._state = "starting"
            self._deaths.clear()
            if not self._threads:
                self._threads.append(threading.Thread(target=self._send_all, name="engine-send", daemon=True))
                self._threads[0].start()
            thread = threading.Thread(target=self._live, name="engine-hear", daemon=True)
            self._threads[1:] = [thread]
            thread.start()

    def apply(self, recipe: dict[str, Any], source: Source, region: Rect | None, label: str) -> int:
        """Run a recipe; the task's number. Of regions only those of the newest place are kept."""
        with self._lock:
            task = _Task(next(self._numbers), recipe, source, region, None, label, Progress())
            older = [one for one in self._tasks.values() if one.region is not None] if region is not None else []
            self._tasks[task.id] = task
            for one in older:
                if one.source is not source or one.region != region or one.recipe == recipe:
                    self.cancel(one.id)
        if self._state == "gone" or self._closed:
            self._end(task.id, _gone() if not self._closed else Failure("stopped", "Stopped."))
            return task.id
        self.start()
        self._outbox.put(task)
        return task.id

    def cancel(self, number: int) -> None:
        """Stop a task; it fails as "stopped" within a second."""
        with self._lock:
            task = self._tasks.get(number)
            if task is None or task.stop_asked is not None:
                return
            task.stop_asked = time.monotonic()
            task.progress.stop()
            self._asked = task.stop_asked
            if task.sent is None:
                self._outbox.put(messages.Failed(number, Failure("stopped", "Stopped.")))
                return
        self._outbox.put(messages.Cancel(number))

    def send(self, message: object) -> None:
        """One of the window's messages that is about no task; lost when the engine is gone."""
        if isinstance(message, messages.SetOptions):
            self._options = message.options
        self._outbox.put(message)

    def close(self, timeout: float = 2.0) -> None:
        """Stop everything and end the process: what runs stops at its next tile, batch Jobs wait again."""
        deadline = time.monotonic() + timeout
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._connected.notify_all()
            for task in self._tasks.values():
                task.progress.stop()
        self._outbox.put(messages.Close())
        process = self._process
        if process is not None:
            process.join(max(deadline - time.monotonic(), 0.1))
            if process.is_alive():
                process.kill()
                process.join(1.0)
        self._outbox.put(None)
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.5))
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._state = "stopped"

    # The thread that lives with the process

    def _live(self) -> None:
        pixels.sweep()
        while not self._closed:
            self._tell(Stated("starting"))
            ended = self._one_life()
            if self._closed:
                return
            self._deaths = [one for one in self._deaths if time.monotonic() - one < WITHIN_S] + [time.monotonic()]
            _log.warning("the engine's process ended: %s", ended.sentence)
            gone = len(self._deaths) >= DEATHS
            with self._lock:
                lost = [one.id for one in self._tasks.values() if gone or self._at_fault(one)]
                again = [one for one in self._tasks.values() if one.sent is not None and one.id not in lost]
                self._state = "gone" if gone else "starting"
                self._connected.notify_all()
            for number in lost:
                self._end(number, _gone() if gone else ended)
            self._tell(Stated("gone", _gone()) if gone else Stated("starting", ended))
            if gone:
                return
            for task in again:
                task.sent = None
                self._outbox.put(task)

    def _at_fault(self, task: _Task) -> bool:
        """Whether the process that has ended had begun the task, as far as one can tell."""
        return task.sent is not None and (
            task.sent < self._last_heard or task.tries >= _TRIES or task.stop_asked is not None
        )

    def _one_life(self) -> Failure:
        """Start a process and hear it until it ends; why it ended."""
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        words = there, self._options, language()
        process = context.Process(target=child.main, args=words, name="engine", daemon=True)
        try:
            process.start()
        except OSError as error:
            here.close()
            return Failure("engine", _("The engine cannot be started: {why}.").format(why=error.strerror))
        finally:
            there.close()
        self._last_heard = time.monotonic()
        with self._lock:
            self._process, self._connection = process, here
            self._connected.notify_all()
        try:
            if not self._closed:  # closed while it was being started: nobody has told it to end
                self._listen(here)
        except (EOFError, OSError):
            pass
        finally:
            with self._lock:
                self._connection = None
        process.join(0.5)
        if process.is_alive():
            process.kill()
            process.join(1.0)
        here.close()
        with self._lock:
            self._process = None
        return _death(process.exitcode)

    def _listen(self, connection: Connection) -> None:
        while True:
            if connection.poll(_POLL_S):
                self._take(connection.recv())
                self._last_heard = time.monotonic()
            elif self._hung():
                _log.error("the engine does not answer and is ended")
                return
            self._end_the_stopped()

    def _hung(self) -> bool:
        """Whether it has been silent for longer than any work can keep its message thread silent."""
        silent = time.monotonic() - self._last_heard
        if self._state != "ready" or self._closed:
            return False
        return silent > (_SILENT_S if self._asked > self._last_heard else _DEAF_S)

    def _end_the_stopped(self) -> None:
        now = time.monotonic()
        with self._lock:
            late = [
                one.id
                for one in self._tasks.values()
                if one.sent is not None and one.stop_asked is not None and now - one.stop_asked > _ANSWER_S
            ]
        for number in late:
            self._end(number, Failure("stopped", "Stopped."))

    def _take(self, tick: Tick) -> None:
        if tick.ready:
            self._state = "ready"
            self._tell(Stated("ready"))
        ended, tick.ended = tick.ended, []
        with self._lock:
            labels = {number: task.label for number, task in self._tasks.items()}
        tick.progress = {number: replace(one, label=labels.get(number, "")) for number, one in tick.progress.items()}
        self._tell(tick)
        for one in ended:
            if isinstance(one, messages.Failed):
                self._end(one.task, one.failure)
                continue
            with self._lock:
                task = self._tasks.pop(one.task, None)
            if task is None or task.target is None:
                continue
            result = TaskResult(
                task.target, one.header, one.meta, one.rect, how=one.how, seconds=one.seconds, recipe=one.recipe,
                source_type=one.source_type, label=task.label,
            )  # fmt: skip
            self._tell(Finished(one.task, result))

    def _end(self, number: int, failure: Failure) -> None:
        with self._lock:
            task = self._tasks.pop(number, None)
        if task is None:
            return
        if task.target is not None:
            pixels.remove(task.target)
        self._tell(messages.Failed(number, failure))

    def _tell(self, heard: Heard) -> None:
        if not self._closed:
            self._hear(heard)

    # The thread that sends

    def _send_all(self) -> None:
        while (item := self._outbox.get()) is not None:
            if isinstance(item, messages.Failed):
                self._end(item.task, item.failure)
            elif isinstance(item, _Task):
                self._hand_over(item)
            else:
                self._deliver(item)

    def _hand_over(self, task: _Task) -> None:
        try:
            order = self._order(task)
        except UserError as error:
            self._end(task.id, Failure.of(error))
            return
        except Exception as error:  # noqa: BLE001 - a bug costs this task, not the thread
            _log.exception("a picture could not be handed over")
            self._end(task.id, Failure.of(error))
            return
        with self._lock:
            if task.id not in self._tasks:
                return
        self._deliver(order, task)

    def _order(self, task: _Task) -> messages.Apply:
        if self._folder is None or not self._folder.is_dir():
            self._folder = pixels.own_folder()
            self._files.clear()
        task.target = self._folder / f"result-{task.id}.raw"
        source = task.source
        if source.tiles is None:
            assert source.path is not None
            return messages.Apply(
                task.id, task.recipe, source.path, None, source.meta, source.page, task.region, task.target
            )
        raster = source.tiles.raster(source.meta)
        path = self._files.get(source)
        if path is None or not path.exists():
            path = self._folder / f"source-{task.id}.raw"
            pixels.write(path, raster, task.progress)
            self._files[source] = path
            weakref.finalize(source, pixels.remove, path)
        return messages.Apply(task.id, task.recipe, path, raster.header, source.meta, 0, task.region, task.target)

    def _deliver(self, message: object, task: _Task | None = None) -> None:
        with self._connected:
            while self._connection is None and self._state == "starting" and not self._closed:
                self._connected.wait()
            connection = self._connection
            if task is not None and (task.id not in self._tasks or connection is None):
                return
            if task is not None:
                task.sent = time.monotonic()
                task.tries += 1
        if connection is not None:
            try:
                connection.send(message)
            except OSError:
                _log.info("the engine's process has just ended: %s is lost", type(message).__name__)


def _gone() -> Failure:
    return Failure(
        "engine",
        _("The engine has stopped several times and is not started again."),
        _("Start the program anew. If it happens again, choose the processor as the device in the preferences."),
    )


def _death(code: int | None) -> Failure:
    """Why the process ended, by its exit code."""
    hint = _("It is started again by itself; then run the same once more.")
    if code == -9:
        why = _("The engine was ended from outside, most often because the computer ran out of memory.")
        return Failure("engine", why, hint, "The engine's process was killed (signal 9).")
    why = _("The engine has stopped unexpectedly.")
    return Failure("engine", why, hint, f"The engine's process ended with {code}.")
