"""For formats that Pillow writes from the whole picture (WebP, AVIF)."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.core.codecs.writers import Bands, Decoded, Encoding
from ganstudio.core.errors import VerifyError
from ganstudio.core.text import _

_BAND = 256


def gathered(bands: Bands, how: Encoding) -> Image.Image:
    """The whole picture as an Image of mode L, RGB or RGBA."""
    pixels = np.empty((how.height, how.width, how.channels), np.uint8)
    y = 0
    for rows in bands(_BAND):
        pixels[y : y + len(rows)] = rows
        y += len(rows)
    return Image.fromarray(pixels[..., 0] if how.channels == 1 else pixels)


def records(how: Encoding) -> dict[str, bytes]:
    """Profile, EXIF and XMP as Pillow's `save` takes them. These formats keep the resolution in the EXIF only."""
    exif = how.exif
    if exif is None and how.dpi is not None:
        made = Image.Exif()
        made.update({282: how.dpi[0], 283: how.dpi[1], 296: 2})
        exif = made.tobytes()
    found = {"icc_profile": how.icc, "exif": exif, "xmp": how.xmp}
    return {name: data for name, data in found.items() if data}


def with_alpha(pixels: np.ndarray) -> np.ndarray:
    """Opaque alpha added to (H, W, 3): libwebp and libavif leave a wholly opaque one out of the file."""
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    return np.concatenate([pixels, opaque], axis=2) if pixels.shape[2] == 3 else pixels


def decode(path: Path, kind: str) -> Decoded:
    """All pixels by Pillow. VerifyError when they cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=(kind,)) as image:
                pixels = np.asarray(image)
    except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError) as error:
        raise VerifyError(_("The {kind} file is damaged: {why}.").format(kind=kind, why=error)) from error
    return Decoded(pixels.shape[1], pixels.shape[0], iter([pixels.reshape(*pixels.shape[:2], -1)]))
