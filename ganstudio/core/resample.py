"""Resizing a Raster by rows: Lanczos-3 with antialiasing, as Pillow does it, in bands that join without a seam."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from ganstudio.core.raster import ComputedRaster, Raster, part

_SUPPORT = 3.0  # radius of the filter, in pixels of the coarser of the two grids
_BAND = 1 << 25  # bytes of input rows held at a time


@dataclass(frozen=True)
class _Window:
    """What to make of a block: `width`×`height` pixels of what lies between these edges in it."""

    width: int
    height: int
    left: float
    top: float
    right: float
    bottom: float
    down_first: bool


def resized(raster: Raster, width: int, height: int) -> Raster:
    """The picture at width×height (each ≥ 1), same channels and depth, rows computed when asked for.

    Colours are weighted by their alpha, so that what is transparent does not bleed. 16-bit samples are resized as
    floats. Bands differ from the whole picture resized at once by at most one level. Closing it closes
    `raster`. ValueError for a size below one pixel.
    """
    if width < 1 or height < 1:
        raise ValueError(f"a picture of {width}×{height} pixels cannot be made")
    old = raster.header
    if (width, height) == (old.width, old.height):
        return raster
    header = replace(old, width=width, height=height)
    scale, across = old.height / height, old.width / width
    down_first = height < old.height and width >= old.width  # the order that Pillow takes in most cases
    margin, beside = (math.ceil(_SUPPORT * max(one, 1.0)) + 1 for one in (scale, across))
    row_bytes = max(old.width, width) * old.channels * old.dtype.itemsize
    step = max(1, int((_BAND / row_bytes - 2 * margin) / scale))

    def rows(y0: int, y1: int) -> np.ndarray:
        return piece(0, y0, width, y1)

    def piece(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        parts = [band(x0, y, x1, min(y + step, y1)) for y in range(y0, y1, step)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def band(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        top, bottom, left, right = y0 * scale, y1 * scale, x0 * across, x1 * across
        first, last = max(0, math.floor(top) - margin), min(old.height, math.ceil(bottom) + margin)
        start, stop = max(0, math.floor(left) - beside), min(old.width, math.ceil(right) + beside)
        window = _Window(
            x1 - x0, y1 - y0, left - start, top - first, min(right, old.width) - start,
            min(bottom, old.height) - first, down_first,
        )  # fmt: skip
        return _resized(part(raster, start, first, stop, last), window)

    return ComputedRaster(header, raster.meta, rows, raster.close, piece)


def _resized(rows: np.ndarray, to: _Window) -> np.ndarray:
    """The window of rows (n, W, C) as (to.height, to.width, C)."""
    channels = rows.shape[2]
    peak = 255 if rows.dtype == np.uint8 else 65535
    if channels in (2, 4):
        alpha = rows[..., -1]
        if alpha.min() == peak:
            colours = _resized(rows[..., :-1], to)
            return np.concatenate([colours, np.full((*colours.shape[:2], 1), peak, rows.dtype)], axis=2)
        return _resized_with_alpha(rows, to, peak)
    if rows.dtype == np.uint8:
        image = Image.fromarray(np.ascontiguousarray(rows[..., 0] if channels == 1 else rows))
        return np.asarray(_two_passes(image, to)).reshape(to.height, to.width, channels)
    planes = [_plane(rows[..., c].astype(np.float32), to) for c in range(channels)]
    return _rounded(np.stack(planes, axis=2), rows.dtype, peak)


def _resized_with_alpha(rows: np.ndarray, to: _Window, peak: int) -> np.ndarray:
    """Premultiplied floats, divided again; where nothing is left of the alpha the colour is 0."""
    alpha = rows[..., -1].astype(np.float32) / peak
    small = _plane(alpha, to)
    covered = small > 0.5 / peak
    divisor = np.where(covered, small, 1.0)
    colours = [np.where(covered, _plane(rows[..., c] * alpha, to) / divisor, 0.0) for c in range(rows.shape[2] - 1)]
    return _rounded(np.stack([*colours, small * peak], axis=2), rows.dtype, peak)


def _plane(plane: np.ndarray, to: _Window) -> np.ndarray:
    """One float32 plane (n, W) → (to.height, to.width)."""
    return np.asarray(_two_passes(Image.fromarray(np.ascontiguousarray(plane, np.float32)), to))


def _two_passes(image: Image.Image, to: _Window) -> Image.Image:
    """One axis, then the other. Pillow alone would choose the order by the band's size, and bands would differ."""
    if to.down_first:
        band = (0, to.top, image.width, to.bottom)
        down = image.resize((image.width, to.height), Image.Resampling.LANCZOS, band)
        return down.resize((to.width, to.height), Image.Resampling.LANCZOS, (to.left, 0, to.right, to.height))
    across = image.resize((to.width, image.height), Image.Resampling.LANCZOS, (to.left, 0, to.right, image.height))
    return across.resize((to.width, to.height), Image.Resampling.LANCZOS, (0, to.top, to.width, to.bottom))


def _rounded(values: np.ndarray, dtype: np.dtype, peak: int) -> np.ndarray:
    return np.rint(np.clip(values, 0, peak)).astype(dtype)
