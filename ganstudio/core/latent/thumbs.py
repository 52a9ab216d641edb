"""Thumbnails of generated pictures: small WebP files in memory, as a Session keeps them."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganstudio.core.errors import BadInput

SIDE = 128  # a thumbnail's longer side at most
_QUALITY = 82
MOST_BYTES = 1 << 18  # of one


def thumbnail(pixels: NDArray[np.uint8], side: int = SIDE) -> bytes:
    """H×W×C uint8 (1, 3 or 4 channels) → a WebP file, its longer side at most `side`. A few milliseconds."""
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels))
    image = image.convert("RGBA" if pixels.shape[2] == 4 else "RGB")
    factor = side / max(image.size)
    if factor < 1.0:
        size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        image = image.resize(size, Image.Resampling.BOX if factor < 0.3 else Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=_QUALITY, method=2)
    return buffer.getvalue()


def pixels_of(thumb: bytes) -> NDArray[np.uint8]:
    """H×W×3 uint8. Raises BadInput for bytes that are no thumbnail."""
    try:
        with Image.open(io.BytesIO(thumb), formats=["WEBP"]) as opened:
            if max(opened.size) > 8 * SIDE:
                raise ValueError
            return np.array(opened.convert("RGB"))
    except (ValueError, UnidentifiedImageError, OSError) as error:
        raise BadInput("A thumbnail of the session is damaged.") from error
