"""Fréchet distance between two sets of vectors, each taken for a Gaussian (Heusel et al. 2017, arXiv:1706.08500).

With Inception's vectors it is the FID. It is biased upwards by an amount that depends on the number of pictures and on
the model (Chong and Forsyth, arXiv:1911.07023): compare only at the same n, and n of five times the dimension or more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TIMES_DIMENSION = 5  # fewer pictures than so many times the dimension, and the bias rules


def frechet(real: NDArray[np.floating], made: NDArray[np.floating]) -> float:
    """‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) of N×d and M×d vectors, in float64."""
    if min(len(real), len(made)) < 2:
        raise ValueError("the Fréchet distance needs at least two vectors of each kind")
    a, b = (np.asarray(one, dtype=np.float64) for one in (real, made))
    means = a.mean(axis=0) - b.mean(axis=0)
    root_a, root_b = _root(a), _root(b)
    # tr (AᵀA BᵀB)^½ is the sum of the singular values of ABᵀ: no square root of a matrix, never complex.
    shared = np.linalg.svd(root_a @ root_b.T, compute_uv=False).sum()
    return float(means @ means + (root_a**2).sum() + (root_b**2).sum() - 2.0 * shared)


def enough(count: int, dimension: int) -> bool:
    """Whether so many pictures of each kind keep the bias small."""
    return count >= TIMES_DIMENSION * dimension


def _root(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """R with RᵀR = the covariance, at most d rows."""
    centred = (vectors - vectors.mean(axis=0)) / np.sqrt(len(vectors) - 1)
    return np.asarray(np.linalg.qr(centred, mode="r")) if len(centred) > centred.shape[1] else centred
