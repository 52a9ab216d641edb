"""JPEG, by libjpeg-turbo through simplejpeg: gray, YCbCr, RGB, CMYK and YCCK; 8 bits.

Bit errors that the decoder steps over are accepted and said. A missing end is refused; so is data that ends well
before the picture does, which the decoder would fill with one colour.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import simplejpeg

from ganstudio.core import colour, exif
from ganstudio.core.codecs.readers import _jpeg_markers as markers
from ganstudio.core.codecs.readers import _multi_picture
from ganstudio.core.codecs.readers._jpeg_markers import Frame
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, check_size
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import N_, _

_SPACES = {1: "GRAY", 3: "RGB", 4: "CMYK"}
_EXTENDED_XMP = re.compile(rb"\s+xmpNote:HasExtendedXMP\s*=\s*(\"[^\"]*\"|'[^']*')")
DAMAGED = N_("The file is damaged in places; the picture was read as far as it could be.")


def read(source: Source, page: int) -> Stored:
    frame = markers.parse(source.read)
    if frame is None:
        raise source.broken(_("is damaged: its header is incomplete"))
    check_size(source, frame.width, frame.height)
    if frame.precision != 8:
        raise source.broken(
            _("is a JPEG of {precision} bits per sample, which is not supported; only 8 are").format(
                precision=frame.precision
            )
        )
    if frame.components not in _SPACES:
        raise source.broken(
            _("is a JPEG of {components} components, which is not supported").format(components=frame.components)
        )
    header = Header(
        frame.width, frame.height, 1 if frame.components == 1 else 3, 8, "jpeg",
        frame.quality, frame.chroma, lossless=frame.process in (3, 11),
    )  # fmt: skip
    return Stored(header, exif.orientation(frame.exif), lambda: _decode(source, frame))


def _decode(source: Source, frame: Frame) -> tuple[np.ndarray, Metadata]:
    data = source.whole()
    end = markers.end_of_image(data, frame.scan_at)
    arithmetic = frame.process >= 9
    if not arithmetic and frame.width * frame.height > 512 * len(data):  # a block takes one bit at least
        raise source.broken(_("holds far too little data for the size it states"))
    if end is None and frame.process > 1:  # of a progressive file a scan may be missing unnoticed
        raise source.cut_off()
    pixels, clean = _pixels(source, markers.bare(data, frame, end), frame, whole=end is not None)
    meta = _metadata(frame)
    notes = [] if clean else [_(DAMAGED)]
    meta = _with_trailers(meta, frame, data, end, notes)
    if frame.components == 4:
        convert, note = colour.cmyk_to_srgb(frame.icc)
        ink = np.invert(pixels, out=pixels) if frame.adobe is not None else pixels  # Adobe stores inverted ink
        pixels, meta = convert(ink), replace(meta, icc=None)
        notes.append(note)
    return pixels, replace(meta, notes=meta.notes + tuple(notes))


def _pixels(source: Source, data: bytes, frame: Frame, whole: bool) -> tuple[np.ndarray, bool]:
    """The samples (H, W, 1 | 3 | 4), and whether they decoded without a warning; a stream that is not `whole` must."""
    space = _SPACES[frame.components]
    try:
        return simplejpeg.decode_jpeg(data, space, strict=True), True
    except ValueError as error:
        ends_early = "premature end" in str(error).lower()
        if not whole or (ends_early and frame.process > 1):
            raise source.cut_off() from error
    try:
        pixels = simplejpeg.decode_jpeg(data, space, strict=False)
    except ValueError as error:
        raise source.damaged() from error
    if ends_early and _flat_rows(pixels) >= max(16, frame.height // 20):
        raise source.cut_off()
    return pixels, False


def _flat_rows(pixels: np.ndarray) -> int:
    """How many rows at the bottom are of one colour each: what the decoder makes of data that are not there."""
    flat = (pixels == pixels[:, :1]).all(axis=(1, 2))
    return len(flat) if flat.all() else int(np.argmin(flat[::-1]))


def _metadata(frame: Frame) -> Metadata:
    dpi = None
    if frame.density is not None and frame.density[0] in (1, 2) and min(frame.density[1:]) > 0:
        factor = 2.54 if frame.density[0] == 2 else 1.0
        dpi = (frame.density[1] * factor, frame.density[2] * factor)
    notes: tuple[str, ...] = ()
    xmp = frame.xmp
    if frame.iptc and xmp is None:
        notes += (_("Its IPTC captions (a Photoshop block) were left out."),)
    if frame.extended_xmp:
        notes += (_("An extended XMP packet (beyond 64 KB) was left out."),)
        xmp = _EXTENDED_XMP.sub(b"", xmp) if xmp else None
    return Metadata(frame.icc, frame.exif, xmp, dpi, notes=notes)


def _with_trailers(meta: Metadata, frame: Frame, data: bytes, end: int | None, notes: list[str]) -> Metadata:
    pictures, missing = _multi_picture.further_pictures(frame, data)
    maps = [picture for picture in pictures if _multi_picture.is_gain_map(picture)]
    if len(pictures) > len(maps):
        notes.append(
            _("The file holds {count} pictures (MPO); the first is used.").format(count=len(pictures) - len(maps) + 1)
        )
    if missing:
        notes.append(_("A further picture behind the main one (such as a gain map) is missing or cut off."))
    if end is not None and _multi_picture.has_video(data, end):
        notes.append(_("Its motion-photo video was left out."))
    if not maps:
        return meta
    gain_map = _multi_picture.turned(maps[0], exif.orientation(frame.exif))
    if gain_map is None:
        notes.append(_("Its HDR gain map is damaged and was left out."))
    return replace(meta, gain_map=gain_map)
