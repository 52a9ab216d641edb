"""Learning a direction from examples: a linear fit in w between those one likes and those one does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError
from ganstudio.core.text import _

Numbers = NDArray[np.floating]
_RIDGE = 0.5  # of the mean variance: as few picks as these would otherwise be told apart by their accidents


def fit(ups: Numbers, downs: Numbers, sample: Numbers | None = None, ridge: float = _RIDGE) -> NDArray[np.float32]:
    """One σ of the direction in which `ups` differ from `downs`: w_dim float32.

    A ridge regression of ±1 on w (N×w_dim, or N×num_ws×w_dim, of which the mean of the layers counts). `sample`, many
    ordinary w, says what one σ is; without one the picks themselves do. UsageError where there is nothing to fit.
    """
    liked, disliked = _flat(ups), _flat(downs)
    if not len(liked) or not len(disliked):
        raise UsageError(_("A direction takes examples of both sides."), _("Pick at least one up and one down."))
    if liked.shape[1] != disliked.shape[1]:
        raise UsageError(_("The examples are of different models."))
    # Both sides count the same, however many they are.
    weight = np.concatenate([np.full(len(side), 0.5 / len(side)) for side in (liked, disliked)])
    answer = np.concatenate([np.ones(len(liked)), -np.ones(len(disliked))])
    points = np.concatenate([liked, disliked])
    points = (points - weight @ points) * np.sqrt(weight)[:, None]
    answer = answer * np.sqrt(weight)
    # N picks in many more dimensions: solved among the picks (the dual form), which is the same.
    gram = points @ points.T
    scale = float(np.trace(gram)) / max(len(points), 1)
    if not np.isfinite(scale) or scale < 1e-12:
        raise UsageError(_("The examples of both sides are the same."))
    found = points.T @ np.linalg.solve(gram + ridge * scale * np.eye(len(points)), answer)
    length = float(np.linalg.norm(found))
    if not np.isfinite(length) or length < 1e-12:
        raise UsageError(_("The examples of both sides are the same."))
    unit = found / length
    return (unit * spread(unit, sample if sample is not None else np.concatenate([liked, disliked]))).astype(np.float32)


def spread(unit: Numbers, sample: Numbers) -> float:
    """The standard deviation of w (N×w_dim, or N×num_ws×w_dim) along a unit vector; 1 where there is none."""
    found = float(np.std(_flat(sample) @ unit))
    return found if np.isfinite(found) and found > 1e-9 else 1.0


def _flat(points: Numbers) -> NDArray[np.float64]:
    values = np.asarray(points, dtype=np.float64)
    return values.mean(axis=1) if values.ndim == 3 else values
