"""ΔE: how far colours have moved, as CIEDE2000 between the means of squares of 16 pixels.

1 is about what an eye just notices. The means leave detail out: a sharper or softer picture keeps its colours, one
that turned yellowish, darker or paler does not. Pictures are taken for sRGB, white D65.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.colour import srgb_to_linear
from ganstudio.measures.ciede2000 import delta_e, lab_of_linear
from ganstudio.measures.fidelity import shave

TITLE, UNIT, HIGHER_IS_BETTER = "ΔE", "", False
_SQUARE = 16


def measure(result: NDArray[np.uint8], truth: NDArray[np.uint8], border: int) -> float:
    if result.shape != truth.shape:
        raise ValueError(f"cannot compare pictures of shapes {result.shape} and {truth.shape}")
    a, b = (lab_of_linear(_means(picture, border)) for picture in (result, truth))
    return float(delta_e(a, b).mean())


def _means(picture: NDArray[np.uint8], border: int) -> NDArray[np.float64]:
    """Mean linear light of each square, rows × columns × 3; what is left over at the edges is not looked at."""
    colour = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    light = shave(srgb_to_linear(colour[..., :3] / 255.0), border)
    side = min(_SQUARE, *light.shape[:2])
    rows, columns = light.shape[0] // side, light.shape[1] // side
    return light[: rows * side, : columns * side].reshape(rows, side, columns, side, 3).mean(axis=(1, 3))
