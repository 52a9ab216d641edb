"""Raster: a picture that need not be in memory; Picture: one whose pixels are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True)
class Metadata:
    """What travels with the pixels. Orientation is already applied: `exif` says 1 and has no stale thumbnail.

    `exif` is a TIFF structure without the `Exif\\0\\0` prefix, `xmp` a packet in UTF-8, `icc` a profile; None where
    the file has none. `dpi` is (x, y) in dots per inch. `modified_ns` is the file's modification time. `gain_map` is
    the HDR gain map as a complete JPEG file. `notes` are sentences on what was found and is not in the pixels
    (an animation's other frames, a motion trailer, a converted CMYK).
    """

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    modified_ns: int | None = None
    gain_map: bytes | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """Size and kind of a Raster: samples are uint8 or uint16 (`depth` 8 or 16) in 1 gray, 2 gray+alpha, 3 RGB, 4 RGBA
    channels, alpha straight (not premultiplied), values as encoded in the picture's own colour profile.

    `format` is the codec's id it was read from ("jpeg", "png", …; "" when made), `quality` an estimate of a lossy
    source's quality (1–100), `chroma` its JPEG subsampling ("4:4:4", "4:2:2", "4:2:0"), `pages` how many pictures
    the file holds and `page` which of them this is.
    """

    width: int
    height: int
    channels: int = 3
    depth: int = 8
    format: str = ""
    quality: int | None = None
    chroma: str | None = None
    lossless: bool = True
    page: int = 0
    pages: int = 1

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(np.uint8 if self.depth == 8 else np.uint16)

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)

    @property
    def peak(self) -> int:
        """The largest sample value: 255 or 65535."""
        return 255 if self.depth == 8 else 65535

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


class Raster(Protocol):
    """A picture by rows. `rows` may be called in any order, from one thread at a time; going down is fastest."""

    @property
    def header(self) -> Header: ...

    @property
    def meta(self) -> Metadata: ...

    def rows(self, y0: int, y1: int) -> np.ndarray:
        """Rows y0 ≤ y < y1 as (y1 − y0, width, channels), dtype `header.dtype`; not to be written to."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Picture:
    """A Raster in memory: `pixels` (H, W, C) uint8 or uint16, never changed in place."""

    pixels: np.ndarray
    header: Header
    meta: Metadata = field(default_factory=Metadata)

    @classmethod
    def of(cls, pixels: np.ndarray, meta: Metadata | None = None, **header: object) -> Picture:
        """Wrap an array (H, W) or (H, W, C) of uint8 or uint16; `header` sets further Header fields."""
        if pixels.ndim == 2:
            pixels = pixels[:, :, None]
        height, width, channels = pixels.shape
        depth = {np.dtype(np.uint8): 8, np.dtype(np.uint16): 16}[pixels.dtype]
        made = Header(width, height, channels, depth)
        return cls(pixels, replace(made, **header), meta or Metadata())  # type: ignore[arg-type]

    def rows(self, y0: int, y1: int) -> np.ndarray:
        return self.pixels[y0:y1]

    def close(self) -> None:
        """Nothing is held open."""


@dataclass(frozen=True)
class ComputedRaster:
    """A Raster whose rows are computed on demand; what filters return. `close` closes what it reads from.

    `piece(x0, y0, x1, y1)`, where there is one, computes a part without the rest of its rows.
    """

    header: Header
    meta: Metadata
    compute: Callable[[int, int], np.ndarray]
    closing: Callable[[], None] = lambda: None
    piece: Callable[[int, int, int, int], np.ndarray] | None = None

    def rows(self, y0: int, y1: int) -> np.ndarray:
        return self.compute(y0, y1)

    def close(self) -> None:
        self.closing()


def part(raster: Raster, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    """The samples of a rectangle inside the picture, (y1 − y0, x1 − x0, channels), not to be written to; the same as
    there in its rows, computed without them where the Raster can."""
    if isinstance(raster, ComputedRaster) and raster.piece is not None:
        return raster.piece(x0, y0, x1, y1)
    return raster.rows(y0, y1)[:, x0:x1]


def read_whole(raster: Raster) -> Picture:
    """The whole Raster in memory (use for small pictures and tests only)."""
    return Picture(raster.rows(0, raster.header.height), raster.header, raster.meta)
