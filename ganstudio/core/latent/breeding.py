"""Breeding: children of one or more points of w: layer groups crossed over, then mutated by a share of a stranger.

A mutation adds no white noise: w is far from a ball, and noise in it leaves the pictures that a model knows. It moves
to the points of random seeds, whose distance from the mean is the model's own σ. Lengths are kept (as with the
preconditioned Crank-Nicolson step, Cotter et al. 2013): at 0 a child is its parents', at 1 a stranger, and in between
as far from the mean as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.latent import MOST_SEED

Floats = NDArray[np.float32]
GROUPS = ("coarse", "middle", "fine")
CHILDREN = 9
_WHOLE = 0.7  # how often a group comes from one parent alone; else it is a blend of two
_TRIES = 16


def stranger_seeds(seed: int, count: int = CHILDREN) -> list[int]:
    """The seeds whose points the children of a breeding move to: always the same for the same `seed`."""
    return [int(one) for one in _dice(seed, 1).integers(0, MOST_SEED, count, dtype=np.int64)]


def children(
    parents: Sequence[Floats],
    strangers: Sequence[Floats],
    *,
    mutation: float,
    groups: Sequence[tuple[int, int]],
    held: Collection[str] = (),
    seed: int = 0,
    count: int = CHILDREN,
    centre: Floats | None = None,
) -> list[Floats]:
    """`count` points num_ws×w_dim. Parents and strangers are such points before ψ; `groups` are the (first, last)
    layers of coarse, middle and fine, `held` the names of those that stay as the first parent has them. `centre`
    (w_dim) is the mean of w; None: that of the strangers. The same arguments give the same children.

    UsageError without parents or strangers, for points of different models, or a mutation outside 0 … 1.
    """
    _check(parents, strangers, mutation)
    shape = parents[0].shape
    middle = np.mean(np.stack(strangers), axis=0) if centre is None else np.broadcast_to(centre, shape)
    free = _free_layers(groups, held, shape[0])
    made: list[Floats] = []
    for number in range(count):
        dice = _dice(seed, 2, number)
        child = _crossed(parents, free, dice)
        for _try in range(_TRIES):
            if mutation > 0 or len(parents) < 2 or not any(np.array_equal(child, one) for one in [*parents, *made]):
                break
            child = _crossed(parents, free, dice)
        made.append(_mutated(child, strangers, middle, free, mutation, number, dice))
    return made


def _check(parents: Sequence[Floats], strangers: Sequence[Floats], mutation: float) -> None:
    if not parents:
        raise UsageError("Breeding needs at least one parent.")
    if not strangers:
        raise UsageError("Breeding needs the points of some random seeds.")
    if any(one.shape != parents[0].shape for one in [*parents, *strangers]):
        raise UsageError("These pictures come from different models.", "Only pictures of one model have children.")
    if not 0.0 <= mutation <= 1.0:
        raise UsageError(f"A mutation of {mutation:g} is outside 0 … 1.")


def _dice(*seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _free_layers(groups: Sequence[tuple[int, int]], held: Collection[str], num_ws: int) -> list[NDArray[np.intp]]:
    """The layers that may change, group by group; a layer that a held group has too is held."""
    fixed = {layer for name, (a, b) in zip(GROUPS, groups, strict=True) if name in held for layer in range(a, b + 1)}
    seen: set[int] = set()
    found = []
    for first, last in groups:
        layers = [one for one in range(first, min(last + 1, num_ws)) if one not in fixed and one not in seen]
        seen.update(layers)
        if layers:
            found.append(np.array(layers, dtype=np.intp))
    return found


def _crossed(parents: Sequence[Floats], free: list[NDArray[np.intp]], dice: np.random.Generator) -> Floats:
    """Each group from one parent or a blend of two; without layers (z) number by number, which keeps a Gaussian one."""
    child = parents[0].copy()
    if len(parents) == 1:
        return child
    for layers in free:
        one, other = dice.choice(len(parents), 2, replace=False)
        if child.shape[0] == 1:
            takes = dice.random(child.shape[1]) < 0.5
            child[0] = np.where(takes, parents[one][0], parents[other][0])
        else:
            share = np.float32(0.0 if dice.random() < _WHOLE else dice.uniform(0.2, 0.8))
            child[layers] = parents[one][layers] + share * (parents[other][layers] - parents[one][layers])
    return child


def _mutated(
    child: Floats,
    strangers: Sequence[Floats],
    middle: NDArray[np.floating],
    free: list[NDArray[np.intp]],
    mutation: float,
    number: int,
    dice: np.random.Generator,
) -> Floats:
    """Moved by `mutation` σ to strangers: now one for all groups, now another for each."""
    if mutation == 0.0:
        return child
    kept, same = np.sqrt(1.0 - mutation**2), dice.random() < 0.5
    moved = child.copy()
    for group, layers in enumerate(free):
        stranger = strangers[(number + (0 if same else group)) % len(strangers)]
        here = kept * (child[layers] - middle[layers]) + mutation * (stranger[layers] - middle[layers])
        moved[layers] = (middle[layers] + here).astype(np.float32)
    return moved
