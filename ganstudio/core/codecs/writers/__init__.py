"""The formats that can be written, one module each, found by discovery: the module's name is the format's id.

Such a module has
    FORMAT: Format                                     what the format can hold
    bytes_per_pixel(how: Encoding) -> float            for estimates
    encode(bands: Bands, file: BinaryIO, how: Encoding) -> tuple[str, ...]
                                                       writes the file, asking for the rows from top to bottom;
                                                       returns sentences about what could not be kept
    decode(path: Path) -> Decoded                      for verification: everything in the file is decoded;
                                                       raises VerifyError where it is damaged
with `FORMAT.guesses` instead
    decode(path: Path, likely: Likely | None = None) -> Decoded
                                                       `likely` may save it work, and changes nothing else
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

# bands(height): all rows of the picture from the top, in arrays (height or, the last, fewer, width, channels).
Bands = Callable[[int], Iterator[np.ndarray]]

# likely(y0, y1): rows as the file probably has them (n, width, channels), None where that is not known.
Likely = Callable[[int, int], np.ndarray | None]


@dataclass(frozen=True)
class Format:
    """What a format can hold. `read_as` is the id that `sniff` gives such a file; `channels` and `depths` are those it
    stores, others are converted to the nearest."""

    id: str
    read_as: str
    title: str
    extension: str
    suffixes: tuple[str, ...]
    largest_side: int
    largest_pixels: int | None = None
    channels: tuple[int, ...] = (1, 2, 3, 4)
    depths: tuple[int, ...] = (8,)
    lossy: bool = False
    lossless: bool = False
    streams: bool = True
    gain_map: bool = False
    guesses: bool = False

    def holds(self, width: int, height: int) -> bool:
        fits = max(width, height) <= self.largest_side
        return fits and (self.largest_pixels is None or width * height <= self.largest_pixels)


@dataclass(frozen=True)
class Encoding:
    """All that an encoder is told beside the rows. `quality` None: lossless. `exif` has no prefix; `dpi` is (x, y)."""

    width: int
    height: int
    channels: int
    depth: int
    quality: int | None = None
    chroma: str = "4:4:4"
    smallest: bool = False
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    gain_map: bytes | None = None


@dataclass(frozen=True)
class Decoded:
    """A file decoded again: all rows from the top, or (`reduced`) means of 8×8 pixels as rows of uint8.

    `coarse`: colours are right only as means of 16×16.
    """

    width: int
    height: int
    bands: Iterator[np.ndarray]
    reduced: bool = False
    coarse: bool = False
