"""Pieces: a part of an enlarged Raster, computed with its surroundings and without the rest of the picture.

Windows keep the network's period and meet its padding only where the picture really ends, so a piece is what the whole
has in that place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import numpy as np

from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Raster, part
from ganstudio.runtime.adopt import Adopted
from ganstudio.runtime.bands import OnTile, RunTile
from ganstudio.runtime.channels import BLEED, bleed
from ganstudio.runtime.lane import Lane
from ganstudio.runtime.tiles import Grid, Span, Tile, up

# A person waits for the first of them, so they are smaller than what would waste the least: so many halos, at least.
_HALOS = 6
_CORE = 96


class Pieces:
    """Parts of `source` enlarged. `grid` is the whole picture's; `side` is the window's that is quick enough."""

    def __init__(
        self, source: Raster, grid: Grid, adopted: Adopted, run_tile: RunTile, lane: Lane, progress: Progress,
        *, priority: int, side: int, on_tile: OnTile | None = None,
    ) -> None:  # fmt: skip
        self._source, self._grid = source, grid
        self._scale, self._minimum = adopted.scale, adopted.facts.minimum
        self._run_tile, self._lane, self._progress = run_tile, lane, progress
        self._priority, self._on_tile = priority, on_tile
        self._core = up(max(_CORE, min(_HALOS * grid.halo, side - 2 * grid.halo)), grid.multiple)
        self._given_up = threading.Event()

    def piece(self, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        """Of the result, (y1 − y0, x1 − x0, channels); raises what any tile raised, or Cancelled."""
        scale, header = self._scale, self._source.header
        rows = self._spans(y0 // scale, -(-y1 // scale), self._grid.height)
        columns = self._spans(x0 // scale, -(-x1 // scale), self._grid.width)
        block, top, left = self._block(rows, columns)
        out = np.empty((y1 - y0, x1 - x0, header.channels), header.dtype)

        def work(tile: Tile) -> Callable[[], None]:
            def run() -> None:
                if self._given_up.is_set():
                    raise Cancelled()
                self._progress.check()
                band = block[tile.rows.start - top : tile.rows.stop - top]
                columns = tile.columns
                moved = Span(*(n - left for n in (columns.start, columns.stop, columns.keep, columns.keep_stop)))
                made = self._run_tile(band, Tile(tile.rows, moved))
                at_x, at_y = columns.keep * scale - x0, tile.rows.keep * scale - y0
                self._put(out, made, at_x, at_y, (x0, y0))
                self._progress.advance(made.shape[0] * made.shape[1] / (scale**2 * 1e6))

            return run

        tiles = _from_the_middle(rows, columns)
        futures: list[Future[None]] = [self._lane.submit(work(tile), self._priority) for tile in tiles]
        try:
            for future in futures:
                future.result()
        except BaseException:
            self.close()
            for future in futures:
                future.cancel()
            raise
        return out

    def close(self) -> None:
        """What is under way ends at its next check."""
        self._given_up.set()

    def _put(self, out: np.ndarray, made: np.ndarray, x: int, y: int, origin: tuple[int, int]) -> None:
        """Lay a tile's result over `out` at (x, y), which may hang over its edges."""
        made = made[max(-y, 0) : max(out.shape[0] - y, 0), max(-x, 0) : max(out.shape[1] - x, 0)]
        x, y = max(x, 0), max(y, 0)
        out[y : y + made.shape[0], x : x + made.shape[1]] = made
        if self._on_tile is not None and not self._progress.stopped:
            self._on_tile(origin[0] + x, origin[1] + y, made)

    def _spans(self, first: int, last: int, length: int) -> list[Span]:
        """Tiles that keep [first, last), each with the halo around it inside [0, length)."""
        count = max(1, -(-(last - first) // self._core))
        step = -(-(last - first) // count)
        return [self._span(at, min(at + step, last), length) for at in range(first, last, step)]

    def _span(self, keep: int, keep_stop: int, length: int) -> Span:
        halo, multiple = self._grid.halo, self._grid.multiple
        start = max(0, (keep - halo) // multiple * multiple)
        stop = min(length, up(keep_stop + halo, multiple))
        missing = up(max(self._minimum - (stop - start), 0), multiple)
        grown = min(missing, start)
        return Span(start - grown, min(length, stop + missing - grown), keep, keep_stop)

    def _block(self, rows: list[Span], columns: list[Span]) -> tuple[np.ndarray, int, int]:
        """The source under all tiles, continued by reflection beyond the picture, and its upper and left edge."""
        header = self._source.header
        top, bottom = min(one.start for one in rows), max(one.stop for one in rows)
        left, right = min(one.start for one in columns), max(one.stop for one in columns)
        margin = BLEED if header.has_alpha else 0
        y0, y1 = max(0, top - margin), min(header.height, bottom + margin)
        x0, x1 = max(0, left - margin), min(header.width, right + margin)
        block = part(self._source, x0, y0, x1, y1)
        if header.has_alpha:
            block = bleed(block)
        block = block[top - y0 : bottom - y0, left - x0 : right - x0]
        below, beside = bottom - top - block.shape[0], right - left - block.shape[1]
        if below or beside:
            block = np.pad(block, ((0, below), (0, beside), (0, 0)), mode="reflect")
        return block, top, left


def _from_the_middle(rows: list[Span], columns: list[Span]) -> list[Tile]:
    """All tiles, those in the middle first: that is where one looks."""
    middle_y, middle_x = rows[0].keep + rows[-1].keep_stop, columns[0].keep + columns[-1].keep_stop

    def distance(tile: Tile) -> int:
        down = tile.rows.keep + tile.rows.keep_stop - middle_y
        across = tile.columns.keep + tile.columns.keep_stop - middle_x
        return down * down + across * across

    return sorted((Tile(row, column) for row in rows for column in columns), key=distance)
