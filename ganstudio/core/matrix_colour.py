"""Sixteen-bit colours from one profile of three curves and a matrix into another, by our own arithmetic: LittleCMS, as
Pillow offers it, takes eight bits.

Relative colorimetric: curve, matrix to XYZ of D50, matrix back, inverse curve (ICC.1:2022, annex F.3). Their black is
zero, so black point compensation changes nothing. Colours outside the target are clipped, as LittleCMS does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from ganstudio.core.colour import SRGB_PRIMARIES, matrix_profile, space_of, tag
from ganstudio.core.tone_curves import curve_of, s15

_TOP = 65535


@dataclass(frozen=True)
class _Shaper:
    """`curves` three times 65536 linear values; `matrix` linear light to XYZ of D50."""

    curves: tuple[np.ndarray, ...]
    matrix: np.ndarray


class MatrixTransform:
    """From one such profile to another; made by `transform`."""

    def __init__(self, source: _Shaper, target: _Shaper) -> None:
        self._curves = source.curves
        self._matrix = (np.linalg.inv(target.matrix) @ source.matrix).astype(np.float32)
        self._codes = [_inverse(curve) for curve in target.curves]

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """(H, W, 3) uint16 → the same in the other profile."""
        linear = cv2.merge([curve[samples[..., i]] for i, curve in enumerate(self._curves)])
        light = np.sqrt(np.clip(cv2.transform(linear, self._matrix), 0, 1))
        steps = np.rint(light * _TOP).astype(np.uint16)
        return cv2.merge([codes[steps[..., i]] for i, codes in enumerate(self._codes)])


def transform(source: bytes | None, target: bytes | None) -> MatrixTransform | None:
    """How colours of one profile become those of another, None standing for sRGB; None where one of them is no RGB
    profile of curves and a matrix, or where nothing would change."""
    if source == target:
        return None
    one, other = _shaper(source), _shaper(target)
    return None if one is None or other is None else MatrixTransform(one, other)


@lru_cache(maxsize=8)
def _shaper(icc: bytes | None) -> _Shaper | None:
    icc = matrix_profile(SRGB_PRIMARIES, None, "sRGB") if icc is None else icc
    if icc is None or space_of(icc) != "RGB" or any(tag(icc, name) for name in (b"A2B0", b"A2B1", b"B2A0", b"B2A1")):
        return None  # tables come before curves where a profile has both
    columns = [column for name in (b"rXYZ", b"gXYZ", b"bXYZ") if (column := s15(tag(icc, name))) is not None]
    curves = [curve for name in (b"rTRC", b"gTRC", b"bTRC") if (curve := curve_of(tag(icc, name))) is not None]
    if len(columns) < 3 or len(curves) < 3 or abs(np.linalg.det(matrix := np.stack(columns, 1))) < 1e-6:
        return None
    if any(np.any(np.diff(curve) < 0) for curve in curves):  # cannot be turned round
        return None
    return _Shaper(tuple(curves), matrix)


def _inverse(curve: np.ndarray) -> np.ndarray:
    """Codes by the square root of linear light, which keeps steps even in the dark: 65536 of uint16."""
    light = (np.arange(_TOP + 1) / _TOP) ** 2
    first = np.concatenate([[True], np.diff(curve) > 0])  # flat parts say one code only
    codes = np.interp(light, curve[first].astype(float), np.arange(_TOP + 1)[first])
    return np.rint(codes).astype(np.uint16)
