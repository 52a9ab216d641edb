"""Colour profiles: which are usable, profiles made from stated primaries, CMYK brought to sRGB.

Colour management is LittleCMS through Pillow. No profile file is shipped.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageCms

from ganstudio.core.text import N_, _

_SPACES = {1: b"GRAY", 2: b"GRAY", 3: b"RGB ", 4: b"RGB "}

# CIE xy of red, green, blue, white by CICP code (ITU-T H.273)
PRIMARIES: dict[int, tuple[float, ...]] = {
    1: (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290),
}
SRGB_PRIMARIES = PRIMARIES[1]

_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D50 = np.array([0.9642, 1.0, 0.8249])

CMYK_BY_PROFILE = N_("Its CMYK colours were converted to sRGB through its profile.")
CMYK_BY_FORMULA = N_(
    "Its CMYK colours carry no usable profile; they were converted to sRGB by R = (1 − C)(1 − K), likewise G and B."
)


def space_of(icc: bytes | None) -> str | None:
    """The data colour space of a profile ("RGB", "GRAY", "CMYK", "Lab", …); None when it is no usable profile."""
    if not icc or len(icc) < 132 or icc[36:40] != b"acsp":
        return None
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(icc))
    except (OSError, ValueError, TypeError):
        return None
    return icc[16:20].decode("latin-1").strip()


def usable(icc: bytes | None, channels: int) -> bytes | None:
    """The profile if it is valid and for pictures of so many channels (gray for 1 and 2, RGB for 3 and 4)."""
    return icc if icc is not None and space_of(icc) == _SPACES[channels].decode().strip() else None


def cmyk_to_srgb(icc: bytes | None) -> tuple[Callable[[np.ndarray], np.ndarray], str]:
    """How CMYK becomes sRGB: a function (H, W, 4) uint8, 255 = full ink → (H, W, 3) uint8, and the note that says so.

    Through the profile (relative colorimetric, black point compensated) where there is a usable one, else by the
    formula of `CMYK_BY_FORMULA`.
    """
    if icc is None or space_of(icc) != "CMYK":
        return _cmyk_by_formula, _(CMYK_BY_FORMULA)
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(icc)),
            ImageCms.createProfile("sRGB"),
            "CMYK",
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return _cmyk_by_formula, _(CMYK_BY_FORMULA)

    def convert(ink: np.ndarray) -> np.ndarray:
        rgb = np.empty((*ink.shape[:2], 3), np.uint8)
        for y0 in range(0, ink.shape[0], 256):
            band = Image.fromarray(np.ascontiguousarray(ink[y0 : y0 + 256]), "CMYK")
            rgb[y0 : y0 + 256] = np.asarray(transform.apply(band))
        return rgb

    return convert, _(CMYK_BY_PROFILE)


def _cmyk_by_formula(ink: np.ndarray) -> np.ndarray:
    rgb = np.empty((*ink.shape[:2], 3), np.uint8)
    for y0 in range(0, ink.shape[0], 256):
        clear = 255 - ink[y0 : y0 + 256].astype(np.uint32)
        rgb[y0 : y0 + 256] = (clear[..., :3] * clear[..., 3:] + 127) // 255
    return rgb


def rgb_to_xyz(primaries: Sequence[float]) -> np.ndarray:
    """The 3×3 matrix from linear RGB of primaries (xr yr xg yg xb yb xw yw) to CIE XYZ, white at Y = 1."""
    xy = np.asarray(primaries, float).reshape(4, 2)
    xyz = np.stack([xy[:, 0] / xy[:, 1], np.ones(4), (1 - xy.sum(1)) / xy[:, 1]])
    return xyz[:, :3] * np.linalg.solve(xyz[:, :3], xyz[:, 3])


def matrix_profile(
    primaries: Sequence[float], gamma: float | None, name: str, curve: bytes | None = None
) -> bytes | None:
    """An ICC v2 display profile for RGB of these primaries; `gamma` None stands for the sRGB curve, unless `curve`,
    the data of a profile's curve tag, is given.

    None when the primaries span no space. Source: ICC.1:2001-04, primaries adapted to D50 by Bradford.
    """
    try:
        matrix = rgb_to_xyz(primaries)
    except (np.linalg.LinAlgError, ZeroDivisionError, FloatingPointError):
        return None
    white = matrix.sum(1)
    if not np.isfinite(matrix).all() or abs(matrix).max() > 100 or np.linalg.det(matrix) <= 1e-6:
        return None
    scale = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    adapted = np.linalg.inv(_BRADFORD) @ scale @ _BRADFORD @ matrix
    columns = {tag: _xyz(adapted[:, i]) for i, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    curve = curve or _curve(gamma)
    tags = {b"desc": _description(name), b"cprt": _text("No copyright, use freely"), b"wtpt": _xyz(_D50)}
    return _profile(b"RGB ", tags | columns | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def gray_profile(gamma: float, name: str) -> bytes:
    """An ICC v2 display profile for gray of a plain gamma."""
    tags = {b"desc": _description(name), b"cprt": _text("No copyright, use freely"), b"wtpt": _xyz(_D50)}
    return _profile(b"GRAY", tags | {b"kTRC": _curve(gamma)})


def tag(icc: bytes, name: bytes) -> bytes | None:
    """The data of a profile's tag; None when it has none."""
    count = struct.unpack_from(">I", icc, 128)[0] if len(icc) >= 132 else 0
    for at in range(132, min(132 + 12 * count, len(icc) - 11), 12):
        if icc[at : at + 4] == name:
            start, size = struct.unpack_from(">II", icc, at + 4)
            return icc[start : start + size]
    return None


def rgb_of_gray(icc: bytes) -> bytes | None:
    """An RGB profile in which equal R, G and B look like a gray profile's gray; None when it has no tone curve."""
    curve = tag(icc, b"kTRC") if space_of(icc) == "GRAY" else None
    return matrix_profile(SRGB_PRIMARIES, None, "Gray as RGB", curve) if curve is not None else None


def srgb_to_linear(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((np.maximum(values, 0) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * np.maximum(values, 0) ** (1 / 2.4) - 0.055)


def _profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    at = 128 + 4 + 12 * len(tags)
    table, body, places = b"", b"", {}
    for tag, data in tags.items():
        if data not in places:
            places[data] = at + len(body)
            body += data + bytes(-len(data) % 4)
        table += tag + struct.pack(">II", places[data], len(data))
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s12s4s", size, bytes(4), 0x02100000, b"mntr", space, b"XYZ ", bytes(12), b"acsp")
    head = head.ljust(68, b"\0") + _xyz(_D50)[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(value) * 65536) for value in values))


def _curve(gamma: float | None) -> bytes:
    if gamma is not None:
        return b"curv" + bytes(4) + struct.pack(">IH", 1, max(1, min(round(gamma * 256), 65535)))
    table = np.round(srgb_to_linear(np.linspace(0, 1, 1024)) * 65535).astype(">u2").tobytes()
    return b"curv" + bytes(4) + struct.pack(">I", 1024) + table


def _description(name: str) -> bytes:
    text = name.encode("ascii", "replace") + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)


def _text(text: str) -> bytes:
    return b"text" + bytes(4) + text.encode("ascii") + b"\0"
