"""Cutting: into which tiles a picture goes, by the network's reach, the free memory and the time a tile may take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.errors import OutOfMemory
from ganstudio.core.raster import Header
from ganstudio.runtime import memory, tiles
from ganstudio.runtime.adopt import Adopted, Facts
from ganstudio.runtime.choice import Choice
from ganstudio.runtime.tiles import Grid

if TYPE_CHECKING:
    from ganstudio.runtime.door import Runtime

# A tile takes about this long, so that a person's work need not wait (longer where the halo would waste too much).
_TILE_SECONDS = 0.25
# Where nothing is measured yet, a tile of 192² is taken to take that long.
_PACE = _TILE_SECONDS / 192**2
# `exact` cuts every picture the same way on every run: by no measured time, and by the free memory only in need.
_EXACT_SIDE = 256
_EXACT_BYTES = 4 << 30
_ALONE_BYTES = 1 << 30
# One row of tiles, enlarged; and all that are begun before they are asked for.
_BAND_BYTES = 96 << 20
_AHEAD_BYTES = 256 << 20


@dataclass(frozen=True)
class Cut:
    """`alone`: tiles run one at a time on all cores. `ahead`: bands begun before they are asked for."""

    grid: Grid
    alone: bool
    ahead: int


def cut(runtime: Runtime, adopted: Adopted, header: Header, chosen: Choice) -> Cut:
    """Decide for one picture. Raises OutOfMemory when it must go through whole and cannot."""
    facts, exact = adopted.facts, runtime.precision == "exact"
    if facts.whole or (exact and facts.exact_halo is None):
        if _fits_whole(runtime, facts, header):
            return Cut(_whole(adopted, header), True, 1)
        if exact or not facts.tiles_if_must:
            raise _too_large(adopted, header)
        runtime.note(
            f"{adopted.card.title} should see a picture whole; one of {header.width}×{header.height} did not fit into "
            "memory and was cut into tiles: it differs slightly."
        )
    halo = facts.exact_halo if exact and facts.exact_halo is not None else facts.radius
    bytes_a_pixel = facts.bytes_a_pixel // 2 if chosen.path.is_half else facts.bytes_a_pixel
    row_bytes = header.width * header.channels * (header.depth // 8) * adopted.scale**2
    if runtime.tile is not None:
        window = (runtime.tile, runtime.tile)
    elif exact:
        room = memory.pixels_whole(runtime.device, bytes_a_pixel, runtime.memory)
        side = max(_EXACT_SIDE, tiles.worthwhile(halo))
        pixels = min(side**2, _EXACT_BYTES // max(bytes_a_pixel, 1), room)
        window = tiles.window_for(
            header.width, header.height, halo, side=math.isqrt(pixels), workers=1, row_bytes=row_bytes,
            row_budget=_BAND_BYTES,
        )  # fmt: skip
    else:
        pixels = memory.pixels_a_tile(runtime.device, runtime.lane.workers, bytes_a_pixel, runtime.memory)
        side = min(max(tiles.worthwhile(halo), quick_side(chosen)), math.isqrt(pixels))
        window = tiles.window_for(
            header.width, header.height, halo, side=side, workers=runtime.lane.workers, row_bytes=row_bytes,
            row_budget=_BAND_BYTES,
        )  # fmt: skip
    grid = tiles.grid(
        header.width, header.height, window=window, halo=halo, multiple=facts.period, minimum=facts.minimum
    )
    single = len(grid.rows) == len(grid.columns) == 1
    large = math.prod(grid.shape) * bytes_a_pixel > _ALONE_BYTES
    return Cut(grid, exact and (single or large), _ahead(runtime, grid, row_bytes))


def quick_side(chosen: Choice) -> int:
    """The side of a window that takes about as long as a tile may."""
    return math.isqrt(int(_TILE_SECONDS / (chosen.seconds_a_pixel or _PACE)))


def _fits_whole(runtime: Runtime, facts: Facts, header: Header) -> bool:
    return header.width * header.height <= memory.pixels_whole(runtime.device, facts.bytes_a_pixel, runtime.memory)


def _too_large(adopted: Adopted, header: Header) -> OutOfMemory:
    needed = adopted.facts.bytes_a_pixel * header.width * header.height / 2**30
    return OutOfMemory(
        f"{adopted.card.title} looks at the whole picture at once: {header.width}×{header.height} needs about "
        f"{needed:.0f} GiB of memory, more than is free.",
        "Make the picture smaller first, choose another model, or leave out --precision exact.",
    )


def _whole(adopted: Adopted, header: Header) -> Grid:
    facts = adopted.facts
    least = max(facts.minimum, header.width, header.height) if adopted.square else facts.minimum
    window = (max(header.height, least) + facts.multiple, max(header.width, least) + facts.multiple)
    return tiles.grid(header.width, header.height, window=window, halo=0, multiple=facts.multiple, minimum=least)


def _ahead(runtime: Runtime, grid: Grid, row_bytes: int) -> int:
    """Enough tiles for every worker, not more than fits."""
    wanted = -(-2 * runtime.lane.workers // len(grid.columns))
    return max(1, min(wanted, _AHEAD_BYTES // max(grid.shape[0] * row_bytes, 1)))
