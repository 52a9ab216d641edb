"""Photographs and styles in memory; which crops a step sees is a function of (seed, step)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ganstudio.training.data.reading import read

Pixels = NDArray[np.uint8]
# A photograph's longest side in memory, in pixels: crops of four times the network's size still fit.
_LONGEST = 900


def reduced(picture: Pixels, longest: int = _LONGEST) -> Pixels:
    """At most `longest` pixels on a side."""
    factor = longest / max(picture.shape[:2])
    if factor >= 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def load(paths: Iterable[Path]) -> list[Pixels]:
    return [reduced(read(path)) for path in paths]


def crop(picture: Pixels, side: float, size: int, rng: np.random.Generator) -> Pixels:
    """A random square of `side` pixels (at most the picture's shorter side) as `size`×`size`×3, mirrored at random."""
    height, width = picture.shape[:2]
    n = int(min(side, height, width))
    y, x = int(rng.integers(height - n + 1)), int(rng.integers(width - n + 1))
    method = cv2.INTER_AREA if n > size else cv2.INTER_CUBIC
    square = cv2.resize(picture[y : y + n, x : x + n], (size, size), interpolation=method)
    return np.asarray(square[:, ::-1] if rng.random() < 0.5 else square, dtype=np.uint8)


@dataclass(frozen=True)
class StylePairs:
    """`batch(step, n, size)` → photographs and styles, each N×size×size×3 uint8, at many scales."""

    photographs: Sequence[Pixels]
    styles: Sequence[Pixels]
    seed: int

    def batch(self, step: int, n: int, size: int) -> tuple[Pixels, Pixels]:
        rng = np.random.default_rng([self.seed, 3, step])
        photos, styles = [], []
        for _ in range(n):
            photo = self.photographs[int(rng.integers(len(self.photographs)))]
            style = self.styles[int(rng.integers(len(self.styles)))]
            photos.append(crop(photo, size * 2.0 ** rng.uniform(0.0, 2.2), size, rng))
            styles.append(crop(style, min(style.shape[:2]) * rng.uniform(0.5, 1.0), size, rng))
        return np.stack(photos), np.stack(styles)
