"""Straightening: every pixel from where it was, seamless over tiles, edges and transparency as promised."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ganstudio.core.document import Pool, Rect, State, Tiles, add, composite, flattened, state_of
from ganstudio.core.document.masks import fill_mask
from ganstudio.core.document.straighten import cut_out, filled, straighten
from ganstudio.core.raster import Picture


def slopes(width: int, height: int, depth: int = 8) -> np.ndarray:
    """x in red, y in green, as far as the depth goes."""
    peak = 255 if depth == 8 else 65535
    y, x = np.mgrid[:height, :width]
    planes = [x * peak / width, y * peak / height, (x + y) * peak / (width + height)]
    return np.rint(np.stack(planes, -1)).astype(np.uint8 if depth == 8 else np.uint16)


def state_with(pixels: np.ndarray) -> State:
    return state_of(Pool(64 << 20), Picture.of(pixels), "Photo")


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("degrees", [7.0, -20.5])
def test_every_pixel_comes_from_where_it_was(depth: int, degrees: float) -> None:
    width, height = 700, 520
    state = state_with(slopes(width, height, depth))
    new = straighten(state, degrees).state
    assert (new.width, new.height) == filled(width, height, degrees)
    pixels = new.layers[0].pixels
    assert (pixels.channels, new.layers[0].rect) == (3, new.rect)
    found = pixels.rows(0, new.height).astype(np.float64)
    angle = math.radians(degrees)
    y, x = np.mgrid[: new.height, : new.width]
    dx, dy = x + 0.5 - new.width / 2, y + 0.5 - new.height / 2
    old_x = math.cos(angle) * dx + math.sin(angle) * dy + width / 2 - 0.5
    old_y = -math.sin(angle) * dx + math.cos(angle) * dy + height / 2 - 0.5
    peak = 255 if depth == 8 else 65535
    inner = np.s_[3:-3, 3:-3]
    near = 0.08  # pixels: OpenCV interpolates at 32nds of one
    for channel, old, side in ((0, old_x, width), (1, old_y, height)):
        error = np.abs(found[..., channel] - old * peak / side)[inner].max()
        assert error <= 1 + near * peak / side


def test_the_cut_is_filled_and_hardly_larger_would_not_be() -> None:
    for width, height in ((600, 400), (400, 600), (1000, 90)):
        for degrees in (0.5, 5, 30, 45, -45):
            wide, high = filled(width, height, degrees)
            angle = math.radians(degrees)
            for grown, inside in ((0, True), (3, False)):
                corners = [(sx * (wide + grown) / 2, sy * (high + grown) / 2) for sx in (-1, 1) for sy in (-1, 1)]
                back = [
                    (
                        math.cos(angle) * x + math.sin(angle) * y,
                        -math.sin(angle) * x + math.cos(angle) * y,
                    )
                    for x, y in corners
                ]
                fits = all(abs(x) <= width / 2 + 1e-3 and abs(y) <= height / 2 + 1e-3 for x, y in back)
                assert fits is inside


def test_without_cutting_the_corners_are_empty_and_nothing_is_lost() -> None:
    state = state_with(slopes(300, 200))
    new = straighten(state, 30, cut=False).state
    assert (new.width, new.height) == (300, 200)
    layer = new.layers[0]
    assert layer.pixels.channels == 4
    assert layer.rect.width > 300  # what lies outside is kept
    rgba = composite(new, Rect(0, 0, 300, 200), depth=8)
    assert rgba[0, 0, 3] == 0
    assert rgba[100, 150, 3] == 255
    alpha = layer.pixels.rows(0, layer.pixels.height)[..., 3].astype(float).sum() / 255
    assert alpha == pytest.approx(300 * 200, rel=0.01)


def test_a_turned_frame_is_cut_out_upright() -> None:
    width, height = 600, 500
    pixels = np.full((height, width, 3), 40, np.uint8)
    angle = math.radians(20)
    y, x = np.mgrid[:height, :width]
    dx, dy = x + 0.5 - 330, y + 0.5 - 260
    inside = (np.abs(math.cos(angle) * dx + math.sin(angle) * dy) <= 100) & (
        np.abs(-math.sin(angle) * dx + math.cos(angle) * dy) <= 60
    )
    pixels[inside] = 220  # a box of 200×120 about (330, 260), turned clockwise by 20 degrees
    new = cut_out(state_with(pixels), Rect(220, 190, 440, 330), 20).state
    assert (new.width, new.height, new.layers[0].pixels.channels) == (220, 140, 3)
    found = new.layers[0].pixels.rows(0, 140)[..., 0]
    assert found[14:-14, 14:-14].min() >= 215
    assert max(found[:7].max(), found[-7:].max(), found[:, :7].max(), found[:, -7:].max()) <= 45
    with pytest.raises(ValueError, match="cut"):
        cut_out(state_with(pixels), Rect(5, 5, 5, 9), 20)


def test_transparent_colours_do_not_bleed() -> None:
    pixels = np.zeros((120, 160, 4), np.uint8)
    pixels[..., 1] = 255  # green where nothing is seen
    pixels[30:90, 40:120] = (255, 0, 0, 255)
    new = straighten(state_with(pixels), 12, cut=False).state
    found = new.layers[0].pixels.rows(0, new.layers[0].pixels.height)
    seen = found[found[..., 3] > 0]
    assert seen[:, 0].min() >= 250
    assert seen[:, 1].max() <= 5


def test_masks_and_small_layers_turn_along() -> None:
    state = state_with(slopes(300, 200))
    patch = Tiles.of(state.pool, Picture.of(np.full((40, 40, 3), 9, np.uint8)))
    state = add(state, patch, "Patch", x=130, y=80, layer_id="p").state
    state = fill_mask(state, "p", 255).state
    new = straighten(state, 45, cut=False).state
    layer = new.layer("p")
    assert layer.mask is not None
    assert (layer.mask.width, layer.mask.height) == (layer.pixels.width, layer.pixels.height)
    assert layer.rect.width == pytest.approx(40 * math.sqrt(2), abs=2)
    middle = composite(new, Rect(150, 100, 151, 101), depth=8)[0, 0]
    assert tuple(middle[:3]) == (9, 9, 9)


def test_gray_stays_gray_and_the_angle_has_a_limit() -> None:
    state = state_with(slopes(90, 80)[..., :1])
    assert flattened(straighten(state, 3).state).header.channels == 1
    for wrong in (46.0, float("nan")):
        with pytest.raises(ValueError, match="angle"):
            straighten(state, wrong)
    same = straighten(replace(state), 0).state
    assert np.array_equal(same.layers[0].pixels.rows(0, 80), state.layers[0].pixels.rows(0, 80))
