"""imresize against hand-made truths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.measures.resize import imresize


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    scale=st.sampled_from([0.25, 1 / 3, 0.5, 1.5, 2.0, 4.0]),
    value=st.integers(0, 255),
)
@settings(max_examples=40, deadline=None)
def test_a_flat_picture_stays_flat(height: int, width: int, scale: float, value: int) -> None:
    out = imresize(np.full((height, width, 3), value, np.uint8), scale)
    assert out.shape == (int(np.ceil(height * scale)), int(np.ceil(width * scale)), 3)
    assert out.dtype == np.uint8
    assert np.all(out == value)


def test_doubling_a_step_has_the_weights_of_keys_kernel() -> None:
    row = np.array([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]).repeat(4, axis=0)
    out = np.asarray(imresize(row, 2.0), dtype=np.float64)[2]
    # Samples sit a quarter of a pixel beside the pixels: weights of k(t) at t = .25, .75, 1.25, 1.75.
    k = [0.8671875, 0.2265625, -0.0703125, -0.0234375]
    assert out[4] == pytest.approx(k[2])
    assert out[5] == pytest.approx(k[1] + k[3])
    assert out[6] == pytest.approx(k[0] + k[2])
    assert out[7] == pytest.approx(1.0 - k[2])
    assert out[8] == pytest.approx(1.0 - k[3])


def test_halving_is_antialiased() -> None:
    fine = np.tile(np.array([[0, 255], [255, 0]], np.uint8), (16, 16))
    assert np.all(np.abs(np.asarray(imresize(fine, 0.5), dtype=np.int16)[2:-2, 2:-2] - 128) <= 1)


def test_eight_bit_is_rounded_between_the_passes() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (24, 24), dtype=np.uint8)

    def half_away(values: object) -> np.ndarray:
        return np.floor(np.asarray(values, dtype=np.float64) + 0.5).clip(0, 255)

    rows = half_away(imresize(picture.astype(np.float64), size=(12, 24)))
    both = half_away(imresize(rows, size=(12, 12)))
    assert np.array_equal(imresize(picture, 0.5), both.astype(np.uint8))
    assert not np.array_equal(np.asarray(imresize(picture.astype(np.float64), 0.5)).round(), both)


def test_size_may_differ_between_the_axes() -> None:
    picture = np.random.default_rng(1).random((20, 30, 3))
    assert imresize(picture, size=(7, 45)).shape == (7, 45, 3)
    turned = imresize(picture.swapaxes(0, 1), size=(45, 7))
    assert np.allclose(np.asarray(turned).swapaxes(0, 1), np.asarray(imresize(picture, size=(7, 45))))


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="scale"):
        imresize(np.zeros((4, 4)))
