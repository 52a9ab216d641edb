"""Moves of a Latent: what a control says becomes another Latent, and nothing else of it changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganstudio.core.latent import Latent, Mix, Point, Weighted
from ganstudio.core.latent.directions import Direction, DirectionSet
from ganstudio.ui.explore import moves


def direction(name: str, seed: int = 1, first: int = 0, last: int | None = None) -> Direction:
    return Direction.of(name, name, np.random.default_rng(seed).standard_normal(8), "own", first=first, last=last)


def test_a_seed_takes_the_place_of_a_point() -> None:
    there = Latent(point=Point.of(np.ones((2, 8), np.float32)))
    assert moves.seed_of(there) is None
    back = moves.with_seed(there, 7)
    assert back.point is None and moves.seed_of(back) == 7
    assert moves.seed_of(Latent(seeds=(Weighted("3"), Weighted("5")))) is None


def test_another_model_keeps_what_means_something_there() -> None:
    here = Latent(
        psi=0.4, noise="off", classes=(Weighted("monet"),), pushes=(direction("warm").push(1.0),), mix=Mix(3, 1),
        cutoff=2, weights="abc",
    )  # fmt: skip
    there = moves.with_model(here, "mnist-mlp")
    assert there == Latent(model="mnist-mlp", psi=0.4, noise="off")


def test_pushes_come_change_and_go() -> None:
    warm, cold = direction("warm"), direction("cold", 2, 1, 3)
    one = moves.with_push(Latent(), warm, 1.5)
    two = moves.with_push(one, cold, -2.0)
    assert [(push.name, push.amount) for push in two.pushes] == [("warm", 1.5), ("cold", -2.0)]
    assert (two.pushes[1].first, two.pushes[1].last, two.pushes[1].vector) == (1, 3, cold.vector)
    three = moves.with_push(two, warm, 0.3)
    assert [(push.name, push.amount) for push in three.pushes] == [("warm", 0.3), ("cold", -2.0)]
    assert moves.with_push(moves.with_push(three, warm, 0.0), cold, 0.0) == Latent()
    assert moves.amount_of(three, warm) == 0.3 and moves.amount_of(Latent(), warm) == 0.0


def test_a_renamed_direction_is_still_the_one_that_is_pushed() -> None:
    warm = direction("warm")
    pushed = moves.with_push(Latent(), warm, 1.0)
    assert moves.amount_of(pushed, replace(warm, name="Warm light")) == 1.0
    again = moves.with_push(pushed, replace(warm, name="Warm light"), 2.0)
    assert [(push.name, push.amount) for push in again.pushes] == [("Warm light", 2.0)]


def test_classes_share_a_whole() -> None:
    one = moves.with_class(Latent(), "monet")
    assert moves.class_shares(one) == {"monet": 1.0}
    two = moves.with_class(one, "dore")
    assert moves.class_shares(two) == {"monet": 0.5, "dore": 0.5}
    less = moves.with_class_weight(two, "monet", 0.8)
    assert moves.class_shares(less) == pytest.approx({"monet": 0.8, "dore": 0.2})
    three = moves.with_class(less, "vangogh")
    shares = moves.class_shares(three)
    assert sum(shares.values()) == pytest.approx(1.0) and shares["monet"] / shares["dore"] == pytest.approx(4.0, 1e-4)
    rest = moves.without_class(three, "monet")
    assert list(moves.class_shares(rest)) == ["dore", "vangogh"]
    assert sum(moves.class_shares(rest).values()) == pytest.approx(1.0)
    assert moves.without_class(one, "monet") == one  # one must stay


def test_a_class_with_all_the_weight_leaves_the_others_nothing_but_their_place() -> None:
    two = moves.with_class(moves.with_class(Latent(), "monet"), "dore")
    all_ = moves.with_class_weight(two, "monet", 1.0)
    assert moves.class_shares(all_) == {"monet": 1.0, "dore": 0.0}


def test_ranges_of_layers_are_brought_to_the_models() -> None:
    known = DirectionSet("ab", "m", (direction("warm", 1, 4, 9), direction("cold", 2, 0, None)))
    one = moves.fitted(known, 1)
    assert [(item.first, item.last) for item in one.items] == [(0, 0), (0, None)]
    assert moves.fitted(known, 14) is known
