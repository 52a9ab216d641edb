"""AVIF, lossy, 8 bits, by Pillow (libavif). The whole picture is in memory."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ganstudio.core.codecs import whole
from ganstudio.core.codecs.writers import Bands, Decoded, Encoding, Format

# AV1 itself allows 65,536 pixels a side; libavif, inside nearly every reader, refuses beyond these.
FORMAT = Format(
    "avif", "avif", "AVIF", ".avif", (".avif",), 32_768, 16_384**2, channels=(1, 3, 4), lossy=True, streams=False
)  # fmt: skip
_SPEED = 8  # of libavif's 0 (slow) to 10


def bytes_per_pixel(how: Encoding) -> float:
    return 0.03 + 0.3 * ((how.quality or 80) / 100) ** 4


def encode(bands: Bands, file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    image = whole.gathered(bands, how)
    sampling = "4:0:0" if how.channels == 1 else how.chroma
    speed = 4 if how.smallest else _SPEED
    image.save(file, "AVIF", quality=how.quality, subsampling=sampling, speed=speed, **whole.records(how))
    return ()


def decode(path: Path) -> Decoded:
    return whole.decode(path, "AVIF")
