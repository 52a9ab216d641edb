"""Display: how a document's samples become what the screen shows, through its profile into sRGB of 8 bits.

8 bits go through LittleCMS (relative colorimetric, black point compensated). It takes no 16 bits from Pillow: those
go through the profile's own curves and matrix, where it has them (ICC.1:2022, 10.6 and 10.18), else they are reduced
to 8 first.
"""

from __future__ import annotations

import io
from functools import cached_property

import cv2
import numpy as np
from PIL import Image, ImageCms

from ganstudio.core.colour import SRGB_PRIMARIES as SRGB
from ganstudio.core.colour import linear_to_srgb, rgb_of_gray, rgb_to_xyz, space_of, tag
from ganstudio.core.document.composite import in_depth
from ganstudio.core.tone_curves import curve_of, s15

_STEPS = 4096  # of the table that encodes linear light
_ADAPT_D50 = np.array(  # Bradford, D65 → D50 (ICC.1:2022, annex E)
    [[1.0478112, 0.0228866, -0.0501270], [0.0295424, 0.9904844, -0.0170491], [-0.0092345, 0.0150436, 0.7521316]]
)


class Display:
    """One profile's way to the screen; None, an unusable one or sRGB: samples as they are. Any thread may use it."""

    def __init__(self, icc: bytes | None) -> None:
        self._icc = icc

    @cached_property
    def _ways(self) -> tuple[ImageCms.ImageCmsTransform | None, _MatrixShaper | None]:
        """For 8 and for 16 bits; made by the thread that needs them first."""
        icc = self._icc
        if icc is not None and space_of(icc) == "GRAY":
            icc = rgb_of_gray(icc)
        transform = _transform(icc)
        return transform, None if transform is None or icc is None else _MatrixShaper.of(icc)

    @property
    def wants_16(self) -> bool:
        """Whether 16 bits are of use here."""
        return self._ways[1] is not None

    def shown(self, samples: np.ndarray) -> np.ndarray:
        """(h, w, 4) RGBA, straight alpha, uint8 or uint16 → premultiplied BGRA, uint8, an array of its own."""
        transform, matrix = self._ways
        if samples.dtype == np.uint16 and matrix is not None:
            rgba = np.dstack([matrix.to_srgb(samples[..., :3]), in_depth(samples[..., 3:], 8)])
            return premultiplied(rgba)
        samples = in_depth(samples, 8)
        if transform is not None:
            colours = Image.fromarray(np.ascontiguousarray(samples[..., :3]))
            samples = np.dstack([np.asarray(transform.apply(colours)), samples[..., 3]])
        return premultiplied(samples)


def premultiplied(rgba: np.ndarray) -> np.ndarray:
    """(h, w, 4) uint8 straight RGBA → premultiplied BGRA."""
    if int(rgba[..., 3].min()) < 255:
        rgba = cv2.cvtColor(rgba, cv2.COLOR_RGBA2mRGBA)
    return cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA)


def _transform(icc: bytes | None) -> ImageCms.ImageCmsTransform | None:
    """None when nothing would change."""
    if icc is None or space_of(icc) != "RGB":
        return None
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(icc)),
            ImageCms.createProfile("sRGB"),
            "RGB",
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return None
    steps = np.arange(0, 256, 17, dtype=np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(256, 16, 3)
    changed = np.asarray(transform.apply(Image.fromarray(cube))).astype(int) - cube
    return transform if np.abs(changed).max() > 1 else None


class _MatrixShaper:
    """A profile of three curves and a matrix."""

    def __init__(self, curves: list[np.ndarray], matrix: np.ndarray) -> None:
        self._curves = curves  # of 65536 linear values each
        self._matrix = matrix.astype(np.float32)  # linear light of the profile → linear sRGB
        codes = linear_to_srgb(np.linspace(0, 1, _STEPS) ** 2) * 255
        self._codes = np.rint(codes).astype(np.uint8)  # by the square root of linear light: even steps in the dark

    @classmethod
    def of(cls, icc: bytes) -> _MatrixShaper | None:
        """None when it is of another kind (tables), or cannot be read."""
        if tag(icc, b"A2B0") is not None:
            return None
        columns = [s15(tag(icc, name)) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = [curve_of(tag(icc, name)) for name in (b"rTRC", b"gTRC", b"bTRC")]
        found = [curve for curve in curves if curve is not None]
        if len(found) < 3 or any(column is None for column in columns):
            return None
        to_d50 = np.stack([column for column in columns if column is not None], 1)
        return cls(found, np.linalg.inv(_ADAPT_D50 @ rgb_to_xyz(SRGB)) @ to_d50)

    def to_srgb(self, samples: np.ndarray) -> np.ndarray:
        """(h, w, 3) uint16 → uint8."""
        linear = cv2.merge([curve[samples[..., i]] for i, curve in enumerate(self._curves)])
        light = np.clip(cv2.transform(linear, self._matrix), 0, 1)
        return self._codes[np.rint(np.sqrt(light) * (_STEPS - 1)).astype(np.uint16)]
