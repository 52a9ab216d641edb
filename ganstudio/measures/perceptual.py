"""Perceptual distance: how differently a frozen network sees two pictures, after the idea of LPIPS.

Zhang et al. 2018 (arXiv:1801.03924): taps scaled to unit length at every place, squared difference, mean over space,
sum over taps. Theirs weighs channels by weights learnt from people's answers, for networks that cannot be had here;
ours weighs all the same. So its figures are not LPIPS's and are never called so: they compare with each other, under
the name of the features.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.measures.frozen import Features

_TILE = 768  # a picture is seen in parts of at most so many pixels a side
_LEAST = 32


def distance(features: Features, result: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """Of two equal-shaped uint8 pictures (H×W×3 or H×W, at least 32 pixels a side); 0 for the same, no upper end that
    is ever met. ValueError for other shapes."""
    if result.shape != truth.shape:
        raise ValueError(f"cannot compare pictures of shapes {result.shape} and {truth.shape}")
    if min(result.shape[:2]) < _LEAST:
        raise ValueError(f"a perceptual distance needs {_LEAST} pixels a side, not {min(result.shape[:2])}")
    total = 0.0
    for rows in _parts(result.shape[0]):
        for columns in _parts(result.shape[1]):
            a, b = result[rows, columns], truth[rows, columns]
            total += float(between(features, _tensor(a), _tensor(b))) * a.shape[0] * a.shape[1]
    return total / (result.shape[0] * result.shape[1])


@torch.inference_mode()
def between(features: Features, result: Tensor, truth: Tensor) -> Tensor:
    """The mean distance of N×3×H×W pictures, RGB 0..1."""
    taps = zip(features.taps(result), features.taps(truth), strict=True)
    return torch.stack([(_unit(a) - _unit(b)).square().sum(dim=1).mean() for a, b in taps]).sum()


def _unit(tap: Tensor) -> Tensor:
    return tap / (tap.square().sum(dim=1, keepdim=True).sqrt() + 1e-10)


def _tensor(picture: NDArray[np.uint8]) -> Tensor:
    colour = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    return torch.from_numpy(np.ascontiguousarray(colour)).permute(2, 0, 1)[None].float() / 255.0


def _parts(length: int) -> list[slice]:
    """Equal parts of at most `_TILE`."""
    count = -(-length // _TILE)
    edges = [length * i // count for i in range(count + 1)]
    return [slice(a, b) for a, b in pairwise(edges)]
