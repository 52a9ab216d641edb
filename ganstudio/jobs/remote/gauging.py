"""Gauging: how long models take here, found out while the engine has nothing else to do; for "about 23 s" before the
first run. Whatever a person or a batch wants meanwhile ends it at the next module; it is tried again later."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganstudio.jobs.remote.works import Works

_IDLE_S = 3.0  # since the engine did something


class Gauges:
    """`wish` replaces what was wished for before; a recipe that was tried is not tried again."""

    def __init__(self, works: Callable[[], Works]) -> None:
        self._works = works
        self._there = threading.Condition()
        self._wanted: deque[dict[str, Any]] = deque()
        self._tried: list[dict[str, Any]] = []
        self._thread: threading.Thread | None = None
        self._closed = False

    def wish(self, recipes: tuple[dict[str, Any], ...]) -> None:
        with self._there:
            self._wanted = deque(one for one in recipes if one not in self._tried)
            if self._wanted and self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="gauge", daemon=True)
                self._thread.start()
            self._there.notify()

    def close(self) -> None:
        with self._there:
            self._closed = True
            self._wanted.clear()
            self._there.notify()

    def _work(self) -> None:
        works = self._works()
        while True:
            with self._there:
                self._there.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                self._there.wait(max(_IDLE_S - works.idle_seconds(time.monotonic()), 0.0))
                recipe = self._wanted[0] if self._wanted else None
            if recipe is None or works.idle_seconds(time.monotonic()) < _IDLE_S:
                continue
            if works.gauge(recipe):
                with self._there:
                    self._tried.append(recipe)
                    if recipe in self._wanted:
                        self._wanted.remove(recipe)
