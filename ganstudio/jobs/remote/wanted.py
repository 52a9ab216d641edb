"""Wanted: what the window's places show next. A newer wish of a place takes the place of an older one; torch-free."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from ganstudio.jobs.remote.generators import AskPoints, Render, Stage, Thumbs

BATCH = 4  # small pictures drawn at once: so long a slider waits at most

Shown = Render | Thumbs | AskPoints
_RANKS = {"early": 0, "points": 1, "full": 2, "thumbs": 3, "upscaled": 4}


@dataclass(frozen=True)
class Piece:
    """A stage of a wish. `indices` are the small pictures to draw now."""

    wish: Shown
    stage: Stage | str
    indices: tuple[int, ...] = ()


@dataclass
class _Open:
    wish: Shown
    stage: Stage | str
    came: int
    left: list[int] = field(default_factory=list)


class Wanted:
    """Thread-safe. `next` gives pieces in the order of what a person looks at: early pictures, whole ones, then small
    ones a few at a time, then the enlarged."""

    def __init__(self, batch: Callable[[Shown], int] = lambda wish: BATCH) -> None:
        """`batch`: how many of a wish's small pictures are drawn at once."""
        self._batch = batch
        self._changed = threading.Condition()
        self._open: dict[str, _Open] = {}
        self._newest: dict[str, int] = {}  # the number of each place's latest wish, until it is forgotten
        self._came = itertools.count()
        self._closed = False

    def put(self, wish: Shown) -> None:
        with self._changed:
            self._open[wish.channel] = self._begun(wish)
            self._newest[wish.channel] = wish.number
            self._changed.notify()

    def forget(self, channel: str) -> None:
        with self._changed:
            self._open.pop(channel, None)
            self._newest.pop(channel, None)

    def drop(self, wish: Shown) -> None:
        """Nothing more of this wish: it failed, or all was done at once."""
        with self._changed:
            found = self._open.get(wish.channel)
            if found is not None and found.wish.number == wish.number:
                del self._open[wish.channel]

    def is_newest(self, wish: Shown) -> bool:
        """Whether nothing newer is wanted in its place (it may be done)."""
        with self._changed:
            found = self._open.get(wish.channel)
            return found is None or found.wish.number == wish.number

    def skip(self, wish: Shown, stage: str) -> None:
        """A stage that came out by the way."""
        with self._changed:
            found = self._open.get(wish.channel)
            if found is not None and found.wish.number == wish.number and found.stage == stage:
                self._advance(found)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def next(self, timeout: float | None = None) -> Piece | None:
        """Wait for a piece; None at the end, or when the time is over."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._open or self._closed, timeout) or self._closed:
                return None
            found = min(self._open.values(), key=lambda one: (_RANKS[one.stage], one.came))
            piece = Piece(found.wish, found.stage, tuple(found.left[: max(1, self._batch(found.wish))]))
            self._advance(found, len(piece.indices))
            return piece

    def put_back(self, wish: Shown, indices: tuple[int, ...]) -> None:
        """Small pictures that were not drawn after all: they come next of theirs, unless a newer wish is there."""
        with self._changed:
            found = self._open.get(wish.channel)
            if found is not None and found.wish is wish:
                found.left[:0] = indices
            elif found is None and indices and self._newest.get(wish.channel) == wish.number:
                self._open[wish.channel] = _Open(wish, "thumbs", next(self._came), list(indices))
            self._changed.notify()

    def _begun(self, wish: Shown) -> _Open:
        came = next(self._came)
        if isinstance(wish, Render):
            return _Open(wish, "early" if wish.early else "full", came)
        if isinstance(wish, AskPoints):
            return _Open(wish, "points", came)
        whole = range(len(wish.latents))
        asked = [one for one in dict.fromkeys(wish.order) if one in whole]
        return _Open(wish, "thumbs", came, asked + [one for one in whole if one not in set(asked)])

    def _advance(self, found: _Open, drawn: int = 0) -> None:
        del found.left[:drawn]
        if found.stage == "early":
            found.stage = "full"
        elif found.stage == "full" and isinstance(found.wish, Render) and found.wish.upscaled:
            found.stage = "upscaled"
        elif not found.left:
            del self._open[found.wish.channel]
