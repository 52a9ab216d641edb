"""MP4: AV1 or VP9; H.264 only by an encoder of the system, of its hardware, or OpenH264. Through PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ganstudio.core.film import video
from ganstudio.core.film.writers import Encoding, Frame

TITLE, SUFFIX = "MP4", ".mp4"
MOST_FPS = 120.0


def missing(codec: str = "auto") -> str:
    return video.missing("mp4", codec)


def bytes_per_pixel(quality: int) -> float:
    return video.bytes_per_pixel(quality)


def encode(frames: Iterator[Frame], file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    return video.encode("mp4", frames, file, how)


def decode(path: Path) -> Iterator[tuple[float, Frame]]:
    return video.decode(path)
