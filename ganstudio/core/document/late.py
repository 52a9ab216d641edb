"""Late planes: enlarged ones of which a band is made when it is first looked at, saved or painted on.

Under a result twice as large lie layers that are hardly ever looked at again; making them takes longer than all else.
What is made is the same as `resample.resized` gives, band by band. The pyramid of a late plane is not made of it: its
levels are the levels of the original, resized by what is left.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Callable
from functools import partial

import numpy as np

from ganstudio.core.document import pyramid
from ganstudio.core.document.pool import Block, Pool
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.tiles import SIDE, Grid, Solid, Tile, Tiles, check_size
from ganstudio.core.raster import ComputedRaster, Header, Metadata, Raster
from ganstudio.core.resample import resized

_REACH = 4  # pixels of the coarser grid around a pixel, which it may be made of


class LateBlock(Block):
    """A Block whose samples are made when they are first asked for, with those of its band."""

    __slots__ = ("_band",)

    def __init__(self, pool: Pool, nbytes: int, band: _Band) -> None:
        super().__init__(pool, nbytes)
        self._band: _Band | None = band

    def array(self) -> np.ndarray:
        """Raises what reading the original raises, and DiskFull."""
        band = self._band
        if band is not None:
            band.make()
            self._band = None
        return super().array()


class _Band:
    """Tiles side by side that are made at once, by the thread that comes first."""

    def __init__(self, pool: Pool, rows: Callable[[], np.ndarray]) -> None:
        self._pool = pool
        self._rows: Callable[[], np.ndarray] | None = rows
        self._lock = threading.Lock()
        self._blocks: list[tuple[int, weakref.ref[LateBlock]]] = []  # who wants one keeps it

    def block(self, x: int, nbytes: int) -> LateBlock:
        block = LateBlock(self._pool, nbytes, self)
        self._blocks.append((x, weakref.ref(block)))
        return block

    def make(self) -> None:
        with self._lock:
            if self._rows is None:
                return
            made = self._rows()
            for x, known in self._blocks:
                block = known()
                if block is not None:
                    self._pool.fill(block, made[:, x : x + SIDE])
            self._rows = None  # with it goes what it was made of


def enlarged(tiles: Tiles, width: int, height: int) -> Tiles:
    """A plane at width×height (each at least its own), Lanczos; nothing is computed yet. ValueError for a size that no
    document has."""
    check_size(width, height)
    grid = _grid(tiles, 0, width, height)
    made = Tiles(width, height, tiles.channels, tiles.depth, grid, tiles.pool)
    octaves = math.log2(max(width / tiles.width, height / tiles.height))
    level, size = 0, (width, height)
    while max(size) > SIDE:
        level += 1
        size = pyramid.level_size(width, height, level)
        rows = _grid(tiles, max(math.floor(level - octaves + 1e-6), 0), *size)
        made.mips.update({(level, ty, tx): tile for ty, row in enumerate(rows) for tx, tile in enumerate(row)})
    pyramid.relink(made)
    return made


def _grid(tiles: Tiles, level: int, width: int, height: int) -> Grid:
    """The tiles of a level resized to width×height."""
    scaled = resized(_level(tiles, level), width, height)
    across, down = tiles.width / width, tiles.height / height
    per_pixel = tiles.channels * tiles.dtype.itemsize

    def row(y: int) -> tuple[Tile, ...]:
        y1 = min(y + SIDE, height)
        band = _Band(tiles.pool, partial(scaled.rows, y, y1))

        def tile(x: int) -> Tile:
            x1 = min(x + SIDE, width)
            reach = _REACH * (1 << level) * max(across, down, 1)
            solid = _solid(tiles, x * across - reach, y * down - reach, x1 * across + reach, y1 * down + reach)
            return solid or band.block(x, (x1 - x) * (y1 - y) * per_pixel)

        return tuple(tile(x) for x in range(0, width, SIDE))

    return tuple(row(y) for y in range(0, height, SIDE))


def _level(tiles: Tiles, level: int) -> Raster:
    """A level of the pyramid as a Raster."""
    width, height = pyramid.level_size(tiles.width, tiles.height, level)

    def piece(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        return pyramid.read(tiles, Rect(x0, y0, x1, y1), level)

    header = Header(width, height, tiles.channels, tiles.depth)
    return ComputedRaster(header, Metadata(), lambda y0, y1: piece(0, y0, width, y1), lambda: None, piece)


def _solid(tiles: Tiles, x0: float, y0: float, x1: float, y1: float) -> Solid | None:
    """The one colour that a rectangle of a plane has, where it is known to have one."""
    rect = Rect(math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1)).clipped(tiles.rect)
    first = tiles.grid[rect.y0 // SIDE][rect.x0 // SIDE]
    if not isinstance(first, Solid):
        return None
    for row in tiles.grid[rect.y0 // SIDE : -(-rect.y1 // SIDE)]:
        if any(tile != first for tile in row[rect.x0 // SIDE : -(-rect.x1 // SIDE)]):
            return None
    clear = tiles.channels in (2, 4) and first.values[-1] == 0
    return Solid((0,) * tiles.channels) if clear else first
