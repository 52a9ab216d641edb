"""GMSD: how unevenly edges were kept (Xue et al., "Gradient Magnitude Similarity Deviation", 2014).

A perceptual distance without a trained network, so nothing that trains here has seen it. 0 is perfect; a soft
or blocky picture has more. Luma is halved first, then Prewitt gradients are compared; the spread of the
similarity is the distance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.measures import fidelity

TITLE, UNIT, HIGHER_IS_BETTER = "GMSD", "", False
_C = 170.0


def _halved(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    return plane[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))


def _gradient(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prewitt gradient magnitude, valid region."""
    rows = (plane[:-2] + plane[1:-1] + plane[2:]) / 3.0
    columns = (plane[:, :-2] + plane[:, 1:-1] + plane[:, 2:]) / 3.0
    return np.hypot(rows[:, 2:] - rows[:, :-2], columns[2:] - columns[:-2])


def measure(result: NDArray[np.uint8], truth: NDArray[np.uint8], border: int) -> float:
    a, b = (_gradient(_halved(plane)) for plane in fidelity.lumas(result, truth, border))
    return float(((2 * a * b + _C) / (a * a + b * b + _C)).std())
