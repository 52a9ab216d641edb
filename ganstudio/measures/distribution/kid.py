"""KID: the kernel inception distance (Bińkowski et al. 2018, arXiv:1801.01401), for any features."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LARGEST_SUBSET = 1000
_ROWS = 1024


class Kid(NamedTuple):
    """Mean over subsets and the standard deviation between them."""

    mean: float
    std: float


def kid(
    real: NDArray[np.floating], made: NDArray[np.floating], subsets: int = 100, size: int = 0, seed: int = 0
) -> Kid:
    """Squared MMD with the kernel (a·b/d + 1)³ between N×d and M×d vectors, unbiased; may be slightly negative.

    Mean and spread over random subsets of `size` of each (usually half of the smaller set, at most 1000: subsets as
    large as the set would all be the same one). Unbiased means that the number of pictures moves only the spread.
    """
    smaller = min(len(real), len(made))
    size = size or min(_LARGEST_SUBSET, smaller // 2)
    if not 2 <= size <= smaller:
        raise ValueError(f"KID needs subsets of at least 2 of {smaller} vectors, not of {size}")
    rng = np.random.default_rng(seed)
    chosen_real, chosen_made = (_choices(len(one), size, subsets, rng) for one in (real, made))
    a, b = (np.asarray(one, dtype=np.float64) / np.sqrt(one.shape[1]) for one in (real, made))
    pairs = size * (size - 1)
    found = (
        (_sums(a, a, chosen_real, chosen_real) - _diagonal(a, chosen_real)) / pairs
        + (_sums(b, b, chosen_made, chosen_made) - _diagonal(b, chosen_made)) / pairs
        - 2.0 * _sums(a, b, chosen_real, chosen_made) / size**2
    )
    return Kid(float(found.mean()), float(found.std()))


def _choices(count: int, size: int, subsets: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """count × subsets, 1 where a vector is in a subset."""
    chosen = np.zeros((count, subsets))
    for column in range(subsets):
        chosen[rng.choice(count, size, replace=False), column] = 1.0
    return chosen


def _sums(
    a: NDArray[np.float64], b: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """For each subset the kernel's sum over its rows and columns, the kernel a few rows at a time."""
    total = np.zeros(rows.shape[1])
    for start in range(0, len(a), _ROWS):
        kernel = (a[start : start + _ROWS] @ b.T + 1.0) ** 3
        total += ((kernel @ columns) * rows[start : start + _ROWS]).sum(axis=0)
    return total


def _diagonal(a: NDArray[np.float64], chosen: NDArray[np.float64]) -> NDArray[np.float64]:
    return ((a * a).sum(axis=1) + 1.0) ** 3 @ chosen
