"""Progress: the one object through which long work reports how far it is and hears *stop*."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from ganstudio.core.errors import Cancelled


@dataclass(frozen=True)
class Snapshot:
    """How far: `done` of `total` units, `seconds` of work (pauses left out), `left` seconds (None: not known yet);
    `tiles_done` of the `tiles` known of so far, 0 where nothing is cut into tiles."""

    done: float
    total: float
    doing: str
    seconds: float
    left: float | None
    stopped: bool
    tiles_done: int = 0
    tiles: int = 0


class Progress:
    """Thread-safe. Workers call `advance`, `doing` and `check`; watchers read `snapshot` and call `stop`/`pause`."""

    def __init__(self, total: float = 0.0, parent: Progress | None = None, *, counted: bool = True) -> None:
        self._lock = threading.Lock()
        self._parent, self._counted = parent, counted
        self._total = total
        self._done = 0.0
        self._doing = ""
        self._tiles = self._tiles_done = 0
        self._stopped = False
        self._go = threading.Event()
        self._go.set()
        self._paused_at: float | None = None
        self._paused = 0.0
        self._began = self._clock()

    def set_total(self, total: float) -> None:
        with self._lock:
            self._total = total

    def advance(self, amount: float = 1.0) -> None:
        with self._lock:
            self._done += amount
        if self._parent is not None and self._counted:
            self._parent.advance(amount)

    def add_tiles(self, count: int) -> None:
        """So many tiles more are to be computed."""
        with self._lock:
            self._tiles += count
        if self._parent is not None:
            self._parent.add_tiles(count)

    def tile_done(self) -> None:
        with self._lock:
            self._tiles_done += 1
        if self._parent is not None:
            self._parent.tile_done()

    def doing(self, what: str) -> None:
        with self._lock:
            self._doing = what

    def stop(self) -> None:
        """Ask the work to end at its next check, also where it is paused. Takes no lock: signals call it."""
        self._stopped = True

    def pause(self) -> None:
        with self._lock:
            if self._paused_at is None:
                self._paused_at = self._outer_clock()
            self._go.clear()

    def resume(self) -> None:
        with self._lock:
            if self._paused_at is not None:
                self._paused += self._outer_clock() - self._paused_at
                self._paused_at = None
            self._go.set()

    @property
    def stopped(self) -> bool:
        return self._stopped or (self._parent is not None and self._parent.stopped)

    def check(self) -> None:
        """Wait while paused; raise Cancelled once stopped. Called between tiles and between modules."""
        if self.stopped:
            raise Cancelled()
        if self._parent is not None:
            self._parent.check()
        while not self._go.wait(0.2):
            if self.stopped:
                break
        if self.stopped:
            raise Cancelled()

    def part(self, total: float = 0.0, *, counted: bool = True) -> Progress:
        """A Progress for one piece of this work: stops with it, and adds its advances to it where they are `counted`
        there."""
        return Progress(total, self, counted=counted)

    def _outer_clock(self) -> float:
        """Seconds of a clock that stands still while the whole, of which this is a part, is paused."""
        if self._parent is None:
            return time.monotonic()
        with self._parent._lock:
            return self._parent._clock()

    def _clock(self) -> float:
        """Seconds of a clock that stands still in pauses, of the whole and of this part."""
        now = self._paused_at if self._paused_at is not None else self._outer_clock()
        return now - self._paused

    def snapshot(self) -> Snapshot:
        with self._lock:
            seconds = max(self._clock() - self._began, 0.0)
            known = self._done > 0 and self._total > 0
            left = seconds * max(self._total - self._done, 0.0) / self._done if known else None
            tiles = self._tiles_done, self._tiles
            return Snapshot(self._done, self._total, self._doing, seconds, left, self.stopped, *tiles)
