"""A PNG decoded in bounded memory, every check made: chunk CRCs, the zlib sum, the filters, the length, the end."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from isal import isal_zlib

from ganstudio.core.codecs import deflate, pngfilter
from ganstudio.core.codecs.writers import Decoded, Likely
from ganstudio.core.errors import VerifyError
from ganstudio.core.text import _

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
_PIECE = 1 << 20  # bytes read at a time
_BAND = 1 << 21  # bytes of samples: enough for deflate, and little enough for the processor's cache


def rows_at_a_time(stride: int) -> int:
    """How many rows of so many bytes are in a band, both when they are packed and when they are unpacked."""
    return max(1, _BAND // stride)


def flat(rows: np.ndarray) -> np.ndarray:
    """Rows (n, width, channels) of samples → (n, stride) of bytes, in the order of a PNG."""
    samples = np.ascontiguousarray(rows) if rows.dtype == np.uint8 else rows.astype(">u2", order="C")
    return samples.view(np.uint8).reshape(len(rows), -1)


def decode(path: Path, likely: Likely | None = None) -> Decoded:
    """Rows of a non-interlaced PNG of 8 or 16 bits without palette (what is written here); VerifyError if damaged."""
    return decode_open(open(path, "rb"), likely)


def decode_open(file: BinaryIO, likely: Likely | None = None) -> Decoded:
    """The same of an open file, which is closed behind its last row, or by an error."""
    try:
        chunks = _chunks(file)
        kind, head = next(chunks, (b"", b""))
        if kind != b"IHDR" or len(head) != 13:
            raise VerifyError(_("The PNG file has no header."))
        width, height, depth, colour, method, filtering, interlaced = struct.unpack(">IIBBBBB", head)
        if depth not in (8, 16) or colour not in _CHANNELS or method or filtering or interlaced:
            raise VerifyError(_("The PNG file is not of the kind that is written here."))
    except BaseException:
        file.close()
        raise
    shape = (height, width, _CHANNELS[colour])
    return Decoded(width, height, _rows(file, chunks, shape, depth, likely or (lambda y0, y1: None)))


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """(kind, data) of each chunk, long ones in pieces of the same kind; the CRC is checked at each chunk's end."""
    if file.read(8) != SIGNATURE:
        raise VerifyError(_("The file is not a PNG."))
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise VerifyError(_("The PNG file is cut off."))
        length, kind = struct.unpack(">I4s", head)
        crc = isal_zlib.crc32(kind)
        while True:
            piece = file.read(min(length, _PIECE))
            crc = isal_zlib.crc32(piece, crc)
            length -= len(piece)
            if length and not piece:
                raise VerifyError(_("The PNG file is cut off."))
            yield kind, piece
            if not length:
                break
        if file.read(4) != struct.pack(">I", crc):
            raise VerifyError(_("The PNG file is damaged: a checksum is wrong."))
        if kind == b"IEND":
            return


def _inflated(chunks: Iterator[tuple[bytes, bytes]], most: int) -> Iterator[bytes]:
    """The pixel data, at most so many bytes at a time."""
    press = isal_zlib.decompressobj(15)
    for kind, data in chunks:
        if kind != b"IDAT":
            continue
        while data:
            try:
                yield press.decompress(data, most)
            except deflate.BROKEN as error:
                raise VerifyError(_("The PNG file is damaged: its data cannot be unpacked.")) from error
            data = press.unconsumed_tail
    if not press.eof or press.unused_data:
        raise VerifyError(_("The PNG file is damaged: its data does not end where it should."))


def _rows(
    file: BinaryIO, chunks: Iterator[tuple[bytes, bytes]], shape: tuple[int, int, int], depth: int, likely: Likely
) -> Iterator[np.ndarray]:
    height, width, channels = shape
    step = channels * depth // 8
    stride = width * step
    wanted = rows_at_a_time(stride) * (stride + 1)
    above = np.zeros(stride, np.uint8)
    held: list[bytes] = []
    size = done = 0

    def unfiltered(data: bytes) -> np.ndarray:
        nonlocal above, done
        filtered = np.frombuffer(data, np.uint8).reshape(-1, stride + 1)
        guess = likely(done, done + len(filtered))
        rows = pngfilter.undo(filtered, above, step, None if guess is None else flat(guess))
        above = rows[-1]
        done += len(rows)
        samples = rows if depth == 8 else rows.view(">u2").astype(np.uint16)
        return samples.reshape(len(rows), width, channels)

    with file:
        for piece in _inflated(chunks, wanted):
            held.append(piece)
            size += len(piece)
            if size >= wanted:
                data = held[0] if len(held) == 1 else b"".join(held)
                yield unfiltered(data[:wanted])
                held, size = [data[wanted:]], size - wanted
        data = b"".join(held)
        if len(data) % (stride + 1):
            raise VerifyError(_("The PNG file ends inside a row."))
        if data:
            yield unfiltered(data)
    if done != height:
        raise VerifyError(_("The PNG file holds {done} rows instead of {height}.").format(done=done, height=height))
