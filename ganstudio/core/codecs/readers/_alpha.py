"""Alpha: from premultiplied to straight."""

from __future__ import annotations

import numpy as np


def straight(pixels: np.ndarray) -> np.ndarray:
    """Premultiplied colours (H, W, C + 1) divided by their alpha, the last channel; uint8 or uint16."""
    peak = int(np.iinfo(pixels.dtype).max)
    alpha = pixels[:, :, -1:].astype(np.uint32)
    colours = pixels[:, :, :-1].astype(np.uint32) * peak  # 65535² still fits
    colours = (colours + np.minimum(alpha // 2, 0xFFFFFFFF - 65535 * 65535)) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(colours, peak).astype(pixels.dtype), pixels[:, :, -1:]], axis=2)
