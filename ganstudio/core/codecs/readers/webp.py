"""WebP, by libwebp through Pillow: lossy and lossless, alpha; of an animation the first frame."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ganstudio.core import exif
from ganstudio.core.codecs.readers import _pillow
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, check_size
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _


def read(source: Source, page: int) -> Stored:
    stated = int.from_bytes(source.read(4, 4), "little") + 8
    if stated > source.size + 1:  # the last chunk's padding byte is often forgotten
        raise source.cut_off()
    data = source.whole()
    check_size(source, *_canvas(source, data))
    image = _pillow.opened(source, data, "WEBP")
    channels = 4 if image.mode == "RGBA" else 3
    header = Header(image.width, image.height, channels, 8, "webp", lossless=b"VP8L" in _chunks(data))
    return Stored(header, exif.orientation(image.info.get("exif")), lambda: _decode(source, image))


def _decode(source: Source, image: Image.Image) -> tuple[np.ndarray, Metadata]:
    with _pillow.decoding(source):
        frames = getattr(image, "n_frames", 1)
        pixels = _pillow.array(image)
    said = _("The file is an animation of {frames} frames; the first is used.").format(frames=frames)
    notes = (said,) if frames > 1 else ()
    info = image.info
    return pixels, Metadata(info.get("icc_profile"), info.get("exif"), info.get("xmp"), notes=notes)


def _chunks(data: bytes) -> dict[bytes, int]:
    """The chunks' names and where their contents begin; the first of each name."""
    found: dict[bytes, int] = {}
    at = 12
    while at + 8 <= len(data):
        found.setdefault(data[at : at + 4], at + 8)
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return found


def _canvas(source: Source, data: bytes) -> tuple[int, int]:
    """The size in pixels, read from VP8X, VP8L or VP8."""
    chunks = _chunks(data)
    if (at := chunks.get(b"VP8X")) is not None and len(data) >= at + 10:
        return int.from_bytes(data[at + 4 : at + 7], "little") + 1, int.from_bytes(data[at + 7 : at + 10], "little") + 1
    if (at := chunks.get(b"VP8L")) is not None and len(data) >= at + 5:
        bits = int.from_bytes(data[at + 1 : at + 5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if (at := chunks.get(b"VP8 ")) is not None and len(data) >= at + 10:
        return int.from_bytes(data[at + 6 : at + 8], "little") & 0x3FFF, int.from_bytes(
            data[at + 8 : at + 10], "little"
        ) & 0x3FFF
    raise source.damaged()
