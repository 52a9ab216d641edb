"""Precision and recall (Kynkäänniemi et al. 2019, arXiv:1904.06991), density and coverage (Naeem et al. 2020,
arXiv:2002.09797): how much of what was made looks real, and how much of what is real gets made.

Every vector has a ball that reaches to its k-th nearest neighbour of its own kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating]
_ROWS = 1024


class Neighbourhood(NamedTuple):
    """`precision`: share of the made in some ball of a real; `recall`: the other way round; `density`: balls of reals
    around a made one, over k (1 for one distribution, may be more); `coverage`: share of the balls of reals with a
    made one in it."""

    precision: float
    recall: float
    density: float
    coverage: float


def neighbourhood(real: Vectors, made: Vectors, k: int = 3, k_density: int = 5) -> Neighbourhood:
    """N×d and M×d vectors, more than `k` and `k_density` of each. Depends on N and M: compare at the same."""
    smallest = min(len(real), len(made))
    if smallest <= max(k, k_density):
        raise ValueError(f"{smallest} vectors are too few for the {max(k, k_density)}-th neighbour")
    real_balls, real_small = _radii(real, (k, k_density))
    (made_balls,) = _radii(made, (k,))
    inside_real = np.zeros(len(made), bool)
    inside_made = np.zeros(len(real), bool)
    covered = np.zeros(len(real), bool)
    balls = 0
    for start, block in _distances(real, made):
        part = slice(start, start + len(block))
        inside_real |= (block <= real_balls[part, None]).any(axis=0)
        inside_made[part] = (block <= made_balls[None, :]).any(axis=1)
        within = block < real_small[part, None]
        covered[part] = within.any(axis=1)
        balls += int(within.sum())
    density = balls / (k_density * len(made))
    return Neighbourhood(float(inside_real.mean()), float(inside_made.mean()), density, float(covered.mean()))


def nearest(queries: Vectors, among: Vectors, apart: bool = False) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Distance to and number of the nearest of `among`, for each of the queries; `apart`: both are the same list and
    none is its own neighbour."""
    distance, number = np.zeros(len(queries)), np.zeros(len(queries), np.intp)
    for start, block in _distances(queries, among):
        if apart:
            rows = np.arange(len(block))
            block[rows, start + rows] = np.inf
        part = slice(start, start + len(block))
        number[part] = block.argmin(axis=1)
        distance[part] = block.min(axis=1)
    return distance, number


def _radii(vectors: Vectors, ks: tuple[int, ...]) -> list[NDArray[np.float64]]:
    """The distance of each vector to its k-th neighbour, itself not counted, for each k."""
    found = [np.zeros(len(vectors)) for _ in ks]
    for start, block in _distances(vectors, vectors):
        # Each vector lies in its own row at 0 (or very nearly), so the k-th neighbour is number k from 0.
        nearer = np.partition(block, ks, axis=1)
        for radii, k in zip(found, ks, strict=True):
            radii[start : start + len(block)] = nearer[:, k]
    return found


def _distances(a: Vectors, b: Vectors) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """(first row, distances of some rows of `a` to all of `b`), Euclidean, float64."""
    left, right = np.asarray(a, np.float64), np.asarray(b, np.float64)
    centre = right.mean(axis=0)  # near the origin the difference of squares loses least
    left, right = left - centre, right - centre
    squares = (right**2).sum(axis=1)
    for start in range(0, len(left), _ROWS):
        rows = left[start : start + _ROWS]
        block = (rows**2).sum(axis=1)[:, None] + squares[None, :] - 2.0 * (rows @ right.T)
        yield start, np.sqrt(np.maximum(block, 0.0))
