"""Spectrum distance: how much louder or quieter each fineness of detail is than in the truth, in dB.

The mean absolute difference of the log power of the upper half of the radial frequencies. It ignores where
the detail lies: softness raises it, invented noise raises it, a shifted copy does not. Read it beside GMSD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.measures import fidelity

TITLE, UNIT, HIGHER_IS_BETTER = "spectrum", "dB", False
_BANDS = 16


def _bands(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log10 power in the `_BANDS` rings between a quarter and half a cycle a pixel, Hann-windowed."""
    height, width = plane.shape
    window = np.hanning(height)[:, None] * np.hanning(width)[None, :]
    power = np.abs(np.fft.rfft2((plane - plane.mean()) * window)) ** 2
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    ring = np.floor((radius - 0.25) / 0.25 * _BANDS).astype(int)
    inside = (ring >= 0) & (ring < _BANDS)
    total = np.bincount(ring[inside], weights=power[inside], minlength=_BANDS)
    count = np.bincount(ring[inside], minlength=_BANDS)
    noise_floor = height * width * (1.0 / 12.0) * np.mean(window**2)
    return np.log10(total / np.maximum(count, 1) + noise_floor)


def measure(result: NDArray[np.uint8], truth: NDArray[np.uint8], border: int) -> float:
    a, b = (_bands(plane) for plane in fidelity.lumas(result, truth, border))
    return float(10.0 * np.abs(a - b).mean())
