"""The clock of a sitting: seconds of work without pauses, and what is due."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Counts on from the seconds of earlier sittings; stands still while held."""

    def __init__(self) -> None:
        self._before = 0.0
        self._since = time.monotonic()
        self._held_at: float | None = None
        self._last: dict[str, float] = {}

    def begin(self, before: float) -> None:
        self._before, self._since = before, time.monotonic()
        self._last.clear()

    def seconds(self) -> float:
        until = self._held_at if self._held_at is not None else time.monotonic()
        return self._before + until - self._since

    def hold(self, held: bool) -> None:
        now = time.monotonic()
        if held and self._held_at is None:
            self._held_at = now
        elif not held and self._held_at is not None:
            self._since += now - self._held_at
            self._held_at = None

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stands still within the block."""
        was = self._held_at is not None
        self.hold(True)
        try:
            yield
        finally:
            self.hold(was)

    def due(self, what: str, every: float) -> bool:
        """Whether `every` seconds have gone since it was last due (or the sitting began); counts anew if so."""
        now = time.monotonic()
        if now - self._last.setdefault(what, self._since) < every:
            return False
        self._last[what] = now
        return True

    def reset(self, what: str, at_least: float = 0.0) -> None:
        """Count anew from now, and `at_least` so many seconds later."""
        self._last[what] = time.monotonic() + max(0.0, at_least)
