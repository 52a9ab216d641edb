"""Memorising: whether a generator gives back its training pictures.

How near a made picture comes to a training picture says nothing alone. Pictures that were held out show how near
pictures of this kind come by themselves: only one made picture in a hundred should come nearer than their nearest
hundredth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganstudio.measures.distribution.neighbours import nearest

Vectors = NDArray[np.floating]
QUANTILE = 0.01
AMBER, RED = 0.03, 0.10


@dataclass(frozen=True)
class Memory:
    """`share` of the made that come nearer to a training picture than the threshold (about 0.01 when nothing is
    memorised); for each made picture its nearest training picture and the distance. `against`: what set the
    threshold, "held out" pictures or the training pictures among themselves ("each other")."""

    share: float
    threshold: float
    distances: NDArray[np.float64]
    numbers: NDArray[np.intp]
    against: str

    def closest(self, count: int = 16) -> list[tuple[int, int, float]]:
        """(made, training, distance) of the closest pairs, the closest first."""
        order = np.argsort(self.distances, kind="stable")[:count]
        return [(int(i), int(self.numbers[i]), float(self.distances[i])) for i in order]


def memorised(
    made: Vectors, training: Vectors, flipped: Vectors, held_out: Vectors | None = None, quantile: float = QUANTILE
) -> Memory:
    """`training` and `flipped` are the vectors of the training pictures and of their mirror images, in one order.

    Without held-out pictures the training pictures stand in, each beside all others (never beside its own mirror
    image); near-duplicates among them then hide a little memorising.
    """
    if training.shape != flipped.shape:
        raise ValueError("there must be one mirror image for each training picture")
    if len(training) < 2 or len(made) < 1 or (held_out is not None and len(held_out) < 1):
        raise ValueError("memorising needs made pictures and at least two training pictures")
    distances, numbers = nearest_training(made, training, flipped)
    limit = threshold(training, flipped, held_out, quantile)
    against = "each other" if held_out is None else "held out"
    return Memory(float((distances < limit).mean()), limit, distances, numbers, against)


def threshold(
    training: Vectors, flipped: Vectors, held_out: Vectors | None = None, quantile: float = QUANTILE
) -> float:
    """The distance below which a made picture counts as memorised: few pictures of this kind come nearer by
    themselves."""
    if held_out is None:
        usual = nearest_training(training, training, flipped, apart=True)[0]
    else:
        usual = nearest_training(held_out, training, flipped)[0]
    return float(np.quantile(usual, quantile))


def nearest_training(
    queries: Vectors, training: Vectors, flipped: Vectors, apart: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """For each of the queries the distance to the nearest training picture or mirror image, and its number; `apart`:
    the queries are the training pictures, and none is its own neighbour."""
    straight, mirrored = nearest(queries, training, apart), nearest(queries, flipped, apart)
    turned = mirrored[0] < straight[0]
    return np.where(turned, mirrored[0], straight[0]), np.where(turned, mirrored[1], straight[1])
