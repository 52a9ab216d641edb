"""Video: through PyAV, an extra, where it is installed; else plainly by OpenCV.

PyAV's wheels hold x264 and x265, which are under the GPL: they are neither shipped nor used here. H.264 is written only
by an encoder that the system or its hardware brings with a licence, or by OpenH264.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ganstudio.core.errors import OutputError, VerifyError
from ganstudio.core.film import plain_video
from ganstudio.core.film.writers import COMMENT, Encoding, Frame

_VP9 = ("libvpx-vp9",)
_AV1 = ("libsvtav1", "libaom-av1", "librav1e", "av1_nvenc", "av1_qsv", "av1_amf")
_H264 = ("h264_videotoolbox", "h264_mf", "h264_nvenc", "h264_qsv", "h264_amf", "h264_vaapi", "libopenh264")
_ENCODERS = {
    "webm": {"auto": (*_VP9, *_AV1), "vp9": _VP9, "av1": _AV1},
    "mp4": {"auto": (*_AV1, *_VP9), "vp9": _VP9, "av1": _AV1, "h264": _H264},
}
_TITLES = {"vp9": "VP9", "av1": "AV1", "h264": "H.264", "auto": "Video"}
_ELSE = "GIF, WebP and PNG frames (--format webp) need nothing more."
_TICKS = 90_000  # a second, in the times of frames
_BT709 = 1  # colour primaries, transfer and matrix in the streams' own numbers


def installed() -> bool:
    return find_spec("av") is not None


def _av() -> Any:
    os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 speaks on stderr otherwise
    return import_module("av")


def missing(container: str, codec: str) -> str:
    """Why a video cannot be written here, in a sentence with what can be done; "" where it can."""
    if codec not in _ENCODERS[container]:
        return f"A {container} holds no {_TITLES[codec]}: use the codec vp9 or av1, or save as MP4."
    if not installed():
        if codec in ("auto", "vp9") and plain_video.usable(container):
            return ""
        return (
            f"{_TITLES[codec]} needs PyAV, which is not installed: `pip install av` brings it where the program was "
            f"installed with pip. {_ELSE if codec in ('auto', 'vp9') else 'VP9 (--codec vp9) needs nothing more.'}"
        )
    if usable(container, codec):
        return ""
    if codec == "h264":
        return (
            "There is no H.264 encoder here that comes with a licence (the system's, its hardware's, or OpenH264): "
            f"use the codec av1 or vp9. {_ELSE}"
        )
    return f"PyAV has no {_TITLES[codec]} encoder here. {_ELSE}"


def usable(container: str, codec: str) -> list[str]:
    """The encoders that may be used and are there, the first choice first; hardware may still refuse."""
    return [name for name in _ENCODERS[container].get(codec, ()) if name in _av().codecs_available and _encodes(name)]


def _encodes(name: str) -> bool:
    try:
        return bool(_av().Codec(name, "w"))
    except (ValueError, _av().error.FFmpegError):  # known by name, but not built in
        return False


def bytes_per_pixel(quality: int) -> float:
    return 0.01 + 0.12 * (quality / 100) ** 3


def encode(container: str, frames: Iterator[Frame], file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    """Write a video; the first encoder that takes such frames is used. Raises OutputError, and OSError of the file."""
    said = missing(container, how.codec)
    if said:
        raise OutputError(said)
    if not installed():
        return plain_video.encode(container, frames, file, how)
    first = next(frames)
    for name in usable(container, how.codec):
        if not _takes(name, container, first, how):
            continue
        _write(name, container, chain([first], frames), file, how)
        return () if how.codec != "auto" or name in (*_VP9, *_AV1) else (f"The video was written by {name}.",)
    raise OutputError(
        f"No {_TITLES[how.codec]} encoder here takes frames of {how.width}×{how.height} pixels.",
        f"Choose another codec or size. {_ELSE}",
    )


def _takes(name: str, container: str, first: Frame, how: Encoding) -> bool:
    """Whether an encoder really works, with this size: hardware that is not there tells so only when it is used."""
    try:
        _write(name, container, iter([first]), BytesIO(), how)
    except (ValueError, _av().error.FFmpegError):
        return False
    return True


def _write(name: str, container: str, frames: Iterator[Frame], file: BinaryIO | BytesIO, how: Encoding) -> None:
    with _av().open(file, "w", format=container) as out:
        out.metadata["comment"] = COMMENT
        stream = _stream(out, name, how)
        for number, pixels in enumerate(frames):
            frame = _av().VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame = frame.reformat(
                format="yuv420p", dst_colorspace="ITU709", src_color_range="JPEG", dst_color_range="MPEG"
            )
            frame.pts = round(number * _TICKS / how.fps)
            frame.time_base = Fraction(1, _TICKS)
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)


def _stream(out: Any, name: str, how: Encoding) -> Any:
    stream = out.add_stream(name, rate=Fraction(how.fps).limit_denominator(1001), options=_options(name, how))
    stream.width, stream.height, stream.pix_fmt = how.width, how.height, "yuv420p"
    stream.codec_context.time_base = Fraction(1, _TICKS)
    stream.codec_context.color_primaries = stream.codec_context.color_trc = stream.codec_context.colorspace = _BT709
    stream.codec_context.color_range = 1  # 16–235
    if name in _H264 or name.startswith("av1_"):
        stream.bit_rate = round(how.width * how.height * how.fps * 8 * bytes_per_pixel(how.quality))
    return stream


def _options(name: str, how: Encoding) -> dict[str, str]:
    """Constant quality, at a pace for somebody who waits."""
    away = (100 - how.quality) / 100
    if name == "libvpx-vp9":
        return {"crf": str(round(4 + 58 * away)), "b": "0", "deadline": "good", "cpu-used": "3", "row-mt": "1"}
    if name == "libsvtav1":
        return {"crf": str(round(8 + 54 * away)), "preset": "8", "svtav1-params": "loglevel=0"}
    if name in ("libaom-av1", "librav1e"):
        return {"crf": str(round(6 + 56 * away)), "cpu-used": "6", "speed": "8"}
    return {}


def decode(path: Path) -> Iterator[tuple[float, Frame]]:
    """Each picture's beginning in seconds, and its RGB pixels. Raises VerifyError where the file is damaged."""
    if not installed():
        yield from plain_video.decode(path)
        return
    try:
        with _av().open(str(path), format=None) as opened:
            for frame in opened.decode(video=0):
                rgb = frame.reformat(format="rgb24", src_colorspace="ITU709", src_color_range="MPEG")
                yield float(frame.time or 0.0), rgb.to_ndarray()
    except (_av().error.FFmpegError, IndexError) as error:
        raise VerifyError(f"It cannot be played ({error}).") from error
