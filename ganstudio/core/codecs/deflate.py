"""Deflate: fast by ISA-L, smallest by trying zlib's ways on a sample."""

from __future__ import annotations

import zlib
from typing import Any, Protocol

from isal import isal_zlib

# Noise goes best through Huffman codes alone, runs through RLE, drawn and smooth pictures through searches. (Level 9
# takes up to ten times as long as 7 and saves 1 to 7 %.)
_WAYS = ((1, zlib.Z_HUFFMAN_ONLY), (1, zlib.Z_RLE), (7, zlib.Z_FILTERED), (6, zlib.Z_DEFAULT_STRATEGY))


# What unpacking damaged data raises (isal's stub calls its error class an instance).
BROKEN: tuple[type[Exception], ...] = (zlib.error, isal_zlib.IsalError, EOFError)  # type: ignore[assignment]


class Press(Protocol):
    """What zlib's and ISA-L's compressors have in common."""

    def compress(self, data: Any, /) -> bytes: ...

    def flush(self, mode: int = zlib.Z_FINISH, /) -> bytes: ...


def fast(window: int) -> Press:
    """A fresh ISA-L compressor; `window` −15 for raw deflate, 15 with zlib's header and sum."""
    return isal_zlib.compressobj(2, isal_zlib.DEFLATED, window)


def smallest(sample: Any, window: int) -> tuple[int, Press]:
    """(size of the sample in bytes, a fresh compressor of the kind that made it smallest)."""
    sizes = []
    for way in _WAYS:
        press = _zlib(way, -15)
        sizes.append((len(press.compress(sample)) + len(press.flush()), way))
    size, way = min(sizes)
    return size, _zlib(way, window)


def _zlib(way: tuple[int, int], window: int) -> Press:
    return zlib.compressobj(way[0], zlib.DEFLATED, window, 9, way[1])
