"""The formats a film can have, one module each, found by discovery: the module's name is the format's id.

Such a module has
    TITLE, SUFFIX
    MOST_FPS                                     the most frames a second that players show
    missing(codec) -> str                        why it cannot be written here, with what to do; "" where it can
    bytes_per_pixel(quality) -> float            of one frame, for estimates
    encode(frames, file, how) -> tuple[str, ...] writes the film; sentences on what could not be kept
    decode(path) -> Iterator[tuple[float, frame]] for verification: when each picture begins, and its RGB pixels

A folder of frames is none of these: `export` does it by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from ganstudio.core import xmp
from ganstudio.core.discovery import discover, load

SOURCE_TYPE = "trainedAlgorithmicMedia"  # IPTC's word
COMMENT = f"Made by a neural network ({SOURCE_TYPE}) with GANStudio"
Frame = NDArray[np.uint8]  # H×W×3, sRGB


@dataclass(frozen=True)
class Encoding:
    """`count` frames of width×height, `fps` a second; `loop`: players begin again."""

    width: int
    height: int
    count: int
    fps: float
    quality: int
    codec: str = "auto"
    loop: bool = True

    @property
    def xmp(self) -> bytes:
        """What says that a network made the pictures."""
        packet = xmp.updated(None, self.width, self.height, source_type=SOURCE_TYPE, software="GANStudio")
        return packet or b""


def writer(name: str) -> ModuleType:
    """The module of a format; KeyError when there is none."""
    import ganstudio.core.film.writers as package

    return load(package, name)


def by_suffix() -> dict[str, str]:
    """Suffix → format."""
    import ganstudio.core.film.writers as package

    return {writer(name).SUFFIX: name for name in discover(package)}
