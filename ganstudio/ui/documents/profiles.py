"""Colour profiles as the export needs them: their name, and a picture brought into sRGB. No Qt in here."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image, ImageCms

from ganstudio.core import colour
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
    """Whether `to_srgb` can do something: LittleCMS takes only 8 bits from here."""
    return depth == 8 and _is_rgb(icc) and not _is_srgb(icc)


def to_srgb(raster: Raster) -> Raster:
    """An 8-bit RGB or RGBA picture in sRGB, without a profile; any other as it is."""
    return into(raster, None)


def into(raster: Raster, icc: bytes | None) -> Raster:
    """An 8-bit RGB or RGBA picture in another profile, None for sRGB (relative colorimetric, black point
    compensated); any other, and one that is in it already, as it is."""
    head, own = raster.header, raster.meta.icc
    if head.channels not in (3, 4) or head.depth != 8 or own == icc or not (_is_rgb(own) and _is_rgb(icc)):
        return raster
    if _is_srgb(own) and _is_srgb(icc):
        return raster
    transform = ImageCms.buildTransform(
        _opened(own),
        _opened(icc),
        "RGB",
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )

    def rows(y0: int, y1: int) -> np.ndarray:
        found = raster.rows(y0, y1)
        colours = Image.fromarray(np.ascontiguousarray(found[..., :3]))
        changed = np.asarray(transform.apply(colours))
        return changed if found.shape[2] == 3 else np.concatenate([changed, found[..., 3:]], axis=2)

    return ComputedRaster(head, replace(raster.meta, icc=icc), rows, raster.close)


def _opened(icc: bytes | None) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB") if icc is None else io.BytesIO(icc))


def _is_rgb(icc: bytes | None) -> bool:
    return icc is None or colour.space_of(icc) == "RGB"


def _is_srgb(icc: bytes | None) -> bool:
    return icc is None or "srgb" in name_of(icc).lower()
