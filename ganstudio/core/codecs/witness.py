"""The witness: what was handed to the encoder, remembered in little memory, to be compared with what is in the file."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import xxhash

from ganstudio.core.codecs.writers import Decoded
from ganstudio.core.errors import VerifyError
from ganstudio.core.text import _

BLOCK = 8
_LEAST_DB_TINY = 10.0  # without one whole block there are no means to speak of
_STRIP = 64  # rows of the reduced copy that must agree on their own, so that one lost band cannot hide


class Exact:
    """For lossless files: the hash of all rows; with `keep` also the rows, by which some decoders are quicker."""

    def __init__(self, keep: bool = False) -> None:
        self._hash = xxhash.xxh3_128()
        self.keeps = keep
        self._kept: list[np.ndarray] = []

    def add(self, rows: np.ndarray) -> None:
        self._hash.update(np.ascontiguousarray(rows).data)
        if self.keeps:
            self._kept.append(rows)

    def rows(self, y0: int, y1: int) -> np.ndarray | None:
        """What was kept of these rows, None when that is not all of them."""
        parts, top = [], 0
        for band in self._kept:
            if top < y1 and top + len(band) > y0:
                parts.append(band[max(y0 - top, 0) : y1 - top])
            top += len(band)
        if sum(map(len, parts)) != y1 - y0:
            return None
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def compare(self, decoded: Decoded) -> None:
        again = xxhash.xxh3_128()
        for rows in decoded.bands:
            again.update(np.ascontiguousarray(rows).data)
        if again.digest() != self._hash.digest():
            raise VerifyError(_("The file does not decode to the pixels that were written."))


class Close:
    """For lossy 8-bit files: means of 8×8 pixels, to agree to `least` dB overall and nearly so in each strip."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._reducer = Reducer()
        self._parts: list[np.ndarray] = []

    def add(self, rows: np.ndarray) -> None:
        self._parts += self._reducer.add(_visible(rows))

    def compare(self, decoded: Decoded) -> None:
        want = np.concatenate([*self._parts, *self._reducer.end()])
        if decoded.reduced:
            have = np.concatenate(list(decoded.bands))
        else:
            reducer = Reducer()
            parts = [part for rows in decoded.bands for part in reducer.add(_visible(rows))]
            have = np.concatenate([*parts, *reducer.end()])
        if have.shape != want.shape:
            raise VerifyError(_("The file does not decode to the size that was written."))
        if min(decoded.width, decoded.height) < BLOCK:
            _check_close(want, have, _LEAST_DB_TINY)
            return
        whole = np.s_[: decoded.height // BLOCK, : decoded.width // BLOCK]
        want, have = want[whole], have[whole]  # blocks over the edge hold what the encoder filled them with
        if decoded.coarse:
            want, have = _halved(want), _halved(have)
        _check_close(want, have, self._least)
        for y in range(0, len(want), _STRIP):
            _check_close(want[y : y + _STRIP], have[y : y + _STRIP], self._least - 6)


def _visible(rows: np.ndarray) -> np.ndarray:
    """Colours weighted by their alpha: what encoders make of invisible ones does not count."""
    if rows.shape[2] != 4:
        return rows
    weighted = rows.copy()
    weighted[..., :3] = (rows[..., :3].astype(np.uint16) * rows[..., 3:] + 127) // 255
    return weighted


def _check_close(want: np.ndarray, have: np.ndarray, least: float) -> None:
    error = float(np.mean(np.square(want.astype(np.float32) - have)))
    if error > 255.0**2 / 10 ** (least / 10):
        raise VerifyError(_("The file does not decode to the picture that was written."))


class Reducer:
    """Rows of uint8 in bands of any height → means of 8×8 blocks (uint8); edges are extended to whole blocks."""

    def __init__(self) -> None:
        self._rest: np.ndarray | None = None

    def add(self, rows: np.ndarray) -> Iterator[np.ndarray]:
        if self._rest is not None and len(self._rest):
            rows = np.concatenate([self._rest, rows])
        whole = len(rows) // BLOCK * BLOCK
        self._rest = rows[whole:].copy()
        if whole:
            yield _reduced(rows[:whole])

    def end(self) -> Iterator[np.ndarray]:
        rest = self._rest
        if rest is not None and len(rest):
            yield _reduced(np.pad(rest, ((0, BLOCK - len(rest)), (0, 0), (0, 0)), "edge"))


def _halved(picture: np.ndarray) -> np.ndarray:
    """Means of 2×2, an odd edge doubled."""
    even = np.pad(picture, ((0, picture.shape[0] % 2), (0, picture.shape[1] % 2), (0, 0)), "edge").astype(np.float32)
    rows = even[0::2] + even[1::2]
    return (rows[:, 0::2] + rows[:, 1::2]) / 4


def _reduced(rows: np.ndarray) -> np.ndarray:
    height, width, channels = rows.shape
    if width % BLOCK:
        rows = np.pad(rows, ((0, 0), (0, BLOCK - width % BLOCK), (0, 0)), "edge")
    size = (-(-width // BLOCK), height // BLOCK)
    return cv2.resize(np.ascontiguousarray(rows), size, interpolation=cv2.INTER_AREA).reshape(*size[::-1], channels)
