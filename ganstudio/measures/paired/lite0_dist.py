"""lite0-dist: perceptual distance as EfficientNet-Lite0 sees it. 0 is perfect; not LPIPS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TITLE, UNIT, HIGHER_IS_BETTER = "lite0-dist", "", False
FEATURES = "lite0"


def missing() -> str:
    from ganstudio.measures import features

    return features.missing(FEATURES)


def measure(result: NDArray[np.uint8], truth: NDArray[np.uint8], border: int) -> float:
    from ganstudio.measures import features, perceptual

    inside = tuple(slice(border, n - border) for n in truth.shape[:2])
    return perceptual.distance(features.named(FEATURES), result[inside], truth[inside])
