"""The display tiles of one picture that were made so far, the least recently used forgotten; and which of them are
out of date: an old tile is shown until the new one is there."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from ganstudio.core.document import Rect
from ganstudio.core.document.tiles import SIDE
from ganstudio.ui.canvas.composer import Key

_CHANGES = 64  # kept apart; older ones are joined


class TileCache:
    """Tiles by level and place, in at most `budget` bytes besides those that were asked for last."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.version = 0
        self._tiles: OrderedDict[Key, tuple[np.ndarray, int]] = OrderedDict()
        self._stale: set[Key] = set()
        self._changes: list[tuple[int, Rect]] = []
        self._bytes = 0

    @property
    def nbytes(self) -> int:
        return self._bytes

    def get(self, key: Key) -> tuple[np.ndarray, int] | None:
        """A tile, and as of which version it is."""
        tile = self._tiles.get(key)
        if tile is not None:
            self._tiles.move_to_end(key)
        return tile

    def fresh(self, key: Key) -> bool:
        return key in self._tiles and key not in self._stale

    def change(self, rect: Rect) -> int:
        """A rectangle of the picture is another from the version on that this gives."""
        self.version += 1
        self._changes.append((self.version, rect))
        if len(self._changes) > _CHANGES:
            first, second = self._changes[:2]
            self._changes[:2] = [(second[0], first[1].joined(second[1]))]
        self._stale.update(key for key in self._tiles if touches(rect, key))
        return self.version

    def clear(self) -> None:
        """All is another picture: tiles that are still being made for the old one will be refused."""
        self.version += 1
        self._changes = [(self.version, _EVERYWHERE)]
        self._tiles.clear()
        self._stale.clear()
        self._bytes = 0

    def put(self, key: Key, version: int, tile: np.ndarray) -> bool:
        """A tile as of a version; False when it is of a picture that was cleared away."""
        later = [rect for at, rect in self._changes if at > version]
        if any(rect is _EVERYWHERE for rect in later):
            return False
        old = self._tiles.pop(key, None)
        self._bytes += tile.nbytes - (0 if old is None else old[0].nbytes)
        self._tiles[key] = tile, version
        self._stale.discard(key)
        if any(touches(rect, key) for rect in later):
            self._stale.add(key)
        return True

    def trim(self, keep: set[Key]) -> None:
        """Down to the budget; `keep` stays whatever it takes."""
        for key in list(self._tiles):
            if self._bytes <= self.budget:
                return
            if key not in keep:
                self._bytes -= self._tiles.pop(key)[0].nbytes
                self._stale.discard(key)


_EVERYWHERE = Rect(-(1 << 40), -(1 << 40), 1 << 40, 1 << 40)


def touches(rect: Rect, key: Key) -> bool:
    """Whether a tile shows something of a rectangle of the picture; a pixel more, for rounded places of layers."""
    level, ty, tx = key
    side, more = SIDE << level, 1 << level
    return (
        tx * side - more < rect.x1 and (tx + 1) * side + more > rect.x0
        and ty * side - more < rect.y1 and (ty + 1) * side + more > rect.y0
    )  # fmt: skip
