"""The pyramid: Tiles at a half, a quarter, … of their size, by means of 2×2, tile by tile when first asked for.

A reduced tile is remembered by one of the blocks it was made of, so that all states that share the four share it too.
Colours are weighted by their alpha. An odd last row or column is its own mean.
"""

from __future__ import annotations

import cv2
import numpy as np

from ganstudio.core.document.pool import Block
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.tiles import SIDE, Tile, Tiles, array_of, gathered, tile_of, tile_rect
from ganstudio.core.progress import Progress


def level_size(width: int, height: int, level: int) -> tuple[int, int]:
    """The size of a plane reduced `level` times; never less than one pixel."""
    return -(-width // (1 << level)), -(-height // (1 << level))


def read(tiles: Tiles, rect: Rect, level: int = 0) -> np.ndarray:
    """A rectangle of a level, in the level's own pixels, (h, w, channels); not to be written to."""
    if level == 0:
        return tiles.read(rect)
    width, height = level_size(tiles.width, tiles.height, level)

    def array(ty: int, tx: int) -> np.ndarray:
        return array_of(tile_at(tiles, level, ty, tx), tile_rect(width, height, ty, tx), tiles.dtype)

    return gathered(rect, tiles.channels, tiles.dtype, array)


def tile_at(tiles: Tiles, level: int, ty: int, tx: int) -> Tile:
    """One tile of a level."""
    if level == 0:
        return tiles.grid[ty][tx]
    found = tiles.mips.get((level, ty, tx))
    if found is None:
        found = tiles.mips[level, ty, tx] = _joined(tiles, level, ty, tx)
    return found


def build(tiles: Tiles, progress: Progress | None = None) -> None:
    """Make all levels now, down to the one that is a single tile."""
    level, size = 0, (tiles.width, tiles.height)
    while max(size) > SIDE:
        level += 1
        size = level_size(tiles.width, tiles.height, level)
        for ty in range(-(-size[1] // SIDE)):
            if progress is not None:
                progress.check()
            for tx in range(-(-size[0] // SIDE)):
                tile_at(tiles, level, ty, tx)


def relink(tiles: Tiles) -> None:
    """Have the blocks of Tiles that came from elsewhere remember the reduced tiles that came along."""
    for (level, ty, tx), made in tiles.mips.items():
        below = _Below(tiles, level, ty, tx)
        if below.keeper is not None:
            below.keeper.parent = (below.who, made)


class _Below:
    """The (up to) four tiles of the level below that a tile is made of. `who` they are; `keeper` remembers for them."""

    def __init__(self, tiles: Tiles, level: int, ty: int, tx: int) -> None:
        self.width, self.height = level_size(tiles.width, tiles.height, level - 1)
        places = [
            (y, x)
            for y in (2 * ty, 2 * ty + 1)
            for x in (2 * tx, 2 * tx + 1)
            if y * SIDE < self.height and x * SIDE < self.width
        ]
        self.parts = {place: tile_at(tiles, level - 1, *place) for place in places}
        self.whole = Rect(
            2 * tx * SIDE, 2 * ty * SIDE,
            min((2 * tx + 2) * SIDE, self.width), min((2 * ty + 2) * SIDE, self.height),
        )  # fmt: skip
        self.keeper = next((part for part in self.parts.values() if isinstance(part, Block)), None)
        keys = (part.key if isinstance(part, Block) else part for part in self.parts.values())
        self.who = (self.whole.width, self.whole.height, *keys)


def _joined(tiles: Tiles, level: int, ty: int, tx: int) -> Tile:
    """The tile made of (up to) four of the level below."""
    below = _Below(tiles, level, ty, tx)
    keeper = below.keeper
    if keeper is None and len(set(below.parts.values())) == 1:
        return next(iter(below.parts.values()))
    if keeper is not None and keeper.parent is not None and keeper.parent[0] == below.who:
        return keeper.parent[1]  # type: ignore[return-value]
    samples = gathered(
        below.whole, tiles.channels, tiles.dtype,
        lambda y, x: array_of(below.parts[y, x], tile_rect(below.width, below.height, y, x), tiles.dtype),
    )  # fmt: skip
    made = tile_of(tiles.pool, halved(samples))
    if keeper is not None:
        keeper.parent = (below.who, made)
    return made


def halved(pixels: np.ndarray) -> np.ndarray:
    """Means of 2×2, rounded half up, of samples (h, w, channels) of uint8 or uint16; alpha is the last of 2 or 4."""
    height, width, channels = pixels.shape
    if height % 2 or width % 2:
        pixels = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
    peak = 255 if pixels.dtype == np.uint8 else 65535
    if channels in (1, 3) or int(pixels[..., -1].min()) == peak:
        return _means(pixels)
    alpha = pixels[..., -1:].astype(np.float32)
    total = _sums(alpha)
    colours = _sums(pixels[..., :-1] * alpha) / np.maximum(total, 1)
    out = np.empty((*total.shape[:2], channels), pixels.dtype)
    out[..., :-1] = np.floor(colours + 0.5)
    out[..., -1:] = np.floor(total / 4 + 0.5)
    return out


def _means(pixels: np.ndarray) -> np.ndarray:
    height, width, channels = pixels.shape
    if channels == 2:  # OpenCV rounds pairs another way
        return np.concatenate([_means(pixels[..., c : c + 1]) for c in range(2)], axis=2)
    half = cv2.resize(np.ascontiguousarray(pixels), (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return half.reshape(height // 2, width // 2, channels)


def _sums(values: np.ndarray) -> np.ndarray:
    return values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2]
