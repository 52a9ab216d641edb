"""Antialiased bicubic resizing, digit for digit as MATLAB's `imresize`, on which the field's tables rest.

Kernel: Keys (1981), a = -0.5. Reducing widens the kernel by 1/scale. 8-bit pictures are rounded and clipped
between the two passes, as MATLAB does; that rounding is what makes the reduced files equal to published ones.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def _keys(t: NDArray[np.float64]) -> NDArray[np.float64]:
    a = np.abs(t)
    near = 1.5 * a**3 - 2.5 * a**2 + 1.0
    far = -0.5 * a**3 + 2.5 * a**2 - 4.0 * a + 2.0
    return np.where(a <= 1.0, near, np.where(a < 2.0, far, 0.0))


@lru_cache(maxsize=512)
def _taps(length: int, out_length: int, scale: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Indices and weights, both out_length × taps; borders are mirrored with the edge pixel repeated."""
    stretch = min(scale, 1.0)
    width = 4.0 / stretch
    u = np.arange(1, out_length + 1) / scale + 0.5 * (1.0 - 1.0 / scale)
    count = math.ceil(width) + 2
    index = np.floor(u - width / 2.0)[:, None] + np.arange(count)[None, :]
    weight = stretch * _keys(stretch * (u[:, None] - index))
    weight /= weight.sum(axis=1, keepdims=True)
    mirror = np.concatenate([np.arange(length), np.arange(length - 1, -1, -1)])
    index = mirror[np.mod(index - 1, 2 * length).astype(np.intp)]
    used = np.any(weight != 0.0, axis=0)
    return np.ascontiguousarray(index[:, used]), np.ascontiguousarray(weight[:, used])


def _along_rows(picture: NDArray[np.float64], out_length: int, scale: float) -> NDArray[np.float64]:
    index, weight = _taps(picture.shape[0], out_length, scale)
    shape = (-1,) + (1,) * (picture.ndim - 1)
    out = np.zeros((out_length, *picture.shape[1:]))
    for k in range(index.shape[1]):
        out += weight[:, k].reshape(shape) * picture[index[:, k]]
    return out


def _round(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """MATLAB rounds halves away from zero."""
    return np.clip(np.floor(picture + 0.5), 0.0, 255.0)


def imresize(
    picture: NDArray[np.generic], scale: float | None = None, size: tuple[int, int] | None = None
) -> NDArray[np.generic]:
    """H×W or H×W×C, uint8 or float → the same type and channels, by `scale` or to `size` (height, width).

    uint8 comes back rounded and clipped to uint8; floats come back as float64, not clipped.
    """
    height, width = picture.shape[:2]
    if size is None:
        if scale is None or scale <= 0:
            raise ValueError("imresize needs a positive scale or a size")
        size, factors = (math.ceil(height * scale), math.ceil(width * scale)), (scale, scale)
    else:
        factors = (size[0] / height, size[1] / width)
    whole = picture.dtype == np.uint8
    work = picture.astype(np.float64)
    order = (0, 1) if factors[0] <= factors[1] else (1, 0)
    for axis in order:
        work = _along_rows(work if axis == 0 else np.swapaxes(work, 0, 1), size[axis], factors[axis])
        if axis == 1:
            work = np.swapaxes(work, 0, 1)
        if whole:
            work = _round(work)
    return np.ascontiguousarray(work.astype(np.uint8) if whole else work)
