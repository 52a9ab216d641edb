"""Inception Score (Salimans et al. 2016, arXiv:1606.03498), with a classifier of the very classes at hand.

With a classifier of other things the number means nothing; it is never computed with one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Score(NamedTuple):
    """Mean over the splits and the standard deviation between them. 1 … number of classes."""

    mean: float
    std: float


def inception_score(probabilities: NDArray[np.floating], splits: int = 10) -> Score:
    """exp E KL(p(y|x) ‖ p(y)) of N×K probabilities in random order, whose rows sum to 1."""
    rows = np.asarray(probabilities, np.float64)
    if len(rows) < splits:
        raise ValueError(f"{len(rows)} pictures cannot be split into {splits} parts")
    if (rows < 0).any() or not np.allclose(rows.sum(axis=1), 1.0, atol=1e-3):
        raise ValueError("the probabilities of a picture must sum to 1")
    found = []
    for part in np.array_split(rows, splits):
        marginal = part.mean(axis=0)
        ratio = np.log(np.maximum(part, 1e-300)) - np.log(np.maximum(marginal, 1e-300))
        found.append(np.exp((part * ratio).sum(axis=1).mean()))
    return Score(float(np.mean(found)), float(np.std(found)))
