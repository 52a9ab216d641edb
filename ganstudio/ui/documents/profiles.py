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
    return icc is not None and depth == 8 and colour.space_of(icc) == "RGB" and not _is_srgb(icc)


def to_srgb(raster: Raster) -> Raster:
    """An 8-bit RGB or RGBA picture in sRGB, without a profile (relative colorimetric, black point compensated); any
    other as it is."""
    head, icc = raster.header, raster.meta.icc
    if head.channels not in (3, 4) or icc is None or not convertible(icc, head.depth):
        return raster
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
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

    return ComputedRaster(head, replace(raster.meta, icc=None), rows, raster.close)


def _is_srgb(icc: bytes) -> bool:
    return "srgb" in name_of(icc).lower()
