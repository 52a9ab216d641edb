"""Pictures and files made for the codecs' tests, by other means than the code under test."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).resolve().parents[2] / "data" / "codecs"


def photo(width: int = 64, height: int = 48, channels: int = 3, depth: int = 8) -> np.ndarray:
    """A smooth picture with an edge and no symmetry, (H, W, C); alpha, if any, goes from clear to opaque."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    planes = [0.2 + 0.6 * x, 0.9 - 0.7 * y, 0.5 + 0.4 * np.sin(9 * x * y), (x + y) / 2]
    chosen = {1: [0], 2: [0, 3], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[channels]
    picture = np.stack([planes[index] for index in chosen], axis=2)
    picture[: height // 3, : width // 4] *= 0.3
    top = 255 if depth == 8 else 65535
    return np.round(picture * top).astype(np.uint8 if depth == 8 else np.uint16)


def by_pillow(pixels: np.ndarray | Image.Image, format: str, **options: object) -> bytes:
    """A file that Pillow writes; arrays as L, LA, RGB or RGBA."""
    image = pixels
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    sink = io.BytesIO()
    image.save(sink, format, **options)
    return sink.getvalue()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(pixels: np.ndarray, colour: int, bits: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A PNG of samples (H, W, C) in `bits`, unfiltered, with chunks before and after the pixel data."""
    height, width = pixels.shape[:2]
    rows = []
    for row in pixels:
        if bits == 16:
            packed = row.astype(">u2").tobytes()
        elif bits == 8:
            packed = row.astype(np.uint8).tobytes()
        else:
            spread = (row.reshape(-1, 1) >> np.arange(bits)[::-1]) & 1
            packed = np.packbits(spread.astype(np.uint8).ravel()).tobytes()
        rows.append(b"\0" + packed)
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(b"".join(rows)))
    return b"\x89PNG\r\n\x1a\n" + head + before + body + after + png_chunk(b"IEND", b"")


def exif(orientation: int | None = None, *, order: str = "<", thumbnail: bytes = b"", gps: bool = False) -> bytes:
    """An EXIF structure with make, sizes and a maker note, and on request a thumbnail directory and GPS."""
    made = Image.Exif()
    made.endian = order
    made[0x010F] = "Camera maker"
    made[0x0100] = 64
    if orientation is not None:
        made[0x0112] = orientation
    made.get_ifd(0x8769).update({0xA002: 64, 0xA003: 48, 0x927C: b"maker note, 26 bytes long.", 0x829A: 0.01})
    if gps:
        made.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    data = made.tobytes().removeprefix(b"Exif\0\0")
    return _with_thumbnail(data, order, thumbnail) if thumbnail else data


def _with_thumbnail(data: bytes, order: str, thumbnail: bytes) -> bytes:
    """Append a second directory that points to a thumbnail behind it, and chain it to the first."""
    first = struct.unpack_from(order + "I", data, 4)[0]
    count = struct.unpack_from(order + "H", data, first)[0]
    at = len(data)
    entries = struct.pack(order + "HHII", 0x0201, 4, 1, at + 2 + 24 + 4)
    entries += struct.pack(order + "HHII", 0x0202, 4, 1, len(thumbnail))
    second = struct.pack(order + "H", 2) + entries + bytes(4) + thumbnail
    made = bytearray(data + second)
    struct.pack_into(order + "I", made, first + 2 + 12 * count, at)
    return bytes(made)


def close(found: np.ndarray, wanted: np.ndarray, decibels: float = 30.0) -> bool:
    """Whether two pictures of one shape agree to so many decibels."""
    assert found.shape == wanted.shape
    assert found.dtype == wanted.dtype
    error = float(np.mean((found.astype(float) - wanted.astype(float)) ** 2))
    peak = np.iinfo(wanted.dtype).max
    return error == 0 or 10 * np.log10(peak**2 / error) >= decibels
