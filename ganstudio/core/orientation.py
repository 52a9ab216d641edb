"""The eight EXIF orientations, on arrays, headers and Rasters. Values name where row 0 and column 0 of the stored
picture lie: 1 top-left, 2 top-right, 3 bottom-right, 4 bottom-left, 5 left-top, 6 right-top, 7 right-bottom,
8 left-bottom (Exif 2.32, tag 0x0112)."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ganstudio.core.raster import ComputedRaster, Header, Metadata, Picture, Raster
from ganstudio.core.spool import Spool

INVERSE = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}

_BAND = 512  # rows turned at a time
_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation(?:\s*=\s*[\"']|\s*>\s*))[2-8](?=[\"'\s<])")


def upright_array(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """The picture (H, W, …) as it should be seen: a view on `pixels`, (W, H, …) for 5…8."""
    match orientation:
        case 2:
            return pixels[:, ::-1]
        case 3:
            return pixels[::-1, ::-1]
        case 4:
            return pixels[::-1]
        case 5:
            return pixels.swapaxes(0, 1)
        case 6:
            return pixels.swapaxes(0, 1)[:, ::-1]
        case 7:
            return pixels.swapaxes(0, 1)[::-1, ::-1]
        case 8:
            return pixels.swapaxes(0, 1)[::-1]
    return pixels


def turned(header: Header, orientation: int) -> Header:
    """The header of the upright picture: sides exchanged for 5…8."""
    return replace(header, width=header.height, height=header.width) if orientation >= 5 else header


def upright_xmp(packet: bytes | None) -> bytes | None:
    """The packet with tiff:Orientation, where it states one, set to 1, and without zero bytes at its end."""
    return _XMP_ORIENTATION.sub(rb"\g<1>1", packet.rstrip(b"\0")) or None if packet else None


def upright(raster: Raster, orientation: int, meta: Metadata) -> Raster:
    """A Raster turned upright, with `meta` as its metadata.

    1…4 are turned row by row as they are asked for. 5…8 exchange rows and columns, so the picture is turned at once:
    in memory, or through a temporary file when it is large; the given Raster is closed then.
    """
    if isinstance(raster, Picture):
        pixels = upright_array(raster.pixels, orientation)
        return Picture(np.ascontiguousarray(pixels), turned(raster.header, orientation), meta)
    if orientation <= 4:
        return ComputedRaster(raster.header, meta, lambda y0, y1: _rows(raster, orientation, y0, y1), raster.close)
    return _transposed(raster, orientation, meta)


def _transposed(raster: Raster, orientation: int, meta: Metadata) -> Raster:
    stored = raster.header
    spool = Spool(turned(stored, orientation), meta)
    with spool.mapped() as target:
        as_stored = upright_array(target, INVERSE[orientation])  # writing rows here lands them turned
        for y0 in range(0, stored.height, _BAND):
            y1 = min(y0 + _BAND, stored.height)
            as_stored[y0:y1] = raster.rows(y0, y1)
    raster.close()
    return spool


def _rows(raster: Raster, orientation: int, y0: int, y1: int) -> np.ndarray:
    height = raster.header.height
    stored = raster.rows(height - y1, height - y0) if orientation in (3, 4) else raster.rows(y0, y1)
    return upright_array(stored, orientation)
