"""Pillow as a decoder of bytes: its trouble as our sentences, its modes as our channels."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image

from ganstudio.core.codecs.readers import _palette
from ganstudio.core.codecs.source import Source

# What Pillow's decoders raise on damaged files (its own fuzzers' list).
TROUBLE = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, AttributeError, OverflowError,
    ZeroDivisionError, RuntimeError, struct.error, Image.DecompressionBombError,
)  # fmt: skip

Image.MAX_IMAGE_PIXELS = None  # on purpose: `check_size` refuses before Pillow decodes
warnings.filterwarnings("ignore", module=r"PIL\.")  # remarks on damaged metadata


@contextmanager
def decoding(source: Source) -> Iterator[None]:
    """Pillow's errors inside become the sentence of a damaged or cut-off picture."""
    try:
        yield
    except TROUBLE as error:
        if "truncated" in str(error).lower():
            raise source.cut_off() from error
        raise source.damaged() from error


def opened(source: Source, data: bytes, format: str) -> Image.Image:
    """The file's Image, not yet decoded. Raises BadInput."""
    with decoding(source):
        return Image.open(io.BytesIO(data), formats=(format,))


def array(image: Image.Image) -> np.ndarray:
    """The pixels (H, W, C) of a decoded Image of mode L, LA, RGB, RGBA, 1, I;16 or F-less others; decodes it."""
    if image.mode == "1":
        image = image.convert("L")
    pixels = np.asarray(image)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def dpi(image: Image.Image) -> tuple[float, float] | None:
    """The resolution Pillow found; None when absent or nonsense."""
    found = image.info.get("dpi")
    if not isinstance(found, tuple) or len(found) != 2:
        return None
    x, y = float(found[0]), float(found[1])
    return (x, y) if 1.0 <= x <= 1e6 and 1.0 <= y <= 1e6 else None


def table_of(image: Image.Image) -> np.ndarray:
    """The palette of a mode P Image as a look-up table (256, C), its transparent entry included."""
    raw = image.palette.getdata()[1] if image.palette is not None else b""
    mode = image.palette.mode if image.palette is not None else "RGB"
    colours = np.frombuffer(raw, np.uint8)
    step = len(mode)
    colours = colours[: len(colours) // step * step].reshape(-1, step)[:256, :3]
    if not len(colours):
        colours = np.zeros((1, 3), np.uint8)
    clear = image.info.get("transparency")
    alpha = None
    if isinstance(clear, int):
        alpha = np.full(max(clear + 1, 1), 255, np.uint8)
        alpha[clear] = 0
    return _palette.table(colours, alpha)
