"""Masks: painted, erased, feathered."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.core import document as doc
from ganstudio.core.document import Brush, Point, Pool, State, Stroke
from ganstudio.core.raster import Picture
from tests.core.document.making import noise, tiles, whole


def one(width: int = 300, height: int = 280, fill: int | None = None) -> State:
    state = doc.state_of(Pool(), Picture.of(noise(width, height)), "Photo")
    return state if fill is None else doc.fill_mask(state, state.layers[0].id, fill).state


def mask(state: State) -> np.ndarray:
    plane = state.layers[0].mask
    assert plane is not None
    return whole(plane)[..., 0]


def stroke(state: State, brush: Brush, *points: tuple[float, float]) -> State:
    return doc.paint(state, state.layers[0].id, brush, [Point(*point) for point in points]).state


def test_a_hard_dab_is_a_disc() -> None:
    painted = mask(stroke(one(fill=0), Brush(40, hardness=1), (150.5, 140.5)))
    y, x = np.mgrid[0:280, 0:300]
    distance = np.hypot(x - 150, y - 140)
    assert (painted[distance < 39] == 255).all()
    assert (painted[distance > 41] == 0).all()
    assert painted.sum() / 255 == pytest.approx(np.pi * 40**2, rel=0.01)


def test_a_soft_dab_falls_off_steadily() -> None:
    row = mask(stroke(one(fill=0), Brush(60, hardness=0.2, opacity=0.5), (100.5, 100.5)))[100, 100:170].astype(int)
    assert row[0] == 128
    assert (np.diff(row) <= 0).all()
    assert row[60:].max() == 0
    assert 20 < row[36] < 108


def test_passing_twice_within_a_stroke_is_passing_once() -> None:
    brush = Brush(12, opacity=0.4)
    there = stroke(one(fill=0), brush, (20, 30), (200, 90))
    back = stroke(one(fill=0), brush, (20, 30), (200, 90), (20, 30))
    np.testing.assert_array_equal(mask(there), mask(back))
    again = stroke(there, brush, (20, 30), (200, 90))
    assert mask(again).max() == pytest.approx(255 * (1 - 0.6**2), abs=1)


def test_the_eraser_hides_and_a_new_mask_shows_all() -> None:
    state = stroke(one(), Brush(10, hardness=1, erase=True), (50, 50))
    assert mask(state)[50, 50] == 0
    assert mask(state)[0, 0] == 255
    back = stroke(state, Brush(20, hardness=1), (50, 50))
    assert (mask(back) == 255).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-50, 350), st.floats(-50, 330)), min_size=1, max_size=6),
    st.floats(0.5, 90), st.floats(0, 1), st.booleans(), st.integers(-30, 30),
)  # fmt: skip
def test_a_stroke_step_by_step_is_the_whole_and_its_rectangle_holds(
    points: list[tuple[float, float]], radius: float, hardness: float, erase: bool, x: int
) -> None:
    state = one(fill=100)
    state = doc.move(state, state.layers[0].id, x, 7).state
    brush = Brush(radius, hardness, 0.7, erase)
    made = Stroke.begin(state, state.layers[0].id, brush)
    for point in points:
        before = mask(made.edit.state)
        made = made.to(*point)
        after = mask(made.edit.state)
        changed = np.argwhere(before != after)
        if len(changed):
            rect = made.edit.change.rect.moved(-x, -7)
            low, high = changed.min(0), changed.max(0)
            inside = rect.x0 <= low[1] and high[1] < rect.x1 and rect.y0 <= low[0] and high[0] < rect.y1
            on_canvas = not made.edit.change.rect.empty
            assert inside or not on_canvas or _beyond(state, changed, x)
    np.testing.assert_array_equal(mask(made.edit.state), mask(stroke(state, brush, *points)))


def _beyond(state: State, changed: np.ndarray, x: int) -> bool:
    """Whether what changed lies (partly) off the canvas, where nothing is drawn."""
    at = changed + (7, x)
    return bool(((at < 0) | (at >= (state.height, state.width))).any())


def test_far_away_nothing_happens() -> None:
    state = one(fill=0)
    made = stroke(state, Brush(10), (-500, -500), (-400, 9000))
    assert made.layers[0].mask is not None
    assert made.layers[0].mask.solid_value == (0,)


def test_feather_is_a_gaussian_without_seams() -> None:
    state = one(700, 530)
    samples = noise(700, 530, 1)
    samples[:, :300] = 255
    state = doc.set_mask(state, state.layers[0].id, tiles(state.pool, samples)).state
    soft = mask(doc.feather_mask(state, state.layers[0].id, 12).state).astype(float)
    want = cv2.GaussianBlur(samples[..., 0].astype(np.float64), (37, 37), 6, borderType=cv2.BORDER_REPLICATE)
    assert np.abs(soft - want).max() <= 0.51


@pytest.mark.parametrize("radius", [17, 40, 130, 500])
def test_a_wide_feather_is_nearly_a_gaussian(radius: int) -> None:
    state = one(701, 533)
    samples = np.zeros((533, 701, 1), np.uint8)
    samples[100:400, 257:500] = 255
    samples[300:, :90] = 180
    state = doc.set_mask(state, state.layers[0].id, tiles(state.pool, samples)).state
    soft = mask(doc.feather_mask(state, state.layers[0].id, radius).state).astype(float)
    size = 2 * (3 * radius // 2) + 1
    plane = samples[..., 0].astype(np.float64)
    want = cv2.GaussianBlur(plane, (size, size), radius / 2, borderType=cv2.BORDER_REPLICATE)
    assert np.abs(soft - want).max() <= 2.5
    steps = np.abs(np.diff(soft, axis=1))
    assert steps[:, 255].max() <= steps.max()
    assert steps.max() <= np.abs(np.diff(want, axis=1)).max() + 2


def test_an_even_mask_stays_even() -> None:
    even = one(fill=7)
    assert (mask(doc.feather_mask(even, even.layers[0].id, 5).state) == 7).all()


def test_painting_on_an_upper_layer_without_mask_hides_it_elsewhere() -> None:
    state = one()
    state = doc.duplicate(state, state.layers[0].id, "top").state
    below, top = state.layers
    edit = doc.paint(state, top.id, Brush(10, hardness=1), [Point(50, 50)])
    plane = edit.state.layers[1].mask
    assert plane is not None and edit.change.rect == state.rect
    assert whole(plane)[50, 50, 0] == 255 and whole(plane)[0, 0, 0] == 0
    lowest = doc.paint(state, below.id, Brush(10, hardness=1), [Point(50, 50)]).state.layers[0].mask
    assert lowest is not None and (whole(lowest) == 255).all()
