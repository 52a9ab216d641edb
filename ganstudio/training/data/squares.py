"""Square pictures of one size with their classes, in memory: what a generator learns from. Torch-free.

Pictures are reduced once so that their shorter side is the size; along the longer one a square is cut, anywhere
(training) or from the middle (judging). What is drawn is a function of (seed, step) alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import BadInput

Pixels = NDArray[np.uint8]
_DRAW = 11  # purposes of random streams: the batch, the classes of what is generated
_LABELS = 12


def fitted(picture: Pixels, side: int, channels: int = 3) -> Pixels:
    """H×W×3 → the shorter side is `side` (area average down, Lanczos up), `channels` 3 or 1 (luma)."""
    if channels == 1:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)[..., None]
    height, width = picture.shape[:2]
    if min(height, width) == side:
        return np.ascontiguousarray(picture)
    share = side / min(height, width)
    size = (max(side, round(width * share)), max(side, round(height * share)))
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8).reshape(size[1], size[0], channels)


@dataclass(frozen=True)
class Squares:
    """`pictures` H×W×C uint8 with a shorter side of `side`; `labels` their classes as indices into `classes`."""

    pictures: tuple[Pixels, ...]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    side: int

    def __post_init__(self) -> None:
        if not self.pictures:
            raise BadInput("There is no picture to train on.")
        object.__setattr__(self, "_chances", self._draw_chances())

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def channels(self) -> int:
        return self.pictures[0].shape[2]

    def _draw_chances(self) -> NDArray[np.float64]:
        """Classes are drawn ∝ √count, so that a large one does not drown the others."""
        counts = np.bincount(self.labels, minlength=len(self.classes)).astype(np.float64)
        share = np.sqrt(counts) / np.sqrt(counts).sum()
        return share[self.labels] / counts[self.labels]

    def batch(self, seed: int, step: int, size: int, mirror: bool) -> tuple[Pixels, NDArray[np.int64]]:
        """`size`×R×R×C uint8 and their classes: squares from anywhere, half of them mirrored where `mirror`."""
        rng = np.random.default_rng([seed, _DRAW, step])
        chosen = rng.choice(len(self.pictures), size=size, p=self.__dict__["_chances"])
        squares = np.stack([self._cut(int(index), float(rng.random())) for index in chosen])
        turned = rng.random(size) < 0.5 if mirror else np.zeros(size, dtype=bool)
        squares[turned] = squares[turned][:, :, ::-1]
        return squares, self.labels[chosen]

    def classes_for(self, seed: int, step: int, size: int) -> NDArray[np.int64]:
        """Classes for pictures to generate, drawn as the batch draws them."""
        rng = np.random.default_rng([seed, _LABELS, step])
        return self.labels[rng.choice(len(self.pictures), size=size, p=self.__dict__["_chances"])]

    def _cut(self, index: int, where: float) -> Pixels:
        picture = self.pictures[index]
        y = round(where * (picture.shape[0] - self.side))
        x = round(where * (picture.shape[1] - self.side))
        return picture[y : y + self.side, x : x + self.side]

    def middles(self) -> Pixels:
        """N×R×R×C: the middle square of every picture."""
        return np.stack([self._cut(index, 0.5) for index in range(len(self.pictures))])


def squares_of(pictures: Sequence[tuple[str, Pixels]], classes: Sequence[str], side: int, channels: int = 3) -> Squares:
    """From (class name, H×W×3 uint8) pairs; `classes` fixes the order of indices."""
    place = {name: index for index, name in enumerate(classes)}
    labels = np.array([place[label] for label, _ in pictures], dtype=np.int64)
    return Squares(tuple(fitted(p, side, channels) for _, p in pictures), labels, tuple(classes), side)
