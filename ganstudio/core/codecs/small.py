"""Small: a reduced copy of a picture file, for lists and previews; quick where the format can be decoded reduced."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from ganstudio.core.codecs import open_raster, peek
from ganstudio.core.raster import Header, Metadata, Picture
from ganstudio.core.resample import resized

Image.MAX_IMAGE_PIXELS = None  # on purpose: `peek` has refused what is too large before Pillow opens it


def small(path: Path, page: int, width: int, height: int) -> tuple[Header, Picture]:
    """The file's header, and its picture made as small as fits into width×height (never larger than it is), upright,
    uint8 in the file's own profile. For looking at only: a JPEG's reduced decoding steps over damage that
    `open_raster` refuses. Errors as `open_raster`."""
    header = peek(path, page)
    scale = min(width / header.width, height / header.height, 1.0)
    size = max(1, round(header.width * scale)), max(1, round(header.height * scale))
    if header.format == "jpeg" and header.width * header.height > 4 * width * height:
        made = _reduced_jpeg(path, size)
        if made is not None:
            return header, made
    raster = resized(open_raster(path, page), *size)
    try:
        pixels = raster.rows(0, size[1])
        icc = raster.meta.icc
    finally:
        raster.close()
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return header, Picture.of(pixels, Metadata(icc=icc))


def _reduced_jpeg(path: Path, size: tuple[int, int]) -> Picture | None:
    """Decoded at a half, quarter or eighth (libjpeg's scaling), then to `size`; None where that does not work."""
    try:
        with warnings.catch_warnings(), Image.open(path, formats=("JPEG", "MPO")) as opened:
            warnings.simplefilter("ignore")
            longest = max(size)
            opened.draft(None, (longest, longest))
            if opened.mode not in ("RGB", "L"):
                return None
            turned = ImageOps.exif_transpose(opened)
            icc = opened.info.get("icc_profile")
            pixels = np.asarray(turned.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
    except (OSError, SyntaxError, ValueError):
        return None
    return Picture.of(pixels, Metadata(icc=icc))
