"""Diversity: how far the made pictures lie apart, beside how far the real ones do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HEALTHY, ALARM = 0.7, 0.5


def spread(vectors: NDArray[np.floating], count: int = 200, seed: int = 0) -> float:
    """Mean distance between two of (at most) `count` vectors drawn from N×d."""
    if len(vectors) < 2:
        raise ValueError("diversity needs at least two vectors")
    rng = np.random.default_rng(seed)
    some = np.asarray(vectors[rng.permutation(len(vectors))[:count]], np.float64)
    some = some - some.mean(axis=0)
    squares = (some**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2.0 * some @ some.T, 0.0))
    return float(distances[np.triu_indices(len(some), 1)].mean())


def diversity(real: NDArray[np.floating], made: NDArray[np.floating], count: int = 200, seed: int = 0) -> float:
    """Spread of the made over that of the real: 0.7–1.1 is healthy, under 0.5 a collapse. 0 where all reals agree."""
    of_real = spread(real, count, seed)
    return spread(made, count, seed) / of_real if of_real > 0 else 0.0
