"""One picture's bytes as pixels to learn from: upright, sRGB-like, alpha on white, CMYK turned into RGB. Torch-free."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from ganstudio.core.errors import BadInput
from ganstudio.core.names import shown

Pixels = NDArray[np.uint8]
# What Pillow raises for damaged files of the formats that are read.
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


def header_of(file: BinaryIO, name: str) -> tuple[int, int, str]:
    """(width, height, mode) as stored. BadInput where it is no picture."""
    try:
        with warnings.catch_warnings(), Image.open(file) as opened:
            warnings.simplefilter("ignore")
            return (*opened.size, opened.mode)
    except _BROKEN as error:
        raise BadInput(f"“{shown(name)}” is broken or no picture.") from error


def read(path: Path) -> Pixels:
    """H×W×3 uint8 of a file. BadInput as `pixels_of`, and where it is not there."""
    try:
        with path.open("rb") as file:
            return pixels_of(file, path.name)
    except OSError as error:
        raise BadInput(f"“{shown(path.name)}” could not be read ({error.strerror}).") from error


def pixels_of(file: BinaryIO, name: str) -> Pixels:
    """H×W×3 uint8. BadInput for broken, cut-off or empty files."""
    try:
        with warnings.catch_warnings(), Image.open(file) as opened:
            warnings.simplefilter("ignore")
            opened.load()
            return np.array(_rgb(ImageOps.exif_transpose(opened)))
    except _BROKEN as error:
        raise BadInput(f"“{shown(name)}” is broken or cut off and cannot be read.") from error


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "CMYK":
        return _from_cmyk(picture)
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        deep = np.asarray(picture, dtype=np.float64)
        peak = 65535.0 if deep.max(initial=0.0) > 255.0 else 255.0
        return Image.fromarray((deep / peak * 255.0).round().clip(0, 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, clear).convert("RGB")
    return picture.convert("RGB")


def _from_cmyk(picture: Image.Image) -> Image.Image:
    """By its own profile where it has a usable one, else by Pillow's rule."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            made = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )  # fmt: skip
        except (ImageCms.PyCMSError, OSError):
            made = None
        if made is not None:
            return made
    return picture.convert("RGB")
