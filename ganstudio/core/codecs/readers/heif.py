"""HEIC and HEIF, by libheif through pi-heif: 8 to 12 bits, alpha.

libheif applies the file's own turning (irot, imir); the EXIF orientation in a HEIF file only repeats it (ISO/IEC
23008-12), so it is reset and not applied again. EXIF and XMP are read here and hidden from pi-heif, which crashes on
damaged ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pi_heif

from ganstudio.core.codecs.readers import _alpha, _boxes, _pillow, _wide
from ganstudio.core.codecs.readers._boxes import Facts
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, check_size
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _

# Pictures beside the main one are not asked for: their code in pi-heif is the less tested one.
pi_heif.options.THUMBNAILS = False
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False


def read(source: Source, page: int) -> Stored:
    data = source.whole()
    facts = _boxes.read(data)
    if facts.cut_off:
        raise source.cut_off()
    with _pillow.decoding(source):
        opened = pi_heif.open_heif(_boxes.without_metadata(data, facts), convert_hdr_to_8bit=False)
        image = opened[opened.primary_index]
        width, height = image.size
    check_size(source, width, height)
    bits = int(image.info.get("bit_depth", 8))
    channels = {"L": 1, "RGB": 3, "RGBA": 4, "RGBa": 4}.get(image.mode.partition(";")[0])
    if channels is None:
        raise source.broken(_("is a HEIF picture of a kind that is not supported ({mode})").format(mode=image.mode))
    header = Header(width, height, channels, 8 if bits <= 8 else 16, "heif", chroma=_chroma(image), lossless=False)
    return Stored(header, 1, lambda: _decode(source, image, facts, bits, len(opened)))


def _chroma(image: Any) -> str | None:
    return {420: "4:2:0", 422: "4:2:2", 444: "4:4:4"}.get(image.info.get("chroma"))


def _decode(source: Source, image: Any, facts: Facts, bits: int, pictures: int) -> tuple[np.ndarray, Metadata]:
    with _pillow.decoding(source):
        pixels = np.array(image)  # a copy: the decoder frees its memory with the image
    pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
    if bits > 8:  # libheif's samples stand at the upper end of 16 bits
        pixels = _wide.full_range(pixels >> (16 - bits), bits)
    if image.mode.startswith("RGBa"):
        pixels = _alpha.straight(pixels)
    pixels, icc, notes = _wide.shown(pixels, image.info.get("icc_profile"), facts.codes)
    if b"hdrgainmap" in facts.auxiliary or b"tmap" in facts.item_kinds:
        notes += (_("Its HDR gain map was left out."),)
    if b"auxid:2" in facts.auxiliary or b":depth" in facts.auxiliary:
        notes += (_("Its depth map was left out."),)
    if facts.video:
        notes += (_("Its video (a motion photo or sequence) was left out."),)
    if pictures > 1:
        notes += (_("The file holds {count} pictures; the main one is used.").format(count=pictures),)
    return np.ascontiguousarray(pixels), Metadata(icc, facts.exif, facts.xmp, notes=notes)
