"""WebP, lossy and lossless, by Pillow (libwebp). The whole picture is in memory."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ganstudio.core.codecs import whole
from ganstudio.core.codecs.writers import Bands, Decoded, Encoding, Format

FORMAT = Format(
    "webp", "webp", "WebP", ".webp", (".webp",), 16_383, channels=(3, 4), lossy=True, lossless=True, streams=False
)  # fmt: skip


def bytes_per_pixel(how: Encoding) -> float:
    if how.quality is None:
        return 1.2 * how.channels / 3
    return 0.05 + 0.25 * (how.quality / 100) ** 4


def encode(bands: Bands, file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    image = whole.gathered(bands, how)
    method = 6 if how.smallest else (0 if how.quality is None else 4)
    if how.quality is None:  # `exact` keeps the colours below transparent pixels
        image.save(file, "WEBP", lossless=True, exact=True, quality=50, method=method, **whole.records(how))
    else:
        image.save(file, "WEBP", quality=how.quality, method=method, **whole.records(how))
    return ()


def decode(path: Path) -> Decoded:
    return whole.decode(path, "WEBP")
