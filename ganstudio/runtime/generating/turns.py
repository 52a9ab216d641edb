"""Turns: who uses a network next, a person before longer work, equals in the order they came."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is fair: who works in many short pieces lets others in between."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._count = 0
        self._busy = False

    @contextmanager
    def turn(self, priority: int) -> Iterator[None]:
        """Lower `priority` goes first. Not for a thread that has its turn already."""
        with self._ready:
            ticket = (priority, self._count)
            self._count += 1
            heapq.heappush(self._waiting, ticket)
            while self._busy or self._waiting[0] != ticket:
                self._ready.wait()
            heapq.heappop(self._waiting)
            self._busy = True
        try:
            yield
        finally:
            with self._ready:
                self._busy = False
                self._ready.notify_all()
