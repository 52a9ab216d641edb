"""WebP: all colours, small, shown by every browser; quality 100 is lossless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from ganstudio.core.errors import OutputError
from ganstudio.core.film.writers import Encoding, Frame
from ganstudio.core.film.writers.gif import decoded, durations

TITLE, SUFFIX = "WebP", ".webp"
MOST_FPS = 100.0
_LARGEST = 16383  # px


def missing(codec: str = "auto") -> str:
    return ""


def bytes_per_pixel(quality: int) -> float:
    return 1.6 if quality == 100 else 0.03 + 0.3 * (quality / 100) ** 3


def encode(frames: Iterator[Frame], file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    if max(how.width, how.height) > _LARGEST:
        raise OutputError(f"A WebP is at most {_LARGEST} pixels wide and high.", "Choose another format.")
    lossless = how.quality == 100
    Image.fromarray(next(frames)).save(
        file, "WEBP", save_all=True, append_images=map(Image.fromarray, frames), duration=durations(how, 1),
        loop=0 if how.loop else 1, lossless=lossless, quality=40 if lossless else how.quality,
        method=2 if lossless else 4, allow_mixed=False, xmp=how.xmp,
    )  # fmt: skip
    return ()


def decode(path: Path) -> Iterator[tuple[float, Frame]]:
    yield from decoded(path)
