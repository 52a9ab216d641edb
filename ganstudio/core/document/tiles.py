"""Tiles: a plane of samples cut into 256×256 pieces that are shared between states; changing one copies one.

A tile is a Block of the pool, or a Solid: one colour, which costs nothing. Tiles at the right and lower edge are as
small as the plane leaves them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from ganstudio.core.document.pool import Block, Pool
from ganstudio.core.document.rect import Rect
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Metadata, Raster

SIDE = 256
LARGEST_SIDE = 1_000_000
LARGEST_PIXELS = 4_000_000_000


class Solid(NamedTuple):
    """A tile of one colour; one sample a channel."""

    values: tuple[int, ...]


Tile = Block | Solid
Grid = tuple[tuple[Tile, ...], ...]


@dataclass(frozen=True, eq=False)
class Tiles:
    """Samples (height, width, channels) of uint8 or uint16; a value, never changed in place.

    `mips` holds the tiles of the reduced levels made so far (see `pyramid`).
    """

    width: int
    height: int
    channels: int
    depth: int
    grid: Grid
    pool: Pool
    mips: dict[tuple[int, int, int], Tile] = field(default_factory=dict, repr=False)

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(np.uint8 if self.depth == 8 else np.uint16)

    @property
    def peak(self) -> int:
        return 255 if self.depth == 8 else 65535

    @property
    def rect(self) -> Rect:
        return Rect(0, 0, self.width, self.height)

    @classmethod
    def solid(cls, pool: Pool, width: int, height: int, values: tuple[int, ...], depth: int = 8) -> Tiles:
        """One colour everywhere. ValueError for a size that no document has."""
        check_size(width, height)
        row = (Solid(values),) * -(-width // SIDE)
        return cls(width, height, len(values), depth, (row,) * -(-height // SIDE), pool)

    @classmethod
    def of(cls, pool: Pool, raster: Raster, progress: Progress | None = None) -> Tiles:
        """A Raster's pixels, read band by band. Raises what `raster.rows` raises, DiskFull, Cancelled."""
        head = raster.header
        bands = (raster.rows(y, min(y + SIDE, head.height)) for y in range(0, head.height, SIDE))
        return cls.from_bands(pool, head, bands, progress)

    @classmethod
    def from_bands(
        cls, pool: Pool, head: Header, bands: Iterator[np.ndarray], progress: Progress | None = None
    ) -> Tiles:
        """Bands of 256 rows (the last may be lower) put together; advances `progress` by rows."""
        check_size(head.width, head.height)
        rows = []
        for band in bands:
            if progress is not None:
                progress.check()
                progress.advance(len(band))
            rows.append(tuple(tile_of(pool, band[:, x : x + SIDE]) for x in range(0, head.width, SIDE)))
        return cls(head.width, head.height, head.channels, head.depth, tuple(rows), pool)

    @classmethod
    def made(
        cls, pool: Pool, head: Header, piece: Callable[[Rect], np.ndarray], progress: Progress | None = None
    ) -> Tiles:
        """Tiles of a header's size, each from `piece(its rectangle)`; advances `progress` by rows."""

        def bands() -> Iterator[np.ndarray]:
            for y in range(0, head.height, SIDE):
                y1 = min(y + SIDE, head.height)
                parts = [piece(Rect(x, y, min(x + SIDE, head.width), y1)) for x in range(0, head.width, SIDE)]
                yield np.concatenate(parts, axis=1)

        return cls.from_bands(pool, head, bands(), progress)

    def array(self, ty: int, tx: int) -> np.ndarray:
        """One tile's samples (h, w, channels), not to be written to."""
        return array_of(self.grid[ty][tx], self.tile_rect(ty, tx), self.dtype)

    def tile_rect(self, ty: int, tx: int) -> Rect:
        return tile_rect(self.width, self.height, ty, tx)

    def read(self, rect: Rect) -> np.ndarray:
        """The samples of a rectangle inside the plane, (h, w, channels), not to be written to."""
        return gathered(rect, self.channels, self.dtype, self.array)

    def rows(self, y0: int, y1: int) -> np.ndarray:
        return np.ascontiguousarray(self.read(Rect(0, y0, self.width, y1)))

    def raster(self, meta: Metadata | None = None) -> Raster:
        """The same as a Raster."""
        return TilesRaster(self, Header(self.width, self.height, self.channels, self.depth), meta or Metadata())

    def written(self, x: int, y: int, pixels: np.ndarray) -> Tiles:
        """The plane with `pixels` (h, w, channels) laid over it at (x, y); what hangs over the edge is left out."""
        here = Rect(x, y, x + pixels.shape[1], y + pixels.shape[0]).clipped(self.rect)
        if here.empty:
            return self

        def part(place: Rect) -> np.ndarray:
            return pixels[place.y0 - y : place.y1 - y, place.x0 - x : place.x1 - x]

        return self.changed(here, lambda place, _: part(place))

    def changed(self, rect: Rect, change: Callable[[Rect, np.ndarray], np.ndarray]) -> Tiles:
        """Each tile that `rect` touches with `change(touched part, its samples)` in place of that part."""
        rect = rect.clipped(self.rect)
        if rect.empty:
            return self
        grid = list(self.grid)
        for ty in range(rect.y0 // SIDE, -(-rect.y1 // SIDE)):
            row = list(grid[ty])
            for tx in range(rect.x0 // SIDE, -(-rect.x1 // SIDE)):
                row[tx] = self._changed_tile(ty, tx, rect, change)
            grid[ty] = tuple(row)
        return replace(self, grid=tuple(grid), mips={})

    def _changed_tile(self, ty: int, tx: int, rect: Rect, change: Callable[[Rect, np.ndarray], np.ndarray]) -> Tile:
        whole = self.tile_rect(ty, tx)
        part = whole.clipped(rect)
        old = self.array(ty, tx)
        inside = part.moved(-whole.x0, -whole.y0).slices
        new = change(part, old[inside])
        if np.array_equal(new, old[inside]):
            return self.grid[ty][tx]
        if part == whole:
            return tile_of(self.pool, new)
        pixels = old.copy()
        pixels[inside] = new
        return tile_of(self.pool, pixels)

    def mapped(self, work: Callable[[np.ndarray], np.ndarray]) -> Tiles:
        """Each tile through a function of its samples alone; Solids are done once for one pixel."""
        solids: dict[Solid, Solid] = {}

        def one(ty: int, tx: int, tile: Tile) -> Tile:
            if isinstance(tile, Block):
                return tile_of(self.pool, work(self.array(ty, tx)))
            if tile not in solids:
                pixel = work(np.asarray(tile.values, self.dtype)[None, None])
                solids[tile] = Solid(tuple(int(value) for value in pixel[0, 0]))
            return solids[tile]

        grid = tuple(tuple(one(ty, tx, tile) for tx, tile in enumerate(row)) for ty, row in enumerate(self.grid))
        return replace(self, grid=grid, mips={})

    @property
    def solid_value(self) -> tuple[int, ...] | None:
        """The one colour of the whole plane; None when there are more (or it is not known to be one)."""
        first = self.grid[0][0]
        if isinstance(first, Solid) and all(tile == first for row in self.grid for tile in row):
            return first.values
        return None


@dataclass(frozen=True, eq=False)
class TilesRaster:
    """Tiles by rows."""

    tiles: Tiles
    header: Header
    meta: Metadata

    def rows(self, y0: int, y1: int) -> np.ndarray:
        return self.tiles.rows(y0, y1)

    def close(self) -> None:
        """Nothing is held open."""


def check_size(width: int, height: int) -> None:
    """ValueError for sizes that no document has."""
    if not (1 <= width <= LARGEST_SIDE and 1 <= height <= LARGEST_SIDE and width * height <= LARGEST_PIXELS):
        raise ValueError(f"a plane of {width}×{height} pixels cannot be made")


def tile_of(pool: Pool, pixels: np.ndarray) -> Tile:
    """The tile for samples (h, w, channels); they are copied."""
    first = pixels[0, 0]
    if np.array_equal(pixels[-1, -1], first) and np.array_equal(pixels[0, -1], first) and bool((pixels == first).all()):
        return Solid(tuple(int(value) for value in first))
    return pool.put(pixels)


def array_of(tile: Tile, rect: Rect, dtype: np.dtype) -> np.ndarray:
    """A tile's samples; those of a Solid are repeated without memory."""
    if isinstance(tile, Block):
        return tile.array()
    return np.broadcast_to(np.asarray(tile.values, dtype), (rect.height, rect.width, len(tile.values)))


def tile_rect(width: int, height: int, ty: int, tx: int) -> Rect:
    return Rect(tx * SIDE, ty * SIDE, min((tx + 1) * SIDE, width), min((ty + 1) * SIDE, height))


def gathered(rect: Rect, channels: int, dtype: np.dtype, array: Callable[[int, int], np.ndarray]) -> np.ndarray:
    """A rectangle put together from the tiles `array(ty, tx)` that it touches; a view when it lies in one."""
    tys, txs = range(rect.y0 // SIDE, -(-rect.y1 // SIDE)), range(rect.x0 // SIDE, -(-rect.x1 // SIDE))
    if len(tys) == 1 and len(txs) == 1:
        return array(tys[0], txs[0])[rect.moved(-txs[0] * SIDE, -tys[0] * SIDE).slices]
    out = np.empty((max(rect.height, 0), max(rect.width, 0), channels), dtype)
    for ty in tys:
        for tx in txs:
            piece = array(ty, tx)
            whole = Rect(tx * SIDE, ty * SIDE, tx * SIDE + piece.shape[1], ty * SIDE + piece.shape[0])
            part = whole.clipped(rect)
            out[part.moved(-rect.x0, -rect.y0).slices] = piece[part.moved(-whole.x0, -whole.y0).slices]
    return out
