"""PNG's row filters (PNG, third edition, clause 9), whole bands at a time, and which of them to use."""

from __future__ import annotations

import struct

import cv2
import numpy as np
from isal import isal_zlib

from ganstudio.core.codecs import deflate
from ganstudio.core.errors import VerifyError

SUB, UP, AVERAGE, PAETH = 1, 2, 3, 4
_SAMPLE_ROWS = 4
_PAETH_PAYS = 1.05
_STORED = 65535  # the longest stored block of deflate


def apply(kind: int, rows: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """Rows (n, stride) uint8 under the row `above` → (n, stride + 1): the filter's number, then differences mod 256.

    `step` is the bytes of a pixel.
    """
    out = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    out[:, 0] = kind
    body = out[:, 1:]
    if kind == UP:
        np.subtract(rows[0], above, out=body[0])
        np.subtract(rows[1:], rows[:-1], out=body[1:])
        return out
    left = _moved_right(rows, step)
    if kind == SUB:
        np.subtract(rows, left, out=body)
        return out
    up = np.concatenate([above[None], rows[:-1]])
    if kind == AVERAGE:
        np.subtract(rows, (left & up) + ((left ^ up) >> 1), out=body)  # (left + up) // 2 without a ninth bit
    else:
        np.subtract(rows, _paeth(left, up, _moved_right(up, step)), out=body)
    return out


def _moved_right(rows: np.ndarray, step: int) -> np.ndarray:
    moved = np.zeros_like(rows)
    moved[:, step:] = rows[:, :-step]
    return moved


def _paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """The predictor in bytes alone: |left + up − 2·corner| is the sum of the other two distances where both neighbours
    lie on one side of the corner, and never the least then; else it is their difference."""
    from_left, from_up = cv2.absdiff(up, corner), cv2.absdiff(left, corner)
    between = (up < corner) != (left < corner)
    from_corner = cv2.absdiff(from_left, from_up)
    left_wins = (from_left <= from_up) & ~(between & (from_corner < from_left))
    up_wins = ~(between & (from_corner < from_up))
    return np.where(left_wins, left, np.where(up_wins, up, corner))


def quickly_chosen(rows: np.ndarray, above: np.ndarray, step: int) -> int:
    """The filter under which a few rows from the middle of the band become smallest."""
    middle = len(rows) // 2
    sample = rows[middle : middle + _SAMPLE_ROWS]
    over = rows[middle - 1] if middle else above
    kinds = (UP, AVERAGE, SUB, PAETH)
    sizes: dict[int, float] = {kind: len(isal_zlib.compress(apply(kind, sample, over, step), 2)) for kind in kinds}
    sizes[PAETH] *= _PAETH_PAYS  # it takes as long as all the rest
    return min(sizes, key=sizes.__getitem__)


def smallest(rows: np.ndarray, above: np.ndarray, step: int) -> tuple[np.ndarray, deflate.Press]:
    """(the band filtered, a fresh raw compressor): the pair that makes a sample of the band smallest."""
    length = max(_SAMPLE_ROWS, len(rows) // 16)
    middle = max((len(rows) - length) // 2, 0)
    sample = rows[middle : middle + length]
    over = rows[middle - 1] if middle else above
    tried = {kind: deflate.smallest(apply(kind, sample, over, step), -15) for kind in (UP, AVERAGE, SUB, PAETH)}
    best = min(tried, key=lambda kind: tried[kind][0])
    return apply(best, rows, above, step), tried[best][1]


def undo(filtered: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """The inverse of `apply` for rows of any mixture of filters: (n, stride + 1) → (n, stride).

    Raises VerifyError at a number that is no filter.
    """
    kinds = filtered[:, 0]
    if (kinds == UP).all():
        rows = filtered[:, 1:].copy()
        rows[0] += above
        return np.add.accumulate(rows, axis=0, dtype=np.uint8)
    if kinds.max() > PAETH:
        raise VerifyError("The PNG file has a row filter that does not exist.")
    return _undo_by_library(filtered, above, step)


# Bytes of a pixel → (bit depth, colour type) of a PNG with such pixels that OpenCV reads unchanged.
_LIKE = {1: (8, 0), 2: (16, 0), 3: (8, 2), 4: (8, 6), 6: (16, 2), 8: (16, 6)}


def _undo_by_library(filtered: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """Average and Paeth cannot be undone a band at a time in numpy: the band becomes a small stored PNG for OpenCV,
    the row above it put before."""
    stride = filtered.shape[1] - 1
    body = b"\0" + above.tobytes() + filtered.tobytes()
    blocks = [b"\x78\x01"]
    for at in range(0, len(body), _STORED):
        part = body[at : at + _STORED]
        blocks += [struct.pack("<BHH", at + _STORED >= len(body), len(part), len(part) ^ 0xFFFF), part]
    blocks.append(struct.pack(">I", isal_zlib.adler32(body)))
    depth, colour = _LIKE[step]
    head = struct.pack(">IIBBBBB", stride // step, len(filtered) + 1, depth, colour, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + b"".join(map(chunk, (b"IHDR", b"IDAT", b"IEND"), (head, b"".join(blocks), b"")))
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise VerifyError("The PNG file cannot be decoded.")
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    if depth == 16:
        pixels = pixels.astype(">u2")
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(len(filtered) + 1, stride)[1:]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk: length, kind, data, CRC."""
    crc = isal_zlib.crc32(data, isal_zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", crc)))
