"""AVIF, by libavif: 8 bits through Pillow, 10 and 12 bits through OpenCV. Of a sequence the first frame.

The file's own turning (irot, imir) and its EXIF orientation are one: Pillow hands them out as an orientation.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from ganstudio.core import exif
from ganstudio.core.codecs.readers import _boxes, _opencv, _pillow, _wide
from ganstudio.core.codecs.readers._boxes import Facts
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, check_size
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _


def read(source: Source, page: int) -> Stored:
    data = source.whole()
    facts = _boxes.read(data)
    if facts.cut_off:
        raise source.cut_off()
    size = facts.properties.get(b"ispe", b"")
    if len(size) >= 12:
        check_size(source, int.from_bytes(size[4:8], "big"), int.from_bytes(size[8:12], "big"))
    image = _pillow.opened(source, data, "AVIF")
    check_size(source, image.width, image.height)
    channels = (1 if facts.gray else 3) + (1 if image.mode == "RGBA" else 0)
    depth = 8 if facts.bits <= 8 else 16
    header = Header(image.width, image.height, channels, depth, "avif", chroma=facts.chroma, lossless=False)
    orientation = exif.orientation(image.info.get("exif"))
    return Stored(header, orientation, lambda: _decode(source, data, image, facts, header))


def _decode(
    source: Source, data: bytes, image: Image.Image, facts: Facts, header: Header
) -> tuple[np.ndarray, Metadata]:
    with _pillow.decoding(source):
        frames = getattr(image, "n_frames", 1)
    pixels = _eight_bits(source, image, header) if header.depth == 8 else _more_bits(source, data, facts, header)
    said = _("The file is an animation of {frames} frames; the first is used.").format(frames=frames)
    notes = (said,) if frames > 1 else ()
    if b"tmap" in facts.item_kinds:
        notes += (_("Its HDR gain map was left out."),)
    pixels, icc, more = _wide.shown(pixels, image.info.get("icc_profile"), facts.codes)
    return pixels, Metadata(icc, image.info.get("exif"), image.info.get("xmp"), notes=notes + more)


def _eight_bits(source: Source, image: Image.Image, header: Header) -> np.ndarray:
    with _pillow.decoding(source):
        pixels = _pillow.array(image)
    if header.channels < 3:  # Pillow repeats the gray
        return np.ascontiguousarray(pixels[:, :, :: 3 if header.channels == 2 else 1][:, :, : header.channels])
    return pixels


def _more_bits(source: Source, data: bytes, facts: Facts, header: Header) -> np.ndarray:
    bare = _boxes.without_metadata(data, facts)  # OpenCV refuses some files for their XMP
    found = _opencv.samples(source, bare)
    if found.dtype != np.uint16:
        raise source.damaged()
    found = _wide.full_range(found, facts.bits)
    if found.shape[2] == 1:
        return found
    if header.channels < 3:
        return np.ascontiguousarray(found[:, :, :: 3 if header.channels == 2 else 1][:, :, : header.channels])
    return np.ascontiguousarray(found[:, :, [2, 1, 0, 3][: header.channels]])
