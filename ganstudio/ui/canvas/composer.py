"""The composer: threads that make display tiles, the newest wish first. Nothing here waits for them."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot

from ganstudio.core.errors import UserError
from ganstudio.core.priority import thread_steps_back
from ganstudio.ui.canvas.sources import Source

Key = tuple[int, int, int]  # level, ty, tx
_NICER = 3  # than the window's own thread, which paints what is there meanwhile


@dataclass(frozen=True, eq=False)
class Wish:
    """A tile that is wanted: of which plane, as of which of its versions."""

    plane: int
    version: int
    key: Key
    source: Source


def told(signal: SignalInstance) -> None:
    """Emit from a thread; the object may be gone by now, and with it everyone who wanted to know."""
    with suppress(RuntimeError):
        signal.emit()


@dataclass(frozen=True, eq=False)
class Made:
    wish: Wish
    pixels: np.ndarray | None  # None: it could not be made
    trouble: str = ""


class Composer(QObject):
    """`wish` replaces all wishes that nobody works on yet; `done` hands over what was made since, in this thread: call
    it after `made` until there is no more."""

    made = Signal()
    _posted = Signal()

    def __init__(self, parent: QObject | None = None, threads: int | None = None) -> None:
        super().__init__(parent)
        self._crew = _Crew(lambda: told(self._posted), threads or max(1, min(4, (os.cpu_count() or 2) - 1)))
        self._posted.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._crew.stop)

    def wish(self, wishes: Sequence[Wish]) -> None:
        self._crew.wish(wishes)

    def ask(self, about: str, question: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        """A small question before all tiles; only the newest about the same is answered, in this thread."""
        self._crew.ask(about, question, answer)

    def done(self) -> Made | None:
        """The tile made longest ago; None when all were handed over."""
        return self._crew.done()

    @property
    def idle(self) -> bool:
        return self._crew.idle

    def close(self) -> None:
        """No thread is left afterwards (2 s at most)."""
        self._crew.stop()
        self._crew.join(2.0)

    @Slot()
    def _arrived(self) -> None:
        for answer, found in self._crew.answered():
            answer(found)
        self.made.emit()


class _Crew:
    """The threads; knows nothing of Qt but the call that says that something is there."""

    def __init__(self, post: Callable[[], object], threads: int) -> None:
        self._post = post
        self._there = threading.Condition()
        self._wishes: deque[Wish] = deque()
        self._questions: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        self._answers: dict[str, tuple[Callable[[Any], None], Any]] = {}
        self._busy: set[tuple[int, int, Key]] = set()
        self._made: deque[Made] = deque()
        self._told = False
        self._stopped = False
        self._threads = [threading.Thread(target=self._work, name=f"canvas-{i}", daemon=True) for i in range(threads)]
        for thread in self._threads:
            thread.start()

    def wish(self, wishes: Sequence[Wish]) -> None:
        with self._there:
            self._wishes = deque(one for one in wishes if (one.plane, one.version, one.key) not in self._busy)
            self._there.notify_all()

    def ask(self, about: str, question: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        with self._there:
            self._questions[about] = question, answer
            self._there.notify()

    def done(self) -> Made | None:
        with self._there:
            self._told = bool(self._made)
            return self._made.popleft() if self._made else None

    def answered(self) -> list[tuple[Callable[[Any], None], Any]]:
        with self._there:
            answers, self._answers = list(self._answers.values()), {}
            return answers

    @property
    def idle(self) -> bool:
        with self._there:
            return not (self._wishes or self._busy or self._made or self._questions or self._answers)

    def stop(self) -> None:
        with self._there:
            self._stopped = True
            self._wishes.clear()
            self._there.notify_all()

    def join(self, seconds: float) -> None:
        for thread in self._threads:
            thread.join(seconds)

    def _work(self) -> None:
        thread_steps_back(_NICER)
        while True:
            task = self._next()
            if task is None:
                return
            if isinstance(task, Wish):
                self._make(task)
            else:
                self._reply(*task)

    def _next(self) -> Wish | tuple[str, Callable[[], Any], Callable[[Any], None]] | None:
        """What to do now; None: go home."""
        with self._there:
            self._there.wait_for(lambda: self._stopped or self._wishes or self._questions)
            if self._stopped:
                return None
            if self._questions:
                about = next(iter(self._questions))
                return about, *self._questions.pop(about)
            wish = self._wishes.popleft()
            self._busy.add((wish.plane, wish.version, wish.key))
            return wish

    def _make(self, wish: Wish) -> None:
        try:
            made = Made(wish, wish.source.tile(*wish.key))
        except UserError as error:
            made = Made(wish, None, str(error))
        with self._there:
            self._busy.discard((wish.plane, wish.version, wish.key))
            self._made.append(made)
            tell, self._told = not self._told and not self._stopped, True
        if tell:
            self._post()

    def _reply(self, about: str, question: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        try:
            found = question()
        except UserError:
            return
        with self._there:
            self._answers[about] = answer, found
            tell = not self._stopped
        if tell:
            self._post()
