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


def _joined(tiles: Tiles, level: int, ty: int, tx: int) -> Tile:
    """The tile made of (up to) four of the level below."""
    width, height = level_size(tiles.width, tiles.height, level - 1)
    places = [
        (y, x)
        for y in (2 * ty, 2 * ty + 1)
        for x in (2 * tx, 2 * tx + 1)
        if y * SIDE < height and x * SIDE < width
    ]
    parts = [tile_at(tiles, level - 1, y, x) for y, x in places]
    keeper = next((part for part in parts if isinstance(part, Block)), None)
    if keeper is None and len(set(parts)) == 1:
        return parts[0]
    whole = Rect(2 * tx * SIDE, 2 * ty * SIDE, min((2 * tx + 2) * SIDE, width), min((2 * ty + 2) * SIDE, height))
    who = (whole.width, whole.height, *(part.key if isinstance(part, Block) else part for part in parts))
    if keeper is not None and keeper.parent is not None and keeper.parent[0] == who:
        return keeper.parent[1]  # type: ignore[return-value]
    by_place = dict(zip(places, parts, strict=True))
    below = gathered(
        whole, tiles.channels, tiles.dtype,
        lambda y, x: array_of(by_place[y, x], tile_rect(width, height, y, x), tiles.dtype),
    )  # fmt: skip
    made = tile_of(tiles.pool, halved(below))
    if keeper is not None:
        keeper.parent = (who, made)
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
