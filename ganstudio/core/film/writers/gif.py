"""GIF: everywhere shown, 256 colours, times in hundredths of a second."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from ganstudio.core.film.writers import COMMENT, Encoding, Frame

TITLE, SUFFIX = "GIF", ".gif"
MOST_FPS = 50.0  # players take a hundredth of a second for a tenth
_COLOURS = 256


def missing(codec: str = "auto") -> str:
    return ""


def bytes_per_pixel(quality: int) -> float:
    return 0.8


def encode(frames: Iterator[Frame], file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    first = Image.fromarray(next(frames)).quantize(_COLOURS)
    rest = (Image.fromarray(frame).quantize(_COLOURS) for frame in frames)
    first.save(
        file, "GIF", save_all=True, append_images=rest, duration=durations(how, 10), disposal=1, optimize=False,
        comment=COMMENT,
        **({"loop": 0} if how.loop else {}),
    )  # fmt: skip
    return ("A GIF has 256 colours a frame.",)


def decode(path: Path) -> Iterator[tuple[float, Frame]]:
    yield from decoded(path)


def durations(how: Encoding, step: int) -> list[int]:
    """Milliseconds of each frame in whole `step`s, so that none is ever off by more than half of one."""
    ends = [round(1000.0 * number / how.fps / step) * step for number in range(how.count + 1)]
    return [max(after - before, step) for before, after in pairwise(ends)]


def decoded(path: Path) -> Iterator[tuple[float, Frame]]:
    with Image.open(path) as opened:
        seconds = 0.0
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            opened.load()
            yield seconds, np.asarray(opened.convert("RGB"))
            seconds += float(opened.info.get("duration", 0)) / 1000.0
