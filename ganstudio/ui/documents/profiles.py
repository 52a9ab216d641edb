"""Colour profiles as the export needs them: their name, and a picture brought into sRGB. No Qt in here."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image, ImageCms

from ganstudio.core import colour
from ganstudio.core.matrix_colour import transform
from ganstudio.core.raster import ComputedRaster, Raster
from ganstudio.core.text import _


def name_of(icc: bytes | None) -> str:
    """What a profile calls itself; sRGB where there is none."""
    if icc is None:
        return "sRGB"
    try:
        said = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return _("a damaged profile")
    return " ".join(said.split()) or _("a profile without a name")


def convertible(icc: bytes | None, depth: int) -> bool:
    """Whether `to_srgb` can do something: with 16 bits only from profiles of curves and a matrix (most are)."""
    if not _is_rgb(icc) or _is_srgb(icc):
        return False
    return depth == 8 or (depth == 16 and transform(icc, None) is not None)


def to_srgb(raster: Raster) -> Raster:
    """An RGB or RGBA picture in sRGB, without a profile; any other as it is."""
    return into(raster, None)


def into(raster: Raster, icc: bytes | None) -> Raster:
    """An RGB or RGBA picture in another profile, None for sRGB (relative colorimetric, black point compensated); any
    other, and one that is in it already, as it is. 8 bits go through LittleCMS, 16 through `core.matrix_colour`."""
    head, own = raster.header, raster.meta.icc
    if head.channels not in (3, 4) or own == icc or not (_is_rgb(own) and _is_rgb(icc)):
        return raster
    if _is_srgb(own) and _is_srgb(icc):
        return raster
    convert = _in_8_bits(own, icc) if head.depth == 8 else transform(own, icc) if head.depth == 16 else None
    if convert is None:
        return raster

    def rows(y0: int, y1: int) -> np.ndarray:
        found = raster.rows(y0, y1)
        changed = convert(np.ascontiguousarray(found[..., :3]))
        return changed if found.shape[2] == 3 else np.concatenate([changed, found[..., 3:]], axis=2)

    return ComputedRaster(head, replace(raster.meta, icc=icc), rows, raster.close)


def _in_8_bits(own: bytes | None, icc: bytes | None) -> Callable[[np.ndarray], np.ndarray]:
    made = ImageCms.buildTransform(
        _opened(own),
        _opened(icc),
        "RGB",
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )

    return lambda colours: np.asarray(made.apply(Image.fromarray(colours)))


def _opened(icc: bytes | None) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB") if icc is None else io.BytesIO(icc))


def _is_rgb(icc: bytes | None) -> bool:
    return icc is None or colour.space_of(icc) == "RGB"


def _is_srgb(icc: bytes | None) -> bool:
    return icc is None or "srgb" in name_of(icc).lower()
