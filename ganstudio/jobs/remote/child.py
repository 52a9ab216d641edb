"""The engine's process: a thread that listens and always answers, threads that work, and one that tells what is new.

It ends when the window says so, and by itself when the window is gone.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from ganstudio.core.log import log_file
from ganstudio.core.priority import step_back
from ganstudio.core.text import set_language
from ganstudio.jobs.remote import messages
from ganstudio.jobs.remote.exploring import Explorer
from ganstudio.jobs.remote.gauging import Gauges
from ganstudio.jobs.remote.generators import WISHES, Explored
from ganstudio.jobs.remote.messages import Failed, Failure, Options, Tick
from ganstudio.jobs.remote.task import Task

if TYPE_CHECKING:
    from ganstudio.jobs.remote.works import Works

USUAL_MODEL = "photo"
_TICK_S = 1 / 30
_BEAT_S = 0.5
_FACTS_S = 2.0
_LEAVE_S = 0.7  # a stopped task that has not ended by then is left behind
_DRAIN_S = 1.5
_log = logging.getLogger("ganstudio.engine")


def main(connection: Connection, options: Options, speaks: str = "en") -> None:
    """What the process does, its sentences in a language. Ends it in every case: threads may be deep in a library."""
    step_back()
    set_language(speaks)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal that opened the window is for the window
    with suppress(OSError):
        log_file()
    code = 0
    try:
        Child(connection, options).serve()
    except Exception:  # noqa: BLE001 - logged: there is nobody else to tell
        _log.exception("the engine has a fault")
        code = 1
    finally:
        logging.shutdown()
        os._exit(code)


class Child:
    """`serve` listens until the end."""

    def __init__(self, connection: Connection, options: Options) -> None:
        self._connection = connection
        self._options = options
        self._lock = threading.Lock()
        self._tick = Tick()
        self._wake = threading.Event()
        self._tasks: dict[int, Task] = {}
        self._queues: dict[bool, queue.SimpleQueue[Task]] = {True: queue.SimpleQueue(), False: queue.SimpleQueue()}
        self._orders: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._made: Works | None = None
        self._making = threading.Lock()
        self._explorer = Explorer(self._works, self._explored)
        self._gauges = Gauges(self._works)

    def serve(self) -> None:
        """Listen until the window says Close or is gone."""
        threading.Thread(target=self._tell_all, name="tell", daemon=True).start()
        threading.Thread(target=self._open, name="open", daemon=True).start()
        threading.Thread(target=self._obey, name="orders", daemon=True).start()
        for is_region in (True, False):
            self._hire(is_region)
        with suppress(EOFError, OSError):
            while not isinstance(message := self._connection.recv(), messages.Close):
                self._take(message)
        self._drain()

    def _take(self, message: object) -> None:
        """In the listening thread: nothing here may take long."""
        if isinstance(message, messages.Apply):
            task = Task(message, self._began)
            with self._lock:
                self._tasks[task.number] = task
            self._queues[message.region is not None].put(task)
        elif isinstance(message, messages.Cancel):
            self._cancel(message.task)
        elif isinstance(message, WISHES):
            self._explorer.take(message)
        elif isinstance(message, messages.Gauge):
            self._gauges.wish(message.recipes)
        elif isinstance(message, messages.Warm):
            threading.Thread(target=self._warm, args=(message.model,), name="warm", daemon=True).start()
        else:
            self._orders.put(message)

    def _warm(self, model: str) -> None:
        self._works().warm(model)

    def _obey(self) -> None:
        """What needs torch, or the journal; in the order it came."""
        while True:
            self._order(self._works(), self._orders.get())

    def _order(self, works: Works, message: object) -> None:
        if isinstance(message, messages.SetOptions):
            works.set_options(message.options)
        elif isinstance(message, messages.RunBatches):
            works.run_batches(message.ids, message.until)
        elif isinstance(message, messages.BatchOrder):
            works.order_batches(message.what)

    def _drain(self) -> None:
        """Stop all; batch Jobs are put back."""
        for task in list(self._tasks.values()):
            task.progress.stop()
        self._explorer.close()
        self._gauges.close()
        if self._made is not None:
            self._made.close(_DRAIN_S)

    # Working

    def _works(self) -> Works:
        """Library, Runtime and batches; the first call imports torch."""
        with self._making:
            if self._made is None:
                from ganstudio.jobs.remote.works import Works

                self._made = Works(self._options, self._news)
            return self._made

    def _open(self) -> None:
        try:
            works = self._works()
            with self._lock:
                self._tick.ready = True
                self._tick.facts = works.facts()
                self._tick.measured = works.measured()
            self._wake.set()
            works.recover()
            works.warm(USUAL_MODEL)
        except Exception:  # noqa: BLE001 - logged, and the process ends: without torch there is no engine
            _log.exception("the engine cannot start")
            logging.shutdown()
            os._exit(1)

    def _hire(self, is_region: bool) -> None:
        threading.Thread(target=self._work, args=(is_region,), name="task", daemon=True).start()

    def _work(self, is_region: bool) -> None:
        while True:
            task = self._queues[is_region].get()
            if task.abandoned:
                continue
            works = self._works()
            ended = works.run(task)
            if task.abandoned:
                return  # another thread has taken its place
            with self._lock:
                if self._tasks.pop(task.number, None) is not None:
                    self._end(task, ended)
            self._wake.set()

    def _end(self, task: Task, ended: messages.Done | Failed) -> None:
        """Under the lock."""
        areas = task.take_areas()
        if areas:
            self._tick.areas[task.number] = self._tick.areas.get(task.number, []) + areas
        self._tick.progress[task.number] = task.how_far()
        self._tick.ended.append(ended)

    def _cancel(self, number: int) -> None:
        with self._lock:
            task = self._tasks.get(number)
        if task is None:
            return
        task.progress.stop()
        threading.Timer(_LEAVE_S, self._leave_behind, (task,)).start()

    def _leave_behind(self, task: Task) -> None:
        with self._lock:
            if self._tasks.pop(task.number, None) is None:
                return
            task.abandoned = True
            self._tick.ended.append(Failed(task.number, Failure("stopped", "Stopped.")))
        self._wake.set()
        self._hire(task.order.region is not None)

    # Telling

    def _began(self, began: messages.Began) -> None:
        with self._lock:
            self._tick.began.append(began)

    def _news(self, change: messages.News) -> None:
        """Something of the batches, the facts or the speeds."""
        with self._lock:
            if isinstance(change, messages.Facts):
                self._tick.facts = change
            elif isinstance(change, messages.Measured):
                self._tick.measured = change
            elif isinstance(change, bool):
                self._tick.batch_running = change
            else:
                self._tick.add_batch(change)

    def _explored(self, told: Explored) -> None:
        """Something about a generator."""
        with self._lock:
            self._tick.add_explored(told)
        self._wake.set()

    def _tell_all(self) -> None:
        """Send what is new; a beat where nothing is."""
        sent = facts = time.monotonic()
        while True:
            self._wake.wait(_TICK_S)
            time.sleep(max(sent + _TICK_S - time.monotonic(), 0))
            self._wake.clear()
            now = time.monotonic()
            if self._made is not None and now - facts > _FACTS_S:
                facts = now
                self._news(self._made.facts())
            tick = self._take_tick()
            if tick.empty and now - sent < _BEAT_S:
                continue
            sent = now
            try:
                self._connection.send(tick)
            except OSError:
                return  # the window is gone: the listening thread ends the process

    def _take_tick(self) -> Tick:
        with self._lock:
            tick, self._tick = self._tick, Tick()
            for task in self._tasks.values():
                areas = task.take_areas()
                if areas:
                    tick.areas[task.number] = tick.areas.get(task.number, []) + areas
                tick.progress[task.number] = task.how_far()
        return tick
