"""Tiles: how a picture is cut so that the pieces, put together, are what the network makes of the whole.

All windows of a picture have one shape and lie inside it: the network meets its own padding only where the picture
really ends. A window's *core* is what is kept of it; between core and an artificial edge lie `halo` pixels. Window
origins are multiples of the network's period.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# Halo pixels are computed twice; a window this much larger than its core is as small as is worth while.
WASTE = 1.25
LARGEST = 768
# Splitting a small picture among the workers may compute so much more of it.
_SPLIT_WASTE = 0.2
SMALLEST_CORE = 16


@dataclass(frozen=True)
class Span:
    """One axis of a tile: the window [start, stop) and the part of it that is kept, [keep, keep_stop)."""

    start: int
    stop: int
    keep: int
    keep_stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start

    def inside(self) -> slice:
        """The kept part, counted from the window's start."""
        return slice(self.keep - self.start, self.keep_stop - self.start)


@dataclass(frozen=True)
class Tile:
    rows: Span
    columns: Span


@dataclass(frozen=True)
class Grid:
    """`width`×`height`: the picture padded to a size the network takes (≥ the picture's own). `halo` 0: one tile that
    must not be cut."""

    width: int
    height: int
    halo: int
    multiple: int
    rows: tuple[Span, ...]
    columns: tuple[Span, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of every window."""
        return self.rows[0].size, self.columns[0].size


def up(value: int, multiple: int) -> int:
    """The smallest multiple that is not below `value`."""
    return -(-value // multiple) * multiple


def spans(length: int, window: int, halo: int, multiple: int) -> tuple[Span, ...]:
    """Cover `length` by equal windows of at most `window` (more where the halo leaves no room for a core).

    `length`, `halo` are multiples of `multiple`.
    """
    least = 2 * halo + up(SMALLEST_CORE, multiple)
    window = max(window // multiple * multiple, least)
    if length <= window:
        return (Span(0, length, 0, length),)
    count = -(-(length - 2 * halo) // (window - 2 * halo))
    window = up(-(-(length - 2 * halo) // count), multiple) + 2 * halo
    made: list[Span] = []
    keep = 0
    while keep < length:
        start = min(len(made) * (window - 2 * halo), length - window)
        stop = start + window
        keep_stop = length if stop == length else stop - halo
        made.append(Span(start, stop, keep, keep_stop))
        keep = keep_stop
    return tuple(made)


def grid(width: int, height: int, *, window: tuple[int, int], halo: int, multiple: int = 1, minimum: int = 1) -> Grid:
    """Cut a picture: `window` is (height, width) at most, `minimum` the least side the network takes."""
    full_width, full_height = up(max(width, minimum), multiple), up(max(height, minimum), multiple)
    halo = up(halo, multiple)
    rows = spans(full_height, window[0], halo, multiple)
    columns = spans(full_width, window[1], halo, multiple)
    return Grid(full_width, full_height, halo, multiple, rows, columns)


def worthwhile(halo: int) -> int:
    """The side of a square window of which the halo wastes no more than WASTE."""
    return min(math.ceil(2 * halo / (1 - 1 / math.sqrt(WASTE))), LARGEST)


def window_for(
    width: int, height: int, halo: int, *, side: int, workers: int, row_bytes: int, row_budget: int
) -> tuple[int, int]:
    """(height, width) of the windows to ask for: of the area `side`².

    A narrow picture gets taller windows; a small one enough of them for every worker, if that wastes little. One row
    of windows holds `row_bytes` of output for each of its rows and stays under `row_budget`.
    """
    side = max(64, min(side, LARGEST))
    across = min(side, width)
    down = min(side * side // max(across, 1), 2 * LARGEST, height)
    columns = -(-width // max(across - 2 * halo, 1)) if width > across else 1
    wanted = -(-workers // columns)
    if wanted > 1 and height >= 64 * wanted and 2 * halo * (wanted - 1) <= height * _SPLIT_WASTE:
        down = min(down, -(-height // wanted) + 2 * halo)
    down = min(down, max(row_budget // max(row_bytes, 1), 64) + 2 * halo)
    return down, across


def halves(tile: Tile, g: Grid) -> tuple[Tile, Tile] | None:
    """The tile cut in two across its longer kept side, each with its own halo; None when it is as small as it gets."""
    r, c = tile.rows, tile.columns
    tall = r.keep_stop - r.keep >= c.keep_stop - c.keep
    axis, length = (r, g.height) if tall else (c, g.width)
    cut = axis.keep + up((axis.keep_stop - axis.keep) // 2, g.multiple)
    if cut - axis.keep < SMALLEST_CORE or axis.keep_stop - cut < SMALLEST_CORE:
        return None
    first = _around(axis.keep, cut, length, g)
    second = _around(cut, axis.keep_stop, length, g)
    return (Tile(first, c), Tile(second, c)) if tall else (Tile(r, first), Tile(r, second))


def _around(keep: int, keep_stop: int, length: int, g: Grid) -> Span:
    start = max(0, (keep - g.halo) // g.multiple * g.multiple)
    return Span(start, min(length, up(keep_stop + g.halo, g.multiple)), keep, keep_stop)
