"""Stored: what a reader finds in a file, before it is turned upright; and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ganstudio.core import colour, exif
from ganstudio.core.codecs.source import Source
from ganstudio.core.orientation import turned, upright, upright_array, upright_xmp
from ganstudio.core.raster import Header, Metadata, Picture, Raster
from ganstudio.core.spool import spooled
from ganstudio.core.text import _

WHOLE_LIMIT = 500_000_000  # pixels of a picture that must be decoded at once
IN_MEMORY = 50_000_000  # pixels above which a decoded picture goes to a temporary file


@dataclass(frozen=True)
class Stored:
    """A picture as the file stores it: `header` before turning, `orientation` 1…8.

    `decode` gives the pixels (H, W, C), or a Raster that reads them by rows, with the metadata as found; it runs
    while the file is still open and raises BadInput when the picture is broken.
    """

    header: Header
    orientation: int
    decode: Callable[[], tuple[np.ndarray | Raster, Metadata]]


def check_size(source: Source, width: int, height: int, limit: int = WHOLE_LIMIT) -> None:
    """Refuse a header before anything is allocated for it."""
    if width <= 0 or height <= 0:
        raise source.broken(_("states a size of no pixels"))
    if width * height > limit:
        why = _("states a size of {width} × {height} pixels; more than {limit} megapixels are not read")
        raise source.broken(why.format(width=width, height=height, limit=limit // 1_000_000))


def header_of(stored: Stored) -> Header:
    """The header of the picture turned upright."""
    return turned(stored.header, stored.orientation)


def open_stored(source: Source, stored: Stored) -> Raster:
    """Decode, turn upright and clean the metadata; large pictures end in a temporary file, not in memory."""
    try:
        found, meta = stored.decode()
    except MemoryError as error:
        size = f"{stored.header.width} × {stored.header.height}"
        raise source.broken(_("needs more memory than there is ({size} pixels)").format(size=size)) from error
    meta = _cleaned(source, stored, meta)
    if not isinstance(found, np.ndarray):
        return upright(found, stored.orientation, meta)  # closes the file with itself
    source.close()
    header = stored.header
    if found.shape != (header.height, header.width, header.channels) or found.dtype != header.dtype:
        raise source.damaged()
    pixels = upright_array(found, stored.orientation)
    header = turned(header, stored.orientation)
    del found
    if header.width * header.height > IN_MEMORY:
        return spooled(pixels, header, meta)
    return Picture(np.ascontiguousarray(pixels), header, meta)


def _cleaned(source: Source, stored: Stored, meta: Metadata) -> Metadata:
    notes = list(meta.notes)
    icc = colour.usable(meta.icc, stored.header.channels)
    if meta.icc is not None and icc is None:
        notes.append(_("The colour profile was damaged or for another kind of picture; it was left out."))
    tags = exif.upright(meta.exif)
    if meta.exif and tags is None:
        notes.append(_("The EXIF data was damaged and was left out."))
    dpi = meta.dpi or exif.resolution(tags)
    if dpi is not None and stored.orientation >= 5:
        dpi = (dpi[1], dpi[0])
    return replace(
        meta, icc=icc, exif=tags, xmp=upright_xmp(meta.xmp), dpi=dpi, modified_ns=source.modified_ns, notes=tuple(notes)
    )
