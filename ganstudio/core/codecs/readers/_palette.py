"""Palettes: tables of colours, brought to the fewest channels that hold them."""

from __future__ import annotations

import numpy as np


def table(colours: np.ndarray, alpha: np.ndarray | None = None) -> np.ndarray:
    """A look-up table (256, C) uint8 for 8-bit indices.

    `colours` is (n ≤ 256, 3) uint8, `alpha` (m ≤ n,) uint8 for the first entries. Gray when all colours are gray,
    with alpha when an entry is not opaque. Indices beyond the palette are black.
    """
    rgba = np.zeros((256, 4), np.uint8)
    rgba[:, 3] = 255
    rgba[: len(colours), :3] = colours
    if alpha is not None:
        rgba[: min(len(alpha), 256), 3] = alpha[:256]
    gray = bool((colours == colours[:, :1]).all())
    clear = bool((rgba[:, 3] < 255).any())
    columns = ([0] if gray else [0, 1, 2]) + ([3] if clear else [])
    return np.ascontiguousarray(rgba[:, columns])
