"""JPEG: bands of rows, each encoded by libjpeg-turbo with the same tables, their data joined by restart markers.

A restart marker resets the DC prediction and the bit position, which is just what a fresh encoder starts with: the
joined stream decodes to the same pixels as one encoder's would. Source: ITU-T T.81, B.2.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import simplejpeg

from ganstudio.core.codecs import gainmap
from ganstudio.core.codecs.parallel import in_order
from ganstudio.core.codecs.writers import Bands, Decoded, Encoding, Format
from ganstudio.core.errors import OutputError, VerifyError
from ganstudio.core.text import _

# The standard allows 65,535; libjpeg, inside nearly every program that shows pictures, ends at 65,500.
FORMAT = Format(
    "jpg",
    "jpeg",
    "JPEG",
    ".jpg",
    (".jpg", ".jpeg", ".jpe", ".jfif"),
    65_500,
    channels=(1, 3),
    lossy=True,
    gain_map=True,
)
_WHOLE = 64_000_000  # pixels up to which verification decodes at full size
_BAND = 1 << 22  # bytes of rows encoded at a time
_LONGEST = 65_533  # bytes a marker segment can hold
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
LONGEST_XMP = _LONGEST - len(_XMP)
_ICC = b"ICC_PROFILE\0"
_MCU = {"4:4:4": (8, 8), "4:2:2": (16, 8), "4:2:0": (16, 16), "4:4:0": (8, 16)}
_SOF, _SOS, _EOI, _APP0 = 0xC0, 0xDA, b"\xff\xd9", 0xE0


def bytes_per_pixel(how: Encoding) -> float:
    quality = how.quality or 95
    rate = 0.08 + 0.35 * (quality / 100) ** 6  # of enlarged photographs, gray
    chroma = {"4:4:4": 0.5, "4:2:2": 0.3, "4:4:0": 0.3}.get(how.chroma, 0.2) if how.channels == 3 else 0.0
    return rate * (1 + chroma)


def encode(bands: Bands, file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    notes: list[str] = []
    mcu_width, mcu_height = _MCU[how.chroma] if how.channels == 3 else (8, 8)
    across = -(-how.width // mcu_width)
    down = max(1, min(_BAND // (how.width * how.channels * mcu_height), 0xFFFF // across))
    several = how.height > down * mcu_height
    first: _Scan | None = None
    index_at = 0
    for index, scan in enumerate(in_order(lambda rows: _encoded(rows, how), bands(down * mcu_height))):
        if first is None:
            first = scan
            file.write(b"\xff\xd8")
            for segment in _segments(how, notes):
                file.write(segment)
            if how.gain_map:
                index_at = file.tell() + 4
                file.write(_segment(0xE2, bytes(gainmap.INDEX_SIZE)))
            file.write(_tables(scan, how, across * down if several else 0))
        else:
            if scan.tables != first.tables:
                raise OutputError(_("The JPEG encoder changed its tables within the picture."))
            file.write(bytes((0xFF, 0xD0 + (index - 1) % 8)))
        file.write(scan.data)
    file.write(_EOI)
    if how.gain_map:
        _append(file, how.gain_map, index_at)
    return tuple(notes)


def _append(file: BinaryIO, gain_map: bytes, index_at: int) -> None:
    """The gain map behind the picture, and the sizes into the index that was left open for them."""
    primary = file.tell()
    file.write(gain_map)
    file.seek(index_at)
    file.write(gainmap.index(index_at, primary, len(gain_map)))


def decode(path: Path) -> Decoded:
    """All pixels, of a large picture at an eighth of the size; warnings of the decoder count as damage."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            facts = simplejpeg.decode_jpeg_header(data)
            height, width, space, sampling = int(facts[0]), int(facts[1]), str(facts[2]), str(facts[3])
            gray = space.upper() == "GRAY"
            reduced = width * height > _WHOLE
            least = (-(-height // 8), -(-width // 8)) if reduced else (height, width)
            pixels = simplejpeg.decode_jpeg(
                data, "GRAY" if gray else "RGB", min_height=least[0], min_width=least[1]
            )  # at the coarsest of libjpeg's scales that is not below
        except ValueError as error:
            raise VerifyError(_("The JPEG file is damaged: {why}.").format(why=error)) from error
    # libjpeg scales colours that are halved along one side only by the coarser of the two
    return Decoded(width, height, iter([pixels]), reduced, coarse=reduced and sampling in ("422", "440"))


@dataclass(frozen=True)
class _Scan:
    """A band's own JPEG taken apart: `tables` quantisation and Huffman segments, `frame` and `scan` the headers of
    those names, `data` the entropy-coded bytes."""

    tables: tuple[bytes, ...]
    frame: bytes
    scan: bytes
    data: bytes


def _encoded(rows: np.ndarray, how: Encoding) -> _Scan:
    space, sampling = ("RGB", how.chroma.replace(":", "")) if how.channels == 3 else ("GRAY", "Gray")
    band = simplejpeg.encode_jpeg(np.ascontiguousarray(rows), how.quality or 95, space, sampling)
    tables: list[bytes] = []
    frame = b""
    at = 2
    while True:
        marker = band[at + 1]
        end = at + 2 + int.from_bytes(band[at + 2 : at + 4], "big")
        segment = band[at:end]
        at = end
        if marker == _SOS:
            break
        if marker == _SOF:
            frame = segment
        elif marker != _APP0:
            tables.append(segment)
    if not frame or not band.endswith(_EOI):
        raise OutputError(_("The JPEG encoder did not make a baseline picture."))
    return _Scan(tuple(tables), frame, segment, band[at:-2])


def _tables(scan: _Scan, how: Encoding, interval: int) -> bytes:
    """Everything from the tables to the start of the data, for the whole picture's height."""
    frame = scan.frame[:5] + struct.pack(">HH", how.height, how.width) + scan.frame[9:]
    restarts = struct.pack(">HHH", 0xFFDD, 4, interval) if interval else b""
    quantisation = [table for table in scan.tables if table[1] == 0xDB]
    huffman = [table for table in scan.tables if table[1] != 0xDB]
    return b"".join((*quantisation, frame, *huffman, restarts, scan.scan))


def _segments(how: Encoding, notes: list[str]) -> Iterator[bytes]:
    """JFIF with the resolution, then EXIF, XMP and profile; what does not fit a segment is told in `notes`."""
    x, y = (min(max(round(d), 1), 65_535) for d in how.dpi or (1, 1))
    yield _segment(0xE0, b"JFIF\0\1\1" + struct.pack(">BHHBB", 1 if how.dpi else 0, x, y, 0, 0))
    if how.exif:
        if len(how.exif) + len(_EXIF) <= _LONGEST:
            yield _segment(0xE1, _EXIF + how.exif)
        else:
            notes.append(_("The EXIF data is too large for a JPEG and was left out."))
    if how.xmp:
        if len(how.xmp) + len(_XMP) <= _LONGEST:
            yield _segment(0xE1, _XMP + how.xmp)
        else:
            notes.append(_("The XMP data is too large for a JPEG and was left out."))
    if how.icc:
        room = _LONGEST - len(_ICC) - 2
        parts = [how.icc[at : at + room] for at in range(0, len(how.icc), room)]
        if len(parts) > 255:
            notes.append(_("The colour profile is too large for a JPEG and was left out."))
            parts = []
        for number, part in enumerate(parts, 1):
            yield _segment(0xE2, _ICC + bytes((number, len(parts))) + part)
    if how.gain_map and (notice := gainmap.iso_notice(how.gain_map)):
        yield _segment(0xE2, notice)


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data
