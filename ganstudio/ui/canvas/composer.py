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
from ganstudio.ui.canvas.sources import Source

Key = tuple[int, int, int]  # level, ty, tx


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
    """`wish` replaces all wishes that nobody works on yet; `done` hands over what was made since, in this thread."""

    made = Signal()
    _posted = Signal()

    def __init__(self, parent: QObject | None = None, threads: int | None = None) -> None:
        super().__init__(parent)
        self._crew = _Crew(lambda: told(self._posted), threads or max(1, min(4, (os.cpu_count() or 2) - 1)))
        self._posted.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._crew.stop)

    def wish(self, wishes: Sequence[Wish]) -> None:
        self._crew.wish(wishes)

    def ask(self, question: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        """A small question before all tiles; only the newest is answered, in this thread."""
        self._crew.ask(question, answer)

    def done(self) -> list[Made]:
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
        answer = self._crew.answered()
        if answer is not None:
            answer[0](answer[1])
        self.made.emit()


class _Crew:
    """The threads; knows nothing of Qt but the call that says that something is there."""

    def __init__(self, post: Callable[[], object], threads: int) -> None:
        self._post = post
        self._there = threading.Condition()
        self._wishes: deque[Wish] = deque()
        self._question: tuple[Callable[[], Any], Callable[[Any], None]] | None = None
        self._answer: tuple[Callable[[Any], None], Any] | None = None
        self._busy: set[tuple[int, int, Key]] = set()
        self._made: list[Made] = []
        self._told = False
        self._stopped = False
        self._threads = [threading.Thread(target=self._work, name=f"canvas-{i}", daemon=True) for i in range(threads)]
        for thread in self._threads:
            thread.start()

    def wish(self, wishes: Sequence[Wish]) -> None:
        with self._there:
            self._wishes = deque(one for one in wishes if (one.plane, one.version, one.key) not in self._busy)
            self._there.notify_all()

    def ask(self, question: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        with self._there:
            self._question = question, answer
            self._there.notify()

    def done(self) -> list[Made]:
        with self._there:
            made, self._made, self._told = self._made, [], False
            return made

    def answered(self) -> tuple[Callable[[Any], None], Any] | None:
        with self._there:
            answer, self._answer = self._answer, None
            return answer

    @property
    def idle(self) -> bool:
        with self._there:
            return not (self._wishes or self._busy or self._made or self._question or self._answer)

    def stop(self) -> None:
        with self._there:
            self._stopped = True
            self._wishes.clear()
            self._there.notify_all()

    def join(self, seconds: float) -> None:
        for thread in self._threads:
            thread.join(seconds)

    def _work(self) -> None:
        while True:
            with self._there:
                self._there.wait_for(lambda: self._stopped or self._wishes or self._question)
                if self._stopped:
                    return
                question, self._question = self._question, None
                wish = None if question is not None else self._wishes.popleft()
                if wish is not None:
                    self._busy.add((wish.plane, wish.version, wish.key))
            if question is not None:
                self._reply(*question)
            elif wish is not None:
                self._make(wish)

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

    def _reply(self, question: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        try:
            found = question()
        except UserError:
            return
        with self._there:
            self._answer = answer, found
            tell = not self._stopped
        if tell:
            self._post()
