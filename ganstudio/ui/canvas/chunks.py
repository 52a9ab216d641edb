"""The chunks of one picture that are in memory, the least recently seen forgotten; and which tiles in them are out of
date: an old one is shown until the new one is there."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from ganstudio.core.document import Rect
from ganstudio.core.document.pyramid import level_size
from ganstudio.core.document.tiles import SIDE
from ganstudio.ui.canvas.chunk import TILES, Chunk, Place
from ganstudio.ui.canvas.composer import Key

_CHANGES = 64  # kept apart; older ones are joined
_EVERYWHERE = Rect(-(1 << 40), -(1 << 40), 1 << 40, 1 << 40)


class Chunks:
    """Chunks of a picture of width×height in at most `budget` bytes besides those that are in sight."""

    def __init__(self, width: int, height: int, opaque: bool, budget: int) -> None:
        self.budget = budget
        self.version = 0
        self._chunks: OrderedDict[Place, Chunk] = OrderedDict()
        self._changes: list[tuple[int, Rect]] = []
        self.clear(width, height, opaque)

    @property
    def nbytes(self) -> int:
        return sum(chunk.nbytes for chunk in self._chunks.values())

    def clear(self, width: int, height: int, opaque: bool) -> None:
        """All is another picture: tiles that are still being made for the old one will be refused."""
        self._size, self._opaque = (width, height), opaque
        self.version += 1
        self._changes = [(self.version, _EVERYWHERE)]
        self._chunks.clear()

    def set_opaque(self, opaque: bool) -> bool:
        """Whether it was not as it is now."""
        if opaque == self._opaque:
            return False
        self._opaque = opaque
        for chunk in self._chunks.values():
            chunk.set_opaque(opaque)
        return True

    def at(self, place: Place) -> Chunk | None:
        return self._chunks.get(place)

    def cells(self, level: int) -> Rect:
        """All tile numbers of a level."""
        width, height = level_size(*self._size, level)
        return Rect(0, 0, -(-width // SIDE), -(-height // SIDE))

    def fresh(self, key: Key) -> bool:
        chunk = self._chunks.get(place_of(key))
        if chunk is None:
            return False
        at = key[1] - chunk.cells.y0, key[2] - chunk.cells.x0
        return bool(chunk.made_at[at] >= 0 and not chunk.stale[at])

    def change(self, rect: Rect) -> int:
        """A rectangle of the picture is another from the version on that this gives."""
        self.version += 1
        self._changes.append((self.version, rect))
        if len(self._changes) > _CHANGES:  # the first is everything, as of the last `clear`
            first, second = self._changes[1:3]
            self._changes[1:3] = [(second[0], first[1].joined(second[1]))]
        for chunk in self._chunks.values():
            chunk.outdate(rect)
        return self.version

    def put(self, key: Key, version: int, tile: np.ndarray) -> bool:
        """A tile as of a version; False when it is of a picture that was cleared away."""
        later = [rect for at, rect in self._changes if at > version]
        if any(rect is _EVERYWHERE for rect in later):
            return False
        _, ty, tx = key
        place = place_of(key)
        chunk = self._chunks.get(place)
        if chunk is None:
            chunk = self._chunks[place] = Chunk(place, *self._size, self._opaque)
        chunk.put(ty, tx, tile, version)
        if any(touches(rect, key) for rect in later):
            chunk.stale[ty - chunk.cells.y0, tx - chunk.cells.x0] = True
        self._join(place, chunk, ty, tx)
        return True

    def _join(self, place: Place, chunk: Chunk, ty: int, tx: int) -> None:
        """Edges of a tile at a chunk's edge to and from the chunk beside it."""
        level, row, column = place
        if tx == chunk.cells.x0 and (other := self._chunks.get((level, row, column - 1))) is not None:
            other.join_right(chunk)
        if tx == chunk.cells.x1 - 1 and (other := self._chunks.get((level, row, column + 1))) is not None:
            chunk.join_right(other)
        if ty == chunk.cells.y0 and (other := self._chunks.get((level, row - 1, column))) is not None:
            other.join_below(chunk)
        if ty == chunk.cells.y1 - 1 and (other := self._chunks.get((level, row + 1, column))) is not None:
            chunk.join_below(other)

    def keep(self, places: set[Place]) -> None:
        """What is in sight stays; of the rest the budget's worth, the last seen."""
        for place in places:
            if place in self._chunks:
                self._chunks.move_to_end(place)
        spare = self.nbytes - self.budget
        for place in list(self._chunks):
            if spare <= 0:
                return
            if place not in places:
                spare -= self._chunks.pop(place).nbytes


def place_of(key: Key) -> Place:
    """The chunk that a tile is in."""
    return key[0], key[1] // TILES, key[2] // TILES


def places_of(level: int, cells: Rect) -> list[Place]:
    """The chunks that tiles are in."""
    rows, columns = range(cells.y0 // TILES, -(-cells.y1 // TILES)), range(cells.x0 // TILES, -(-cells.x1 // TILES))
    return [] if cells.empty else [(level, row, column) for row in rows for column in columns]


def touches(rect: Rect, key: Key) -> bool:
    """Whether a tile shows something of a rectangle of the picture; a pixel more, for rounded places of layers."""
    level, ty, tx = key
    side, more = SIDE << level, 1 << level
    return (
        tx * side - more < rect.x1 and (tx + 1) * side + more > rect.x0
        and ty * side - more < rect.y1 and (ty + 1) * side + more > rect.y0
    )  # fmt: skip
