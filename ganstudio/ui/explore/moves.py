"""Moves: a Latent and what a control says → another Latent. Pure; what a control shows of a Latent, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ganstudio.core.latent import Latent, Mix, Push, Weighted

if TYPE_CHECKING:
    from ganstudio.core.latent.directions import Direction, DirectionSet

_NEAR = 1e-6


def seed_of(latent: Latent) -> int | None:
    """The one seed; None for a blend of several, or a point of its own."""
    if latent.point is not None or len(latent.seeds) != 1:
        return None
    return int(latent.seeds[0].word)


def with_seed(latent: Latent, seed: int) -> Latent:
    return replace(latent, seeds=(Weighted(str(seed)),), point=None)


def with_model(latent: Latent, model: str, weights: str = "") -> Latent:
    """The same seed in another model: its directions, classes and points mean nothing there."""
    return replace(latent, model=model, weights=weights, classes=(), pushes=(), point=None, mix=None, cutoff=None)


def with_class_weight(latent: Latent, name: str, weight: float) -> Latent:
    """A class has so much (0 to 1) of the whole; the others share the rest as they did before."""
    others = [one for one in latent.classes if one.word != name and one.weight > 0]
    total = sum(one.weight for one in others)
    if not others or total <= 0:
        return replace(latent, classes=(Weighted(name),))
    weight = min(max(weight, 0.0), 1.0)
    shares = {one.word: one.weight / total * (1 - weight) for one in others} | {name: weight}
    order = [one.word for one in latent.classes if one.word in shares] or [name]
    words = order if name in order else [*order, name]
    return replace(latent, classes=tuple(Weighted(word, round(shares[word], 6)) for word in words))


def with_class(latent: Latent, name: str) -> Latent:
    """One class more, with an even part of the whole."""
    known = [one for one in latent.classes if one.word != name]
    return with_class_weight(latent, name, 1 / (len(known) + 1))


def without_class(latent: Latent, name: str) -> Latent:
    rest = tuple(one for one in latent.classes if one.word != name)
    return replace(latent, classes=_whole(rest)) if rest else latent


def class_shares(latent: Latent) -> dict[str, float]:
    """Class → its part of the whole."""
    return {one.word: one.weight for one in _whole(latent.classes)}


def _whole(classes: tuple[Weighted, ...]) -> tuple[Weighted, ...]:
    total = sum(one.weight for one in classes)
    return tuple(Weighted(one.word, one.weight / total) for one in classes) if total > 0 else classes


def push_of(latent: Latent, direction: Direction) -> Push | None:
    """The push along a direction: by its numbers, as a direction may have been renamed since."""
    for one in latent.pushes:
        if one.vector == direction.vector or (not one.vector and one.name == direction.name):
            return one
    return None


def amount_of(latent: Latent, direction: Direction) -> float:
    found = push_of(latent, direction)
    return 0.0 if found is None else found.amount


def with_push(latent: Latent, direction: Direction, amount: float) -> Latent:
    """So many σ along a direction, in its layers; 0 takes the push away."""
    found, new = push_of(latent, direction), direction.push(amount)
    if abs(amount) < _NEAR:
        return replace(latent, pushes=tuple(one for one in latent.pushes if one is not found))
    if found is None:
        return replace(latent, pushes=(*latent.pushes, new))
    return replace(latent, pushes=tuple(new if one is found else one for one in latent.pushes))


def with_mix(latent: Latent, mix: Mix | None) -> Latent:
    return replace(latent, mix=mix)


def fitted(directions: DirectionSet, layers: int) -> DirectionSet:
    """With ranges of layers that the model has: a shared file may be of another size of it."""
    top = layers - 1
    items = tuple(
        replace(one, first=min(one.first, top), last=None if one.last is None else min(one.last, top))
        for one in directions.items
    )
    return directions if items == directions.items else replace(directions, items=items)
