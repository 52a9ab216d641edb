"""How crops are drawn: on the grid, by the step alone, ahead of time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganstudio.core.errors import BadInput
from ganstudio.measures.resize import imresize
from ganstudio.training import plans
from ganstudio.training.data.photographs import Ahead, Photographs, busyness
from ganstudio.training.upscaler.plan import UpscalerPlan


def _plan() -> UpscalerPlan:
    plan = plans.load("fidelity-x2")
    assert isinstance(plan, UpscalerPlan)
    return replace(plan, patch=8, final_patch=12, refresh=1)


def _photographs(degradation: str = "clean") -> Photographs:
    rng = np.random.default_rng(3)
    coarse = [rng.integers(0, 256, (8, 9, 3), dtype=np.uint8) for _ in range(3)]
    high = [np.asarray(imresize(picture, 8.0), np.uint8) for picture in coarse]
    return Photographs(replace(_plan(), degradation=degradation), high)


def test_crops_lie_on_the_grid_of_the_scale() -> None:
    """Away from borders, reducing the high crop gives the low crop: they are the same place, turned alike."""
    low, high = _photographs().batch(5, 6, 12)
    assert low.shape == (6, 12, 12, 3) and high.shape == (6, 24, 24, 3)
    for given, truth in zip(low, high, strict=True):
        again = np.asarray(imresize(truth, 0.5), dtype=np.int16)
        assert np.abs(again - given)[4:-4, 4:-4].max() <= 2


def test_a_batch_depends_on_the_step_alone() -> None:
    one, two = _photographs("mild"), _photographs("mild")
    onwards = [one.batch(step, 4, 8) for step in range(9)]
    for step in (7, 8, 8, 3, 4):  # forward, the same again, back
        for a, b in zip(two.batch(step, 4, 8), onwards[step], strict=True):
            assert np.array_equal(a, b)
    assert not np.array_equal(onwards[0][0], onwards[1][0])


def test_drawn_ahead_they_are_the_same() -> None:
    plain, ahead = _photographs("damaged"), Ahead(_photographs("damaged"))
    for step, size, patch in [(0, 4, 8), (1, 4, 8), (2, 2, 12), (3, 2, 12), (1, 4, 8)]:
        for a, b in zip(ahead.batch(step, size, patch), plain.batch(step, size, patch), strict=True):
            assert np.array_equal(a, b)


def test_pictures_smaller_than_a_crop_are_left_out_or_refused() -> None:
    small, large = np.zeros((20, 90, 3), np.uint8), np.zeros((40, 40, 3), np.uint8)
    assert len(Photographs(_plan(), [small, large]).high) == 1
    with pytest.raises(BadInput, match="at least 24 pixels"):
        Photographs(_plan(), [small])


def test_busy_beats_flat() -> None:
    rng = np.random.default_rng(0)
    assert busyness(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)) > 50
    assert busyness(np.full((16, 16, 3), 90, np.uint8)) == 0.0
