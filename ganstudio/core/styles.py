"""Style: the semantic type of what to paint with, a style's name or any picture, carried along in small."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Text
from ganstudio.core.paths import has_folder, is_file

# What a style network sees of a picture of one's own: its shorter side, which is what styles are learnt at.
SHORT_SIDE = 256
_LONGEST_SIDE = 768
_START = "data:image/webp;base64,"


@dataclass(frozen=True)
class Style(Text):
    """A style by its name, or a picture by its file, which is taken in small so that a recipe carries no path.

    Values are texts: a name, or a picture as a `data:` URL (RFC 2397) of a WebP file.
    """

    what: str = "NAME|PICTURE"

    def parse(self, text: str) -> str:
        if has_folder(text) or is_file(text):
            return of_file(Path(text))
        return self.check(text)

    def check(self, value: Any) -> str:
        text = super().check(value).strip()
        if text.startswith("data:"):
            picture_of(text)
        return text


def is_picture(style: str) -> bool:
    """Whether a style is a picture of one's own, not a name."""
    return style.startswith(_START)


def of_file(path: Path) -> str:
    """The style that a picture file is. Raises BadInput when it cannot be read."""
    from ganstudio.core.codecs.small import small

    pixels = np.ascontiguousarray(small(path, 0, _LONGEST_SIDE, _LONGEST_SIDE)[1].pixels)
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).convert("RGB")
    factor = SHORT_SIDE / min(image.size)
    if factor < 1.0:
        image = image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=90)
    return _START + base64.b64encode(buffer.getvalue()).decode("ascii")


def picture_of(style: str) -> np.ndarray:
    """A style's own picture, H×W×3 uint8. Raises UsageError for a text that is none."""
    try:
        if not is_picture(style):
            raise ValueError
        with Image.open(io.BytesIO(base64.b64decode(style.removeprefix(_START), validate=True))) as opened:
            if max(opened.size) > _LONGEST_SIDE * 8:
                raise ValueError
            return np.array(opened.convert("RGB"))
    except (ValueError, binascii.Error, UnidentifiedImageError, OSError) as error:
        raise UsageError("The style's picture is damaged.", "Choose the style anew.") from error
