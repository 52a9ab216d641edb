"""What follows the main picture inside a JPEG file: further pictures (MPO), HDR gain maps, motion-photo videos.

Sources: CIPA DC-007 (Multi-Picture Format), Ultra HDR v1.1 (hdrgm), ISO 21496-1.
"""

from __future__ import annotations

import struct

import numpy as np
import simplejpeg

from ganstudio.core import ifd
from ganstudio.core.codecs.readers import _jpeg_markers as markers
from ganstudio.core.codecs.readers._jpeg_markers import Frame
from ganstudio.core.orientation import upright_array

_ENTRIES = 0xB002
_MAX_PICTURES = 1000
_GAIN_MAP_WORDS = (b"hdrgm:", b"hdrgainmap", b"HDRGainMap")
_VIDEO_WORDS = (b"ftypmp4", b"ftypisom", b"ftypqt", b"ftypiso", b"ftypavc", b"MotionPhoto_Data")


def further_pictures(frame: Frame, data: bytes) -> tuple[list[bytes], int]:
    """The complete JPEG streams that the MPF index lists behind the main picture, and how many it lists in vain."""
    tiff = ifd.parse_bytes(frame.multi) if frame.multi is not None else None
    directory = tiff.directory(tiff.first) if tiff is not None else None
    if tiff is None or directory is None or _ENTRIES not in directory.entries:
        return [], 0
    raw = tiff.raw(directory.entries[_ENTRIES])
    found: list[bytes] = []
    missing = 0
    for at in range(0, min(len(raw), 16 * _MAX_PICTURES) - 15, 16):
        _, size, offset = struct.unpack_from(tiff.order + "3I", raw, at)
        start = frame.multi_at + offset
        if offset == 0:
            continue
        if data[start : start + 2] == markers.SOI and start + size <= len(data):
            found.append(data[start : start + size])
        else:
            missing += 1
    return found, missing


def is_gain_map(picture: bytes) -> bool:
    frame = markers.parse(lambda offset, length: picture[offset : offset + length])
    if frame is None:
        return False
    return frame.iso_gain_map or any(word in (frame.xmp or b"") for word in _GAIN_MAP_WORDS)


def turned(picture: bytes, orientation: int) -> bytes | None:
    """A gain map turned like the main picture it belongs to, with its own application segments; None when damaged.

    Turning means encoding again: quality 95, colours not subsampled.
    """
    frame = markers.parse(lambda offset, length: picture[offset : offset + length])
    if orientation == 1 or frame is None:
        return picture
    space = "GRAY" if frame.components == 1 else "RGB"
    try:
        pixels = simplejpeg.decode_jpeg(picture, space)
    except ValueError:
        return None
    upright = np.ascontiguousarray(upright_array(pixels, orientation))
    made = simplejpeg.encode_jpeg(upright, 95, space, "444" if space == "RGB" else "Gray")
    return made[:2] + markers.application_segments(picture) + made[2 + _length_of_jfif(made) :]


def _length_of_jfif(made: bytes) -> int:
    return 2 + int.from_bytes(made[4:6], "big") if made[2:4] == b"\xff\xe0" else 0


def has_video(data: bytes, end: int) -> bool:
    """Whether the bytes behind the main picture hold a motion photo's video."""
    return any(data.find(word, end) >= 0 for word in _VIDEO_WORDS)
