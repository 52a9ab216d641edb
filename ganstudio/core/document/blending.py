"""Blend modes: what a layer's colours make of those under them (W3C Compositing and Blending Level 1, 5 and 9).

On the encoded samples in the document's profile, as image editors do it.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

NORMAL = "normal"
_LUMA = np.array([[0.3, 0.59, 0.11]], np.float32)

Mix = Callable[[np.ndarray, np.ndarray], np.ndarray]


def blend(mode: str, under: np.ndarray, top: np.ndarray) -> np.ndarray:
    """B(under, top): (h, w, 3) float32 of 0 … 1 each, and so is the result. KeyError for a mode that is none."""
    return _MIXES[mode](under, top)


def _multiply(under: np.ndarray, top: np.ndarray) -> np.ndarray:
    return under * top


def _screen(under: np.ndarray, top: np.ndarray) -> np.ndarray:
    return under + top - under * top


def _overlay(under: np.ndarray, top: np.ndarray) -> np.ndarray:
    """Hard light with the two exchanged: multiply in the dark of what is under it, screen in the light."""
    product = under * top
    return np.where(under <= 0.5, 2 * product, 2 * (under + top - product) - 1)


def _soft_light(under: np.ndarray, top: np.ndarray) -> np.ndarray:
    root = np.where(under <= 0.25, ((16 * under - 12) * under + 4) * under, cv2.sqrt(under))
    twice = 2 * top - 1
    return under + twice * np.where(twice <= 0, under - under * under, root - under)


def _luminosity(under: np.ndarray, top: np.ndarray) -> np.ndarray:
    """The colours under it as light as the layer."""
    return _with_luma(under, _luma(top))


def _colour(under: np.ndarray, top: np.ndarray) -> np.ndarray:
    """The layer's colours as light as what is under it."""
    return _with_luma(top, _luma(under))


def _luma(colours: np.ndarray) -> np.ndarray:
    return cv2.transform(colours, _LUMA)[..., None] if colours.size else colours[..., :1]


def _with_luma(colours: np.ndarray, luma: np.ndarray) -> np.ndarray:
    """SetLum: moved to a luma, and brought towards it where that leads out of 0 … 1 (ClipColor)."""
    moved = colours + (luma - _luma(colours))
    low = moved.min(axis=2, keepdims=True)
    high = moved.max(axis=2, keepdims=True)
    share = np.minimum(
        np.where(low < 0, luma / np.maximum(luma - low, 1e-6), 1),
        np.where(high > 1, (1 - luma) / np.maximum(high - luma, 1e-6), 1),
    )
    return luma + (moved - luma) * share


_MIXES: dict[str, Mix] = {
    NORMAL: lambda under, top: top,
    "multiply": _multiply,
    "screen": _screen,
    "overlay": _overlay,
    "soft-light": _soft_light,
    "luminosity": _luminosity,
    "colour": _colour,
}
MODES = tuple(_MIXES)
"""In the order to be shown."""
