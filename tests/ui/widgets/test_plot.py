"""Plots: peaks survive thinning, axes hold every value, wild numbers do no harm."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from ganstudio.ui.widgets.plot import Plot, _bounds, thinned

values = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)


@given(st.lists(values, min_size=1, max_size=400), st.integers(2, 40))
def test_thinning_keeps_the_highest_and_the_lowest(ys: list[float], most: int) -> None:
    points = [(float(x), y) for x, y in enumerate(ys)]
    kept = thinned(points, most)
    assert len(kept) <= 2 * most or kept == points
    assert {max(y for _x, y in kept), min(y for _x, y in kept)} == {max(ys), min(ys)}
    assert [x for x, _y in kept] == sorted(x for x, _y in kept)


@given(st.lists(values, min_size=1, max_size=49))
def test_axes_hold_every_value(ys: list[float]) -> None:
    low, high = _bounds(ys)
    assert low <= min(ys) and max(ys) <= high and high > low


def test_one_wild_number_does_not_squeeze_the_rest() -> None:
    low, high = _bounds([1e6, *[1.0 + 0.01 * n for n in range(200)]])
    assert high < 10 and low <= 1.0


@pytest.mark.parametrize("points", [[], [(0, 1.0)], [(0, math.nan), (1, 2.0)], [(n, 5.0) for n in range(3000)]])
def test_it_paints_whatever_it_is_given(qtbot: QtBot, points: list[tuple[float, float]]) -> None:
    plot = Plot("Losses")
    qtbot.addWidget(plot)
    plot.set_empty("The first figures come soon")
    plot.resize(340, 172)
    plot.show()
    plot.set_lines([("loss", points), ("other", points)], 100.0)
    assert not plot.grab().isNull()
