"""Squares: what generators learn from."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.errors import BadInput
from ganstudio.training.data.squares import Squares, fitted, squares_of


def test_the_shorter_side_becomes_the_size() -> None:
    assert fitted(np.zeros((90, 120, 3), np.uint8), 32).shape == (32, 43, 3)
    assert fitted(np.zeros((10, 8, 3), np.uint8), 32).shape == (40, 32, 3)
    gray = fitted(np.full((64, 64, 3), (255, 0, 0), np.uint8), 16, 1)
    assert gray.shape == (16, 16, 1) and int(gray[0, 0, 0]) == pytest.approx(76, abs=1)


def ramps() -> Squares:
    """Wide pictures whose columns say where they are; two of class a, six of class b."""
    wide = np.broadcast_to(np.arange(64, dtype=np.uint8)[None, :, None], (16, 64, 3)).copy()
    return squares_of([("a", wide)] * 2 + [("b", wide)] * 6, ["a", "b"], 16)


def test_a_batch_is_a_function_of_seed_and_step() -> None:
    data = ramps()
    first, labels = data.batch(1, 7, 32, True)
    again, same = data.batch(1, 7, 32, True)
    assert first.shape == (32, 16, 16, 3) and np.array_equal(first, again) and np.array_equal(labels, same)
    assert not np.array_equal(first, data.batch(1, 8, 32, True)[0])
    assert not np.array_equal(first, data.batch(2, 7, 32, True)[0])


def test_squares_come_from_everywhere_and_half_are_mirrored() -> None:
    squares, _ = ramps().batch(0, 0, 2000, True)
    edges = np.minimum(squares[:, 0, 0, 0], squares[:, 0, -1, 0])
    assert edges.min() == 0 and edges.max() == 48
    mirrored = squares[:, 0, 0, 0] > squares[:, 0, -1, 0]
    assert mirrored.mean() == pytest.approx(0.5, abs=0.05)
    straight, _ = ramps().batch(0, 0, 200, False)
    assert (straight[:, 0, 0, 0] < straight[:, 0, -1, 0]).all()
    assert (ramps().middles()[:, 0, 0, 0] == 24).all()


def test_classes_are_drawn_by_the_root_of_their_number() -> None:
    data = ramps()
    _, labels = data.batch(0, 0, 6000, False)
    wanted = 2**0.5 / (2**0.5 + 6**0.5)
    assert (labels == 0).mean() == pytest.approx(wanted, abs=0.02)
    assert (data.classes_for(0, 1, 6000) == 0).mean() == pytest.approx(wanted, abs=0.02)


def test_nothing_to_learn_from_is_said() -> None:
    with pytest.raises(BadInput):
        squares_of([], ["a"], 16)
