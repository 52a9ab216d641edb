"""Resizing a Raster by rows: Lanczos-3 with antialiasing, as Pillow does it, in bands that join without a seam."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from ganstudio.core.raster import ComputedRaster, Raster

_SUPPORT = 3.0  # radius of the filter, in pixels of the coarser of the two grids
_BAND = 1 << 25  # bytes of input rows held at a time


@dataclass(frozen=True)
class _Window:
    """What to make of some rows: `width`×`height` pixels of all that lies between `top` and `bottom` in them."""

    width: int
    height: int
    top: float
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
    scale = old.height / height
    down_first = height < old.height and width >= old.width  # the order that Pillow takes in most cases
    margin = math.ceil(_SUPPORT * max(scale, 1.0)) + 1
    row_bytes = max(old.width, width) * old.channels * old.dtype.itemsize
    step = max(1, int((_BAND / row_bytes - 2 * margin) / scale))

    def band(y0: int, y1: int) -> np.ndarray:
        top, bottom = y0 * scale, y1 * scale
        first, last = max(0, math.floor(top) - margin), min(old.height, math.ceil(bottom) + margin)
        window = _Window(width, y1 - y0, top - first, min(bottom, old.height) - first, down_first)
        return _resized(raster.rows(first, last), window)

    def rows(y0: int, y1: int) -> np.ndarray:
        parts = [band(y, min(y + step, y1)) for y in range(y0, y1, step)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    return ComputedRaster(header, raster.meta, rows, raster.close)


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
    whole = (0, 0, image.width, image.height)
    part = (0, to.top, image.width, to.bottom)
    if to.down_first:
        down = image.resize((image.width, to.height), Image.Resampling.LANCZOS, part)
        return down.resize((to.width, to.height), Image.Resampling.LANCZOS)
    across = image.resize((to.width, image.height), Image.Resampling.LANCZOS, whole)
    return across.resize((to.width, to.height), Image.Resampling.LANCZOS, (0, to.top, to.width, to.bottom))


def _rounded(values: np.ndarray, dtype: np.dtype, peak: int) -> np.ndarray:
    return np.rint(np.clip(values, 0, peak)).astype(dtype)
