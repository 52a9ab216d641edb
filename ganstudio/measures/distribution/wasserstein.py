"""Sliced Wasserstein distance of small patches (Karras et al. 2018, arXiv:1710.10196): a judge that nobody trained.

Patches of 7×7 pixels on each level of a Laplacian pyramid, seen along random directions; along a direction two sets of
patches are as far apart as their sorted values. Unlike there, both sets are scaled by the real pictures' mean and
spread, so that wrong colours count.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_PATCH = 7
_PER_PICTURE = 64
_SMALLEST = 16
_LEVELS = 3
_DIRECTIONS, _AT_ONCE = 256, 64


def sliced_wasserstein(real: NDArray[np.uint8], made: NDArray[np.uint8], seed: int = 0) -> dict[int, float]:
    """N×R×R×3 and M×R×R×3 → distance ×1000 for each level of the pyramid, by its size in pixels, the largest first.

    0 for one set, around the floor for two of one kind. Sets of unequal size are cut to the smaller.
    """
    if real.shape[1:] != made.shape[1:]:
        raise ValueError(f"pictures of {real.shape[1:]} and {made.shape[1:]} cannot be compared")
    count = min(len(real), len(made))
    if count < 1 or min(real.shape[1:3]) < _SMALLEST:
        raise ValueError(f"there must be pictures of at least {_SMALLEST} pixels")
    places = np.random.default_rng([seed, 1])
    both = [_patches(one[:count], np.random.default_rng([seed, 2])) for one in (real, made)]
    return {side: 1000.0 * _distance(patches, both[1][side], places) for side, patches in both[0].items()}


def _patches(pictures: NDArray[np.uint8], rng: np.random.Generator) -> dict[int, NDArray[np.float32]]:
    """For each level: patches as rows of 7·7·3 numbers. The same generator state gives the same places."""
    found: dict[int, list[NDArray[np.float32]]] = {}
    for picture in pictures:
        for level in _pyramid(picture.astype(np.float32)):
            height, width = level.shape[:2]
            windows = np.lib.stride_tricks.sliding_window_view(level, (_PATCH, _PATCH), axis=(0, 1))
            y = rng.integers(0, height - _PATCH + 1, _PER_PICTURE)
            x = rng.integers(0, width - _PATCH + 1, _PER_PICTURE)
            found.setdefault(min(height, width), []).append(windows[y, x])
    return {side: np.concatenate(parts) for side, parts in found.items()}


def _pyramid(picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Laplacian levels, the finest first; the last is what is left, small and soft."""
    levels = []
    while len(levels) < _LEVELS - 1 and min(picture.shape[:2]) // 2 >= _SMALLEST:
        smaller = np.asarray(cv2.pyrDown(picture), np.float32)
        larger = cv2.pyrUp(smaller, dstsize=(picture.shape[1], picture.shape[0]))
        levels.append(picture - np.asarray(larger, np.float32))
        picture = smaller
    return [*levels, picture]


def _distance(real: NDArray[np.float32], made: NDArray[np.float32], rng: np.random.Generator) -> float:
    """Mean over directions of the mean difference of sorted projections; rows are N×3×7×7."""
    mean = real.mean(axis=(0, 2, 3), keepdims=True)
    std = real.std(axis=(0, 2, 3), keepdims=True) + 1e-6
    a, b = (((one - mean) / std).reshape(len(one), -1) for one in (real, made))
    found = []
    for _ in range(_DIRECTIONS // _AT_ONCE):
        directions = rng.normal(size=(a.shape[1], _AT_ONCE)).astype(np.float32)
        directions /= np.linalg.norm(directions, axis=0)
        along = [np.sort(one @ directions, axis=0) for one in (a, b)]
        found.append(float(np.abs(along[0] - along[1]).mean()))
    return float(np.mean(found))
