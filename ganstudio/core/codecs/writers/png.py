"""PNG: bands of rows, filtered and deflated each on its own in a few threads, joined into one zlib stream.

Every band is raw deflate (ISA-L) ended by a full flush, so that bands follow each other like blocks of one stream;
the Adler-32 sums are joined by arithmetic. Source: PNG, third edition (W3C 2025); RFC 1950, 1951.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from isal import isal_zlib

from ganstudio.core.codecs import deflate, pngfilter, pngstream
from ganstudio.core.codecs.parallel import in_order
from ganstudio.core.codecs.writers import Bands, Decoded, Encoding, Format, Likely
from ganstudio.core.colour import tag

FORMAT = Format(
    "png", "png", "PNG", ".png", (".png",), largest_side=2**31 - 1, depths=(8, 16), lossless=True, guesses=True
)
_COLOUR_TYPE = {1: 0, 2: 4, 3: 2, 4: 6}
_METRE = 39.3700787


def bytes_per_pixel(how: Encoding) -> float:
    return how.channels * (0.45 if how.depth == 8 else 1.75)


def encode(bands: Bands, file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    file.write(pngstream.SIGNATURE)
    for kind, data in _head(how):
        file.write(pngfilter.chunk(kind, data))
    rows = pngstream.rows_at_a_time(how.width * how.channels * how.depth // 8)
    adler = 1
    started = False
    for packed in in_order(_packer(how), _with_row_above(bands(rows), how.height)):
        file.write(pngfilter.chunk(b"IDAT", packed.data if started else b"\x78\x01" + packed.data))
        adler = _joined_adler(adler, packed.adler, packed.length)
        started = True
    file.write(pngfilter.chunk(b"IDAT", struct.pack(">I", adler)))
    file.write(pngfilter.chunk(b"IEND", b""))
    return ()


def decode(path: Path, likely: Likely | None = None) -> Decoded:
    return pngstream.decode(path, likely)


@dataclass(frozen=True)
class _Band:
    rows: np.ndarray  # (n, stride) uint8, big-endian samples
    above: np.ndarray  # (stride,)
    last: bool


@dataclass(frozen=True)
class _Packed:
    data: bytes
    adler: int
    length: int


def _with_row_above(bands: Iterator[np.ndarray], height: int) -> Iterator[_Band]:
    above: np.ndarray | None = None
    done = 0
    for rows in bands:
        flat = pngstream.flat(rows)
        done += len(rows)
        yield _Band(flat, np.zeros(flat.shape[1], np.uint8) if above is None else above, done == height)
        above = flat[-1]


def _packer(how: Encoding) -> Callable[[_Band], _Packed]:
    step = how.channels * how.depth // 8

    def pack(band: _Band) -> _Packed:
        if how.smallest:
            filtered, press = pngfilter.smallest(band.rows, band.above, step)
        else:
            kind = pngfilter.quickly_chosen(band.rows, band.above, step)
            filtered = pngfilter.apply(kind, band.rows, band.above, step)
            press = deflate.fast(-15)
        flush = zlib.Z_FINISH if band.last else zlib.Z_FULL_FLUSH
        data = press.compress(filtered) + press.flush(flush)
        return _Packed(data, isal_zlib.adler32(filtered), filtered.size)

    return pack


def _joined_adler(first: int, second: int, length: int) -> int:
    """The Adler-32 of two pieces joined, from theirs and the second's length."""
    a1, b1, a2, b2 = first & 0xFFFF, first >> 16, second & 0xFFFF, second >> 16
    return (b1 + b2 + length * (a1 - 1)) % 65521 << 16 | (a1 + a2 - 1) % 65521


def _head(how: Encoding) -> Iterator[tuple[bytes, bytes]]:
    """The chunks before the pixels, in the order the standard asks for."""
    yield b"IHDR", struct.pack(">IIBBBBB", how.width, how.height, how.depth, _COLOUR_TYPE[how.channels], 0, 0, 0)
    if how.icc:
        yield b"iCCP", b"ICC profile\0\0" + zlib.compress(how.icc, 9)
        gamma = _plain_gamma(how.icc)
        if gamma is not None:  # for programs that know no profiles
            yield b"gAMA", struct.pack(">I", round(100_000 / gamma))
    if how.dpi:
        yield b"pHYs", struct.pack(">IIB", *(min(max(round(d * _METRE), 1), 2**31 - 1) for d in how.dpi), 1)
    if how.exif:
        yield b"eXIf", how.exif
    if how.xmp:
        yield b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + how.xmp


def _plain_gamma(icc: bytes) -> float | None:
    """The exponent of a profile whose (red) tone curve is a plain power; None for tables and other curves.

    Source: ICC.1:2022, curveType and parametricCurveType 0.
    """
    curve = tag(icc, b"rTRC") or tag(icc, b"kTRC") or b""
    if curve[:4] == b"curv" and curve[8:12] == b"\0\0\0\1" and len(curve) >= 14:
        value = struct.unpack(">H", curve[12:14])[0] / 256
    elif curve[:4] == b"para" and curve[8:10] == b"\0\0" and len(curve) >= 16:
        value = struct.unpack(">i", curve[12:16])[0] / 65536
    else:
        return None
    return value if 0.1 <= value <= 10 else None
