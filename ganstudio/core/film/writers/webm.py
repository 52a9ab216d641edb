"""WebM: VP9 or AV1, free of licence fees; through PyAV where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ganstudio.core.film import video
from ganstudio.core.film.writers import Encoding, Frame

TITLE, SUFFIX = "WebM", ".webm"
MOST_FPS = 120.0


def missing(codec: str = "auto") -> str:
    return video.missing("webm", codec)


def bytes_per_pixel(quality: int) -> float:
    return video.bytes_per_pixel(quality)


def encode(frames: Iterator[Frame], file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    return video.encode("webm", frames, file, how)


def decode(path: Path) -> Iterator[tuple[float, Frame]]:
    return video.decode(path)
