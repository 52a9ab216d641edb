"""Display: how a document's samples become what the screen shows, through its profile into sRGB of 8 bits."""

from __future__ import annotations

import cv2
import numpy as np

from ganstudio.core.document.composite import in_depth


class Display:
    """One profile's way to the screen. Any thread may use it."""

    wants_16 = False

    def __init__(self, icc: bytes | None) -> None:
        self.icc = icc

    def shown(self, samples: np.ndarray) -> np.ndarray:
        """(h, w, 4) RGBA, straight alpha, uint8 or uint16 → premultiplied BGRA, uint8, an array of its own."""
        return premultiplied(in_depth(samples, 8))


def premultiplied(rgba: np.ndarray) -> np.ndarray:
    """(h, w, 4) uint8 straight RGBA → premultiplied BGRA."""
    if int(rgba[..., 3].min()) < 255:
        rgba = cv2.cvtColor(rgba, cv2.COLOR_RGBA2mRGBA)
    return cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA)
