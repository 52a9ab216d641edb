"""Colour spaces by number (CICP, ITU-T H.273): profiles for the wide ones, tone mapping for the HDR ones."""

from __future__ import annotations

import numpy as np

from ganstudio.core import colour
from ganstudio.core.text import _

_PQ, _HLG = 16, 18
_SRGB_LIKE = (1, 2, 6, 13, 14, 15)  # transfers that everything shows as sRGB's
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}
_NAMES = {9: "Rec. 2020", 12: "Display P3"}
_WHITE = 203.0  # nits of diffuse white (ITU-R BT.2408)
_PEAK = 1000.0  # nits mapped to full white
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593], np.float32)


def is_hdr(transfer: int) -> bool:
    return transfer in (_PQ, _HLG)


def profile_of(primaries: int, transfer: int) -> bytes | None:
    """An ICC profile for these codes; None where the space is sRGB or not stated (taken as sRGB)."""
    if primaries not in colour.PRIMARIES or (primaries == 1 and transfer in _SRGB_LIKE):
        return None
    gamma = _GAMMAS.get(transfer)
    name = _NAMES.get(primaries, "Rec. 709")
    return colour.matrix_profile(colour.PRIMARIES[primaries], gamma, name if gamma is None else f"{name}, {gamma}")


def to_srgb(pixels: np.ndarray, primaries: int, transfer: int) -> tuple[np.ndarray, str]:
    """HDR pixels (H, W, C), PQ or HLG, as sRGB of the same depth, and the note that says so; alpha is kept.

    203 nits become 1 in linear light and up to 1000 nits are rolled off by extended Reinhard on luminance (Reinhard et
    al., 2002); colours outside sRGB are clipped.
    """
    colours = {1: 1, 2: 1, 3: 3, 4: 3}[pixels.shape[2]]
    peak = int(np.iinfo(pixels.dtype).max)
    source = colour.PRIMARIES.get(primaries, colour.PRIMARIES[9])
    to_709 = np.linalg.inv(colour.rgb_to_xyz(colour.SRGB_PRIMARIES)) @ colour.rgb_to_xyz(source)
    levels = np.arange(peak + 1, dtype=np.float32) / peak
    light = (_pq(levels) if transfer == _PQ else _hlg(levels)) / np.float32(_WHITE)
    out = np.array(pixels)
    for y0 in range(0, pixels.shape[0], 128):
        band = light[pixels[y0 : y0 + 128, :, :colours]]
        if transfer == _HLG:
            band *= _hlg_system(band)
        luminance = np.maximum(band @ _LUMA_2020, 1e-6)[..., None] if colours == 3 else np.maximum(band, 1e-6)
        top = _PEAK / _WHITE
        band = band * ((1 + luminance / top**2) / (1 + luminance))
        if colours == 3:
            band = band @ to_709.T.astype(np.float32)
        shown = colour.linear_to_srgb(np.clip(band, 0, 1))
        out[y0 : y0 + 128, :, :colours] = np.round(shown * peak)
    word = "PQ" if transfer == _PQ else "HLG"
    said = _("Its HDR colours ({kind}) were tone-mapped to sRGB; brightness beyond white is gone.")
    return out, said.format(kind=word)


def _pq(values: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084: encoded 0…1 to nits."""
    power = values ** np.float32(1 / 78.84375)
    return 10_000 * (np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)


def _hlg(values: np.ndarray) -> np.ndarray:
    """ITU-R BT.2100: encoded 0…1 to scene light, scaled so that 1 is the peak of a 1000-nit display."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return _PEAK * np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12).astype(np.float32)


def _hlg_system(band: np.ndarray) -> np.ndarray:
    """The system gamma 1.2 of a 1000-nit display, as a factor on scene light (in units of diffuse white)."""
    scene = band * np.float32(_WHITE / _PEAK)
    luminance = scene @ _LUMA_2020 if band.shape[2] == 3 else scene[..., 0]
    return np.maximum(luminance, 1e-6)[..., None] ** np.float32(0.2)
