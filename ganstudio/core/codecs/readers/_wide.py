"""Samples of 9 to 16 bits, and colours stated by numbers: what AVIF and HEIF share."""

from __future__ import annotations

import numpy as np

from ganstudio.core import hdr


def full_range(values: np.ndarray, bits: int) -> np.ndarray:
    """Samples of 1 to 16 bits spread over 0…255 (up to 8 bits, uint8) or 0…65535 (uint16), exactly rounded."""
    top = (1 << bits) - 1
    peak, kind = (255, np.uint8) if bits <= 8 else (65535, np.uint16)
    if top == peak:
        return np.ascontiguousarray(values, kind)
    spread = (np.arange(top + 1, dtype=np.uint32) * peak + top // 2) // top
    return spread.astype(kind)[np.minimum(values, top)]


def shown(
    pixels: np.ndarray, icc: bytes | None, codes: tuple[int, int] | None
) -> tuple[np.ndarray, bytes | None, tuple[str, ...]]:
    """Pixels, profile and notes for colours stated by a profile or else by CICP numbers; HDR is tone-mapped."""
    if icc is not None or codes is None:
        return pixels, icc, ()
    if hdr.is_hdr(codes[1]):
        pixels, note = hdr.to_srgb(pixels, *codes)
        return pixels, None, (note,)
    return pixels, hdr.profile_of(*codes) if pixels.shape[2] >= 3 else None, ()
