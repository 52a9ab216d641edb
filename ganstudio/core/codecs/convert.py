"""From the picture's rows to those a format can hold: other channels, fewer bits. One function a band, any band."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ganstudio.core.codecs.options import rgb


def converter(channels: int, depth: int, to_channels: int, to_depth: int, background: str) -> Callable:
    """A function (rows (n, W, channels), y0) → (n, W, to_channels) in the depth wanted."""

    def convert(rows: np.ndarray, y0: int) -> np.ndarray:
        if channels in (2, 4) and to_channels in (1, 3):
            rows = flattened(rows, background)
        if rows.shape[2] < to_channels:
            rows = np.concatenate([rows[..., :1]] * 3 + ([rows[..., 1:]] if to_channels == 4 else []), axis=2)
        return dithered(rows, y0) if depth == 16 and to_depth == 8 else rows

    return convert


def flattened(rows: np.ndarray, background: str) -> np.ndarray:
    """Rows with straight alpha (last channel) laid on an sRGB colour; without alpha, same dtype.

    The colour's samples are used as they are: exact for white, black and gray, near enough for others in wide spaces.
    """
    peak = 255 if rows.dtype == np.uint8 else 65535
    colour = rgb(background)
    if rows.shape[2] == 2:
        colour = (round(0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]),)
    alpha = rows[..., -1:].astype(np.float32) / peak
    under = np.asarray(colour, np.float32) * (peak / 255)
    return np.rint(rows[..., :-1] * alpha + under * (1 - alpha)).astype(rows.dtype)


def dithered(rows: np.ndarray, y0: int) -> np.ndarray:
    """uint16 rows from y0 on as uint8, with a fixed noise of one level so that gradients keep their mean.

    Samples that are whole 8-bit levels stay exactly these. Noise: interleaved gradient noise (Jimenez 2014), a
    function of the place alone, so that bands join.
    """
    y, x = np.ogrid[y0 : y0 + rows.shape[0], : rows.shape[1]]
    noise = np.mod(52.9829189 * np.mod(0.06711056 * x + 0.00583715 * y, 1.0), 1.0).astype(np.float32)
    return (rows * np.float32(1 / 257) + noise[..., None] * np.float32(0.999)).astype(np.uint8)
