"""PNG's row filters (PNG, third edition, clause 9), whole bands at a time, and which of them to use."""

from __future__ import annotations

import struct
from collections.abc import Callable

import cv2
import numpy as np
from isal import isal_zlib

from ganstudio.core.codecs import deflate
from ganstudio.core.errors import VerifyError
from ganstudio.core.text import _

SUB, UP, AVERAGE, PAETH = 1, 2, 3, 4
_SAMPLE_ROWS = 4
_BLOCK = 1 << 17  # bytes filtered at a time: all that lies between rows and answer stays in the processor's cache
_STORED = 65535  # the longest stored block of deflate

# From the samples at the left, above, and above at the left, and room for as many, five times: the prediction.
_Predict = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


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
    elif kind == SUB:
        body[:, :step] = rows[:, :step]
        np.subtract(rows[:, step:], rows[:, :-step], out=body[:, step:])
    elif kind == AVERAGE:
        _predicted(_average, rows, above, step, body)
        np.subtract(rows[:, :step], _rows_above(rows[:, :step], above[:step]) >> 1, out=body[:, :step])
    else:
        _predicted(_paeth, rows, above, step, body)
        np.subtract(rows[:, :step], _rows_above(rows[:, :step], above[:step]), out=body[:, :step])
    return out


def _predicted(predict: _Predict, rows: np.ndarray, above: np.ndarray, step: int, body: np.ndarray) -> None:
    """Rows less their prediction, into `body`, a block at a time. Rows are taken to follow each other without end, so
    that a row's first pixel, which has none at its left, comes out wrong."""
    count, stride = rows.shape
    each = max(2, _BLOCK // stride)
    room = np.empty((5, 1, min(each, count) * stride), np.uint8)
    flat = rows.reshape(-1)
    for y in range(0, count, each):
        size = min(each, count - y) * stride
        if y == 0:
            near, at = np.concatenate([np.zeros(step, np.uint8), above, flat[:size]]), step + stride
        else:
            near, at = flat, y * stride
        left, up, corner = (near[None, at - back :][:, :size] for back in (step, stride, stride + step))
        guessed = predict(left, up, corner, room[:, :, :size])
        block = slice(y, y + each)
        np.subtract(rows[block], guessed.reshape(-1, stride), out=body[block])


def _rows_above(rows: np.ndarray, above: np.ndarray) -> np.ndarray:
    return np.concatenate([above[None], rows[:-1]])


def _average(left: np.ndarray, up: np.ndarray, _: np.ndarray, room: np.ndarray) -> np.ndarray:
    """(left + up) // 2 without a ninth bit: what both have, and half of what one has."""
    both, half = room[0], room[1]
    np.bitwise_and(left, up, out=both)
    np.bitwise_xor(left, up, out=half)
    np.right_shift(half, 1, out=half)
    return np.add(both, half, out=both)


def _paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray, room: np.ndarray) -> np.ndarray:
    """The one of the three that is nearest to left + up − corner, in saturating bytes alone.

    With `over` and `under`, by how much the larger neighbour exceeds the corner and the corner the smaller one, it is
    the smaller where 2·over ≤ under, the larger where 2·under ≤ over, else the corner.
    """
    over, under, mask, larger, smaller = room
    cv2.subtract(cv2.max(left, up, dst=larger), corner, dst=over)
    cv2.subtract(corner, cv2.min(left, up, dst=smaller), dst=under)
    cv2.compare(cv2.add(over, over, dst=mask), under, cv2.CMP_LE, dst=mask)
    np.bitwise_and(mask, under, out=larger)  # from the corner to the smaller
    cv2.compare(cv2.add(under, under, dst=mask), over, cv2.CMP_LE, dst=mask)
    np.bitwise_and(mask, over, out=smaller)  # from the corner to the larger
    np.subtract(corner, larger, out=larger)
    return np.add(larger, smaller, out=larger)


def quickly_chosen(rows: np.ndarray, above: np.ndarray, step: int) -> int:
    """The filter under which a few rows from the middle of the band become smallest."""
    middle = len(rows) // 2
    sample = rows[middle : middle + _SAMPLE_ROWS]
    over = rows[middle - 1] if middle else above
    sizes = {kind: len(isal_zlib.compress(apply(kind, sample, over, step), 2)) for kind in (UP, AVERAGE, SUB, PAETH)}
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


def undo(filtered: np.ndarray, above: np.ndarray, step: int, likely: np.ndarray | None = None) -> np.ndarray:
    """The inverse of `apply` for rows of any mixture of filters: (n, stride + 1) → (n, stride).

    `likely` may be the answer: there is but one, so it is it if it gives the same when it is filtered, which is
    quicker to find out than the answer itself. Raises VerifyError at a number that is no filter.
    """
    kinds = filtered[:, 0]
    if kinds.max() > PAETH:
        raise VerifyError(_("The PNG file has a row filter that does not exist."))
    alike = kinds[0] > 0 and (kinds == kinds[0]).all()
    shape = (len(filtered), filtered.shape[1] - 1)
    if likely is not None and alike and likely.shape == shape:
        again = apply(int(kinds[0]), likely, above, step)
        if np.array_equal(again, filtered):
            return likely
    if alike and kinds[0] == UP:
        rows = np.empty(shape, np.uint8)
        for y, row in enumerate(rows):
            np.add(filtered[y, 1:], rows[y - 1] if y else above, out=row)
        return rows
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
        raise VerifyError(_("The PNG file cannot be decoded."))
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    if depth == 16:
        pixels = pixels.astype(">u2")
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(len(filtered) + 1, stride)[1:]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk: length, kind, data, CRC."""
    crc = isal_zlib.crc32(data, isal_zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", crc)))
