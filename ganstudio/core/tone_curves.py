"""Tone curves of ICC profiles as tables (ICC.1:2022, 10.6 curveType, 10.18 parametricCurveType)."""

from __future__ import annotations

import struct

import numpy as np

_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}


def curve_of(data: bytes | None) -> np.ndarray | None:
    """A curve tag's data as 65536 linear values 0 … 1 (float32) for samples of 16 bits; None when it is none."""
    if data is None or len(data) < 12:
        return None
    x = np.linspace(0, 1, 65536)
    if data[:4] == b"curv":
        return _table(data, x)
    if data[:4] == b"para":
        return _parametric(data, x)
    return None


def _table(data: bytes, x: np.ndarray) -> np.ndarray | None:
    count = struct.unpack_from(">I", data, 8)[0]
    if len(data) < 12 + 2 * count:
        return None
    if count == 0:
        return x.astype(np.float32)
    values = np.frombuffer(data, ">u2", count, 12)
    if count == 1:
        return (x ** (float(values[0]) / 256)).astype(np.float32)
    return np.interp(x, np.linspace(0, 1, count), values / 65535).astype(np.float32)


def _parametric(data: bytes, x: np.ndarray) -> np.ndarray | None:
    kind = struct.unpack_from(">H", data, 8)[0]
    count = _PARAMETERS.get(kind, 0)
    if not count or len(data) < 12 + 4 * count:
        return None
    g, a, b, c, d, e, f = [value / 65536 for value in struct.unpack_from(f">{count}i", data, 12)] + [0.0] * (7 - count)
    if kind == 0:
        a, d = 1.0, -1.0
    elif kind in (1, 2):  # the power from −b/a on; below it the constant c, which kind 2 adds above, too
        d, e, f, c = (-b / a if a else 0.0), c, c, 0.0
    with np.errstate(invalid="ignore"):
        curve = np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)
    return np.clip(curve, 0, 1).astype(np.float32)


def s15(data: bytes | None) -> np.ndarray | None:
    """The three numbers of an XYZ tag."""
    if data is None or len(data) < 20 or data[:4] != b"XYZ ":
        return None
    return np.array(struct.unpack_from(">3i", data, 8)) / 65536
