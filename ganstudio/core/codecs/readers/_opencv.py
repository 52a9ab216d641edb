"""OpenCV as a decoder of bytes: quiet, its trouble as our sentence. Never by path: `imread` fails on some names."""

from __future__ import annotations

import cv2
import numpy as np

from ganstudio.core.codecs.source import Source

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what it would print is said by our sentence


def samples(source: Source, data: bytes | bytearray) -> np.ndarray:
    """The stored samples (H, W, 1 | 3 | 4), colours in the order B, G, R. Raises BadInput."""
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise source.damaged() from error
    if found is None:
        raise source.damaged()
    return found.reshape(*found.shape[:2], -1)
