"""TIFF: strips, each differenced along the rows and deflated on its own, in a few threads; BigTIFF beyond 4 GB.

Deflate with the horizontal predictor was smaller than LZW on photographs and is faster by far. Source: TIFF 6.0,
sections 3, 8, 14; Adobe Photoshop TIFF technical notes (deflate); BigTIFF as in libtiff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from isal import isal_zlib

from ganstudio.core import ifd
from ganstudio.core.codecs import deflate
from ganstudio.core.codecs.parallel import in_order
from ganstudio.core.codecs.tiffdir import BYTE, LONG, LONG8, SHORT, UNDEFINED, Field, TiffFile
from ganstudio.core.codecs.writers import Bands, Decoded, Encoding, Format, Likely
from ganstudio.core.errors import VerifyError
from ganstudio.core.text import _

FORMAT = Format(
    "tiff", "tiff", "TIFF", ".tif", (".tif", ".tiff"), 2**31 - 1, depths=(8, 16), lossless=True, guesses=True
)  # fmt: skip
_STRIP = 1 << 19  # bytes of rows in a strip
_CLASSIC_LIMIT = 2**32 - 2**26  # room for directories and for what deflate may add
_DEFLATE, _HORIZONTAL = 8, 2
(_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _OFFSETS, _ORIENTATION, _SAMPLES, _ROWS, _COUNTS) = (
    256, 257, 258, 259, 262, 273, 274, 277, 278, 279,
)  # fmt: skip
_X, _Y, _PLANAR, _UNIT, _PREDICTOR, _EXTRA, _XMP, _ICC = 282, 283, 284, 296, 317, 338, 700, 34675


def bytes_per_pixel(how: Encoding) -> float:
    return how.channels * (0.5 if how.depth == 8 else 1.6)


def encode(bands: Bands, file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    line = how.width * how.channels * how.depth // 8
    rows = max(1, _STRIP // line)
    out = TiffFile(file, line * how.height > _CLASSIC_LIMIT, how.exif)
    offsets: list[int] = []
    counts: list[int] = []
    for strip in in_order(_packer(how, out.order), bands(rows)):
        offsets.append(file.tell())
        counts.append(len(strip))
        file.write(strip)
    out.finish([*_picture(out, how, rows), *_strips(out, offsets, counts), *_records(out, how)])
    return ()


def _packer(how: Encoding, order: str) -> Callable[[np.ndarray], bytes]:
    def pack(rows: np.ndarray) -> bytes:
        steps = _steps(rows)
        data = steps if how.depth == 8 else steps.astype(order + "u2").view(np.uint8)
        if how.smallest:
            _, press = deflate.smallest(np.ascontiguousarray(data[: max(1, len(data) // 8)]), 15)
        else:
            press = deflate.fast(15)
        return press.compress(data) + press.flush()

    return pack


def _steps(rows: np.ndarray) -> np.ndarray:
    """Each pixel but the first of a row less the one at its left."""
    steps = np.empty_like(rows)
    steps[:, 0] = rows[:, 0]
    np.subtract(rows[:, 1:], rows[:, :-1], out=steps[:, 1:])
    return steps


def _picture(out: TiffFile, how: Encoding, rows: int) -> Iterator[Field]:
    yield out.numbers(_WIDTH, LONG, how.width)
    yield out.numbers(_HEIGHT, LONG, how.height)
    yield out.numbers(_BITS, SHORT, *[how.depth] * how.channels)
    yield out.numbers(_COMPRESSION, SHORT, _DEFLATE)
    yield out.numbers(_PHOTOMETRIC, SHORT, 2 if how.channels >= 3 else 1)
    yield out.numbers(_ORIENTATION, SHORT, 1)
    yield out.numbers(_SAMPLES, SHORT, how.channels)
    yield out.numbers(_ROWS, LONG, min(rows, how.height))
    yield out.numbers(_PLANAR, SHORT, 1)
    yield out.numbers(_PREDICTOR, SHORT, _HORIZONTAL)
    if how.channels in (2, 4):
        yield out.numbers(_EXTRA, SHORT, 2)  # alpha, not premultiplied


def _strips(out: TiffFile, offsets: list[int], counts: list[int]) -> Iterator[Field]:
    yield out.numbers(_OFFSETS, LONG8 if out.big else LONG, *offsets)
    yield out.numbers(_COUNTS, LONG, *counts)


def _records(out: TiffFile, how: Encoding) -> Iterator[Field]:
    if how.dpi is not None:
        yield out.rational(_X, how.dpi[0])
        yield out.rational(_Y, how.dpi[1])
        yield out.numbers(_UNIT, SHORT, 2)
    if how.xmp:
        yield Field(_XMP, BYTE, len(how.xmp), how.xmp)
    if how.icc:
        yield Field(_ICC, UNDEFINED, len(how.icc), how.icc)


def decode(path: Path, likely: Likely | None = None) -> Decoded:
    """The rows of a TIFF of the kind that `encode` writes, strip by strip; VerifyError when it is damaged."""
    file = open(path, "rb")  # noqa: SIM115 - closed by the generator, or here
    try:
        tiff = ifd.parse(lambda at, length: _read(file, at, length), file.seek(0, 2))
        first = tiff.directory(tiff.first) if tiff is not None else None
        if tiff is None or first is None:
            raise VerifyError(_("The TIFF file has no directory."))
        width, height = tiff.number(first, _WIDTH, 0), tiff.number(first, _HEIGHT, 0)
        kind = tuple(tiff.number(first, tag, 0) for tag in (_COMPRESSION, _PREDICTOR, _PLANAR))
        depth, channels = tiff.number(first, _BITS, 0), tiff.number(first, _SAMPLES, 0)
        if kind != (_DEFLATE, _HORIZONTAL, 1) or depth not in (8, 16) or channels not in (1, 2, 3, 4):
            raise VerifyError(_("The TIFF file is not of the kind that is written here."))
    except BaseException:
        file.close()
        raise
    shape = (width, height, channels, depth)
    return Decoded(width, height, _rows(file, tiff, first, shape, likely or (lambda y0, y1: None)))


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)


def _rows(
    file: BinaryIO, tiff: ifd.Tiff, first: ifd.Directory, shape: tuple[int, int, int, int], likely: Likely
) -> Iterator[np.ndarray]:
    width, height, channels, depth = shape
    offsets, counts = tiff.numbers(first, _OFFSETS), tiff.numbers(first, _COUNTS)
    step = tiff.number(first, _ROWS, height)
    dtype = np.dtype(np.uint8 if depth == 8 else tiff.order + "u2")
    with file:
        if not width or not step or len(offsets) != len(counts) or len(offsets) != -(-height // step):
            raise VerifyError(_("The TIFF file does not list all of its strips."))
        for index, (at, count) in enumerate(zip(offsets, counts, strict=True)):
            lines = min(step, height - index * step)
            try:
                data = isal_zlib.decompress(_read(file, at, count))
            except deflate.BROKEN as error:
                raise VerifyError(_("The TIFF file is damaged: a strip cannot be unpacked.")) from error
            if len(data) != lines * width * channels * dtype.itemsize:
                raise VerifyError(_("The TIFF file is damaged: a strip has not its size."))
            steps = np.frombuffer(data, dtype).reshape(lines, width, channels)
            guess = likely(index * step, index * step + lines)
            # Only one answer has these steps: what has them is it, and summing up takes longer than looking.
            if guess is not None and np.array_equal(_steps(guess), steps):
                yield guess
            else:
                yield np.add.accumulate(steps, axis=1, dtype=np.uint8 if depth == 8 else np.uint16)
