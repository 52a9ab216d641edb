"""CIE Lab and the colour difference CIEDE2000 (Sharma, Wu and Dalal 2005)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.colour import SRGB_PRIMARIES, rgb_to_xyz

Array = NDArray[np.float64]
_25_7 = 25.0**7


def lab_of_linear(light: Array) -> Array:
    """Linear sRGB 0..1 (…×3) → L* 0..100, a*, b*, white D65."""
    matrix = rgb_to_xyz(SRGB_PRIMARIES)
    ratio = (light @ matrix.T) / matrix.sum(axis=1)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(first: Array, second: Array) -> Array:
    """CIEDE2000 of two Lab arrays (…×3), all weights 1."""
    l1, l2 = first[..., 0], second[..., 0]
    c1, h1, c2, h2 = _hues(first, second)
    dl, dc = l2 - l1, c2 - c1
    turn = np.where(c1 * c2 == 0, 0.0, (h2 - h1 + 180.0) % 360.0 - 180.0)
    # Exactly opposite hues: the standard turns by +180 where the second is larger.
    turn = np.where((np.abs(h2 - h1) == 180.0) & (c1 * c2 != 0), h2 - h1, turn)
    dh = 2.0 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2.0))
    l, c, h = (l1 + l2) / 2.0, (c1 + c2) / 2.0, _mean_hue(c1, h1, c2, h2)  # noqa: E741 - L is what it is called
    sl = 1.0 + 0.015 * (l - 50.0) ** 2 / np.sqrt(20.0 + (l - 50.0) ** 2)
    sc = 1.0 + 0.045 * c
    sh = 1.0 + 0.015 * c * _hue_weight(h)
    rotation = -2.0 * np.sqrt(c**7 / (c**7 + _25_7)) * np.sin(np.radians(60.0 * np.exp(-(((h - 275.0) / 25.0) ** 2))))
    squares = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rotation * (dc / sc) * (dh / sh)
    return np.sqrt(np.maximum(squares, 0.0))


def _hues(first: Array, second: Array) -> tuple[Array, Array, Array, Array]:
    """Chroma and hue in degrees of both, a* stretched near gray."""
    plain = [np.hypot(one[..., 1], one[..., 2]) for one in (first, second)]
    mean = (plain[0] + plain[1]) / 2.0
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + _25_7))
    found = []
    for one in (first, second):
        a, b = one[..., 1] * stretch, one[..., 2]
        found += [np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360.0]
    return found[0], found[1], found[2], found[3]


def _mean_hue(c1: Array, h1: Array, c2: Array, h2: Array) -> Array:
    total, apart = h1 + h2, np.abs(h1 - h2)
    around = np.where(total < 360.0, total + 360.0, total - 360.0)
    return np.where(c1 * c2 == 0, total, np.where(apart <= 180.0, total, around) / 2.0)


def _hue_weight(h: Array) -> Array:
    degrees = np.radians
    return (
        1.0
        - 0.17 * np.cos(degrees(h - 30.0))
        + 0.24 * np.cos(degrees(2.0 * h))
        + 0.32 * np.cos(degrees(3.0 * h + 6.0))
        - 0.20 * np.cos(degrees(4.0 * h - 63.0))
    )
