"""What *keep* writes for each format that can be read. The one place that decides it."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.raster import Header
from ganstudio.core.text import N_


@dataclass(frozen=True)
class Kept:
    """`format` is a writer's id. A lossy source is written with its own estimated quality, at least `quality`."""

    format: str
    quality: int = 90
    note: str = ""


#   read as          written as
TABLE = {
    "png": Kept("png"),
    "jpeg": Kept("jpg", quality=92),  # generation loss is invisible from 92 on
    "webp": Kept("webp"),  # lossless stays lossless
    "tiff": Kept("tiff"),
    "avif": Kept("avif", quality=80),  # AVIF's scale: 80 looks like JPEG 95
    "bmp": Kept("png", note=N_("BMP is saved as PNG: the same pixels, smaller.")),
    "gif": Kept("png", note=N_("GIF is saved as PNG: GIF has only 256 colours.")),
    "heif": Kept("jpg", quality=95, note=N_("HEIC can be read but not written: saved as JPEG.")),
    "": Kept("png"),  # made by a Tool
}
# A HEIC picture with transparency would lose it in a JPEG.
_HEIF_WITH_ALPHA = Kept("png", note=N_("HEIC can be read but not written: saved as PNG, for its transparency."))

# Quality where another format than the source's is asked for and none is named.
QUALITY = {"jpg": 95, "webp": 90, "avif": 80}


def kept(header: Header) -> Kept:
    """The row of the table for a picture; formats it does not know (there are none today) become PNG."""
    if header.format == "heif" and header.has_alpha:
        return _HEIF_WITH_ALPHA
    return TABLE.get(header.format, TABLE[""])


def quality_for(header: Header, format_id: str) -> int:
    """The quality of a lossy output when the person names none."""
    row = kept(header)
    if row.format == format_id and not header.lossless:
        return max(row.quality, header.quality or 0)
    return QUALITY[format_id]
