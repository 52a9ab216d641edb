"""Bands: an enlarged Raster whose rows are computed as they are asked for, one row of tiles at a time.

While the caller encodes one band, the lane computes the next; what has been handed out is let go. Memory does not
depend on the picture's height.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Raster
from ganstudio.runtime.channels import BLEED, bleed
from ganstudio.runtime.lane import Lane
from ganstudio.runtime.tiles import Grid, Span, Tile

RunTile = Callable[[np.ndarray, Tile], np.ndarray]
OnTile = Callable[[int, int, np.ndarray], None]
"""Hears of a tile of the result: its left and upper edge, and its samples (h, w, channels)."""


@dataclass
class _Band:
    """One row of tiles, under way: rows [top, bottom) of the result, whole once every Future is done."""

    top: int
    bottom: int
    pixels: np.ndarray
    tiles: list[Future[None]] = field(default_factory=list)


class SourceRows:
    """Windows of a Raster's rows, padded by reflection to a grid's size; rows that overlap are read once."""

    def __init__(self, source: Raster, grid: Grid) -> None:
        self._source = source
        self._grid = grid
        self._kept = np.empty((0, source.header.width, source.header.channels), source.header.dtype)
        self._from = 0

    def window(self, rows: Span) -> np.ndarray:
        """(rows of the span, the grid's width, channels), colour bled into what is transparent."""
        header = self._source.header
        if not header.has_alpha:
            block = self._read(rows.start, min(rows.stop, header.height))
        else:
            top, bottom = max(0, rows.start - BLEED), min(header.height, rows.stop + BLEED)
            block = bleed(self._read(top, bottom))[rows.start - top :][: rows.size]
        below, beside = rows.size - block.shape[0], self._grid.width - header.width
        return np.pad(block, ((0, below), (0, beside), (0, 0)), mode="reflect") if below or beside else block

    def _read(self, y0: int, y1: int) -> np.ndarray:
        end = self._from + len(self._kept)
        if self._from <= y0 <= end < y1:
            fresh = self._source.rows(end, y1)
            self._kept = np.concatenate([self._kept[y0 - self._from :], fresh])
        elif not (self._from <= y0 and y1 <= end):
            self._kept = self._source.rows(y0, y1)
        else:
            return self._kept[y0 - self._from : y1 - self._from]
        self._from = y0
        return self._kept


class Bands:
    """Computes rows of `source` enlarged `scale` times. `ahead` is how many bands are begun before they are needed."""

    def __init__(
        self, source: Raster, grid: Grid, scale: int, run_tile: RunTile, lane: Lane, progress: Progress,
        *, priority: int, ahead: int, on_tile: OnTile | None = None,
    ) -> None:  # fmt: skip
        self._source = source
        self._rows = SourceRows(source, grid)
        self._grid = grid
        self._scale = scale
        self._run_tile = run_tile
        self._lane = lane
        self._progress = progress
        self._priority = priority
        self._ahead = ahead
        self._on_tile = on_tile
        self._bands: dict[int, _Band] = {}
        self._given_up = threading.Event()
        self._fault: BaseException | None = None
        progress.add_tiles(len(grid.rows) * sum(span.keep < source.header.width for span in grid.columns))

    def rows(self, y0: int, y1: int) -> np.ndarray:
        """Rows y0 ≤ y < y1 of the result; raises what any of their tiles raised, or Cancelled."""
        header = self._source.header
        if y0 >= y1:
            return np.empty((0, header.width * self._scale, header.channels), header.dtype)
        if self._fault is not None:
            raise self._fault
        wanted = [i for i, span in enumerate(self._grid.rows) if self._overlaps(span, y0, y1)]
        parts = []
        try:
            for place in wanted:
                for i in range(place, min(place + self._ahead + 1, len(self._grid.rows))):
                    if i not in self._bands:
                        self._progress.check()
                        self._bands[i] = self._begin(i)
                band = self._finished(place)
                parts.append(band.pixels[max(y0 - band.top, 0) : y1 - band.top])
                for old in [i for i in self._bands if i < place]:
                    self._drop(old)
        except BaseException as error:
            self._fault = error
            self.close()
            raise
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def close(self) -> None:
        """Take back what has not begun; what has ends at its next check."""
        self._given_up.set()
        for place in list(self._bands):
            self._drop(place)

    def _overlaps(self, span: Span, y0: int, y1: int) -> bool:
        return span.keep * self._scale < y1 and min(span.keep_stop, self._source.header.height) * self._scale > y0

    def _begin(self, place: int) -> _Band:
        """Read a band's source rows and queue its tiles."""
        header, span = self._source.header, self._grid.rows[place]
        top, bottom = span.keep * self._scale, min(span.keep_stop, header.height) * self._scale
        pixels = np.empty((bottom - top, header.width * self._scale, header.channels), header.dtype)
        band = _Band(top, bottom, pixels)
        block = self._rows.window(span)
        for columns in self._grid.columns:
            if columns.keep < header.width:
                work = self._work(band, block, Tile(span, columns))
                band.tiles.append(self._lane.submit(work, self._priority))
        return band

    def _work(self, band: _Band, block: np.ndarray, tile: Tile) -> Callable[[], None]:
        def work() -> None:
            if self._given_up.is_set() or self._progress.stopped:
                raise Cancelled()
            output = self._run_tile(block, tile)
            left = tile.columns.keep * self._scale
            right = min(left + output.shape[1], band.pixels.shape[1])
            kept = output[: band.pixels.shape[0], : right - left]
            band.pixels[:, left:right] = kept
            if self._on_tile is not None and not self._progress.stopped:
                self._on_tile(left, band.top, kept)
            self._progress.advance((band.bottom - band.top) * (right - left) / (self._scale**2 * 1e6))
            self._progress.tile_done()

        return work

    def _finished(self, place: int) -> _Band:
        band = self._bands[place]
        for tile in band.tiles:
            tile.result()
        self._progress.check()
        return band

    def _drop(self, place: int) -> None:
        for tile in self._bands.pop(place).tiles:
            tile.cancel()
