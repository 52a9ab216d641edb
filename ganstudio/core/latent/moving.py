"""Moving in latent space: seeds, blends, pushes, mixing and truncation as arithmetic on plain arrays.

ws is num_ws×w_dim: a row for every layer. A generator without w (DCGAN and its like) has one row, which is z itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.parts import Push
from ganstudio.core.text import _

Floats = NDArray[np.float32]
_PARALLEL = 1e-4  # of an angle, below which there is no arc to go along


def seed_z(seed: int, z_dim: int) -> Floats:
    """z_dim standard normal numbers: what NVIDIA's programs draw for this seed, so that old notes still match."""
    return np.random.RandomState(seed).randn(1, z_dim)[0].astype(np.float32)


def shares(weights: Sequence[float]) -> Floats:
    """Weights as shares of their sum."""
    given = np.asarray(weights, dtype=np.float64)
    return (given / given.sum()).astype(np.float32)


def blended(points: Floats, weights: Sequence[float]) -> Floats:
    """N×… points and N weights → their mean, each by its share."""
    return np.tensordot(shares(weights), points, axes=1).astype(np.float32)


def blended_keeping_norm(points: Floats, weights: Sequence[float]) -> Floats:
    """N×dim → dim, as long as the points are (by their shares): a mean of Gaussians lies nearer to zero than any of
    them, where the generator was never trained."""
    mean = blended(points, weights)
    wanted = float(shares(weights) @ np.linalg.norm(points, axis=1))
    length = float(np.linalg.norm(mean))
    return mean if length < 1e-12 else (mean * (wanted / length)).astype(np.float32)


def lerp(a: Floats, b: Floats, t: float) -> Floats:
    return (a + np.float32(t) * (b - a)).astype(np.float32)


def slerp(a: Floats, b: Floats, t: float) -> Floats:
    """Along the arc, row by row, lengths blended: for z (Shoemake 1985)."""
    lengths = [np.linalg.norm(one, axis=-1, keepdims=True) for one in (a, b)]
    units = [one / np.maximum(length, 1e-12) for one, length in zip((a, b), lengths, strict=True)]
    angle = np.arccos(np.clip((units[0] * units[1]).sum(axis=-1, keepdims=True), -1.0, 1.0))
    straight = (angle < _PARALLEL) | (angle > np.pi - _PARALLEL)
    sine = np.where(straight, 1.0, np.sin(angle))
    first = np.where(straight, 1.0 - t, np.sin((1.0 - t) * angle) / sine)
    second = np.where(straight, t, np.sin(t * angle) / sine)
    length = (1.0 - t) * lengths[0] + t * lengths[1]
    return ((first * units[0] + second * units[1]) * length).astype(np.float32)


def groups(num_ws: int) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """The coarse, middle and fine layers as (first, last): pose and shape, forms, colours and grain.

    From ten layers on as in the StyleGAN papers (to 8 px, to 32 px, beyond), else in thirds; with less than three
    layers every group is all of them.
    """
    last = num_ws - 1
    if num_ws < 3:
        return (0, last), (0, last), (0, last)
    if num_ws >= 10:
        return (0, 3), (4, 7), (8, last)
    a, b = round(num_ws / 3), round(2 * num_ws / 3)
    return (0, a - 1), (a, b - 1), (b, last)


def layer_slice(first: int, last: int | None, num_ws: int) -> slice:
    """Layers as a slice. UsageError where the generator has no such layer."""
    if first >= num_ws:
        said = _("There is no layer {layer}: the model has the layers 0 to {last}.")
        if num_ws == 1:
            said = _("There is no layer {layer}: the model has one layer, 0.")
        raise UsageError(said.format(layer=first, last=num_ws - 1))
    return slice(first, num_ws if last is None else min(last + 1, num_ws))


def pushed(ws: Floats, pushes: Iterable[Push], share: float = 1.0) -> Floats:
    """num_ws×w_dim moved along directions, each by `share` of its amount, in its layers.

    UsageError for a direction without numbers, of another model, or in layers that are not there.
    """
    moved = ws.copy()
    for one in pushes:
        vector = one.array
        if vector.size != ws.shape[1]:
            raise UsageError(
                _("The direction “{name}” has {count} numbers, the model takes {wanted}.").format(
                    name=one.name, count=vector.size, wanted=ws.shape[1]
                ),
                _("It belongs to another model.") if vector.size else _("Its numbers are not known."),
            )
        with np.errstate(over="ignore", invalid="ignore"):  # who draws looks whether they are numbers
            moved[layer_slice(one.first, one.last, ws.shape[0])] += np.float32(one.amount * share) * vector
    return moved


def mixed(ws: Floats, other: Floats, first: int, last: int | None) -> Floats:
    """num_ws×w_dim with the layers `first` to `last` of another."""
    found = ws.copy()
    layers = layer_slice(first, last, ws.shape[0])
    found[layers] = other[layers]
    return found


def truncated(ws: Floats, centre: Floats | None, psi: float, cutoff: int | None = None) -> Floats:
    """num_ws×w_dim drawn to the centre (w_dim; None: zero) by ψ, in the first `cutoff` layers (None: in all)."""
    if psi == 1.0:
        return ws
    middle = np.zeros(ws.shape[1], np.float32) if centre is None else centre
    with np.errstate(over="ignore", invalid="ignore"):
        drawn = (middle + np.float32(psi) * (ws - middle)).astype(np.float32)
    if cutoff is not None:
        drawn[cutoff:] = ws[cutoff:]
    return drawn


def layered(point: Floats, num_ws: int, w_dim: int) -> Floats:
    """A point of its own as num_ws×w_dim; one row serves all layers. UsageError where it is another model's."""
    if point.shape[1] != w_dim or point.shape[0] not in (1, num_ws):
        raise UsageError(
            _("This point has {count} numbers, the model takes {wanted}.").format(
                count=f"{point.shape[0]}×{point.shape[1]}", wanted=f"{num_ws}×{w_dim}"
            ),
            _("It belongs to another model."),
        )
    return np.broadcast_to(point, (num_ws, w_dim)).astype(np.float32)
