"""Resizing by rows against resizing the whole picture at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganstudio.core import resample
from ganstudio.core.raster import ComputedRaster, Picture, part
from ganstudio.core.resample import resized

LANCZOS = Image.Resampling.LANCZOS
SIDE = st.integers(1, 90)


def noise(height: int, width: int, channels: int, dtype: type, seed: int = 0) -> np.ndarray:
    top = int(np.iinfo(dtype).max) + 1
    return np.random.default_rng(seed).integers(0, top, (height, width, channels)).astype(dtype)


def in_steps(raster, step: int) -> np.ndarray:
    height = raster.header.height
    return np.concatenate([raster.rows(y, min(y + step, height)) for y in range(0, height, step)])


@settings(max_examples=60, deadline=None)
@given(SIDE, SIDE, SIDE, SIDE, st.integers(1, 40), st.sampled_from((1, 3)))
def test_bands_equal_the_whole(h, w, new_h, new_w, step, channels):
    pixels = noise(h, w, channels, np.uint8)
    image = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    between = (w, new_h) if new_h < h and new_w >= w else (new_w, h)  # Pillow chooses; 8-bit steps show which
    whole = image.resize(between, LANCZOS).resize((new_w, new_h), LANCZOS)
    ours = in_steps(resized(Picture.of(pixels), new_w, new_h), step)
    difference = np.abs(ours.astype(int) - np.asarray(whole).reshape(new_h, new_w, channels))
    assert difference.max() <= 1


@settings(max_examples=30, deadline=None)
@given(SIDE, SIDE, SIDE, SIDE, st.integers(1, 40), st.sampled_from((1, 2, 3, 4)))
def test_bands_equal_the_whole_in_16_bits_and_with_alpha(h, w, new_h, new_w, step, channels):
    raster = resized(Picture.of(noise(h, w, channels, np.uint16)), new_w, new_h)
    whole = raster.rows(0, new_h).astype(int)
    assert raster.header.depth == 16
    assert whole.shape == (new_h, new_w, channels)
    bands = in_steps(raster, step).astype(int)
    # where hardly any alpha is left the colour is a quotient of two tiny numbers: nobody sees it
    weight = np.minimum(whole[..., -1:] / 65535 + 0.001, 1) if channels in (2, 4) else 1.0
    assert (np.abs(bands - whole) * weight).max() <= 2


def test_equals_pillow_on_a_picture():
    y, x = np.mgrid[0:400, 0:300]
    waves = [128 + 90 * np.sin(x / 17), 128 + 90 * np.cos(y / 23), 128 + 60 * np.sin((x + y) / 9)]
    pixels = np.stack(waves, axis=2).astype(np.uint8)
    for size in ((450, 600), (200, 133), (301, 399)):
        ours = in_steps(resized(Picture.of(pixels), *size), 37).astype(int)
        assert np.abs(ours - np.asarray(Image.fromarray(pixels).resize(size, LANCZOS))).max() <= 2


def test_small_memory_bands_make_the_same(monkeypatch):
    pixels = noise(300, 64, 3, np.uint8)
    raster = resized(Picture.of(pixels), 40, 211)
    whole = raster.rows(0, 211).astype(int)
    monkeypatch.setattr(resample, "_BAND", 4096)
    bands = resized(Picture.of(pixels), 40, 211).rows(0, 211).astype(int)
    assert np.abs(bands - whole).max() <= 1


def test_16_bit_gradient_keeps_its_levels():
    ramp = np.linspace(0, 65535, 20_000).round().astype(np.uint16).reshape(1, -1, 1)
    rows = resized(Picture.of(np.repeat(ramp, 8, 0)), 15_000, 6).rows(0, 6)
    assert len(np.unique(rows)) >= 10_000


def test_transparent_black_does_not_darken_a_white_shape():
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[16:48, 20:44] = 255
    rows = resized(Picture.of(pixels), 37, 41).rows(0, 41)
    assert rows[..., 3].max() == 255
    assert rows[..., 3].min() == 0
    assert rows[rows[..., 3] > 0][:, :3].min() == 255


def test_opaque_alpha_is_the_same_as_none():
    pixels = noise(50, 40, 4, np.uint8)
    pixels[..., 3] = 255
    rows = resized(Picture.of(pixels), 30, 70).rows(0, 70)
    assert (rows[..., 3] == 255).all()
    assert (rows[..., :3] == resized(Picture.of(pixels[..., :3]), 30, 70).rows(0, 70)).all()


def test_same_size_is_the_same_raster_and_closing_goes_through():
    closed = []
    source = Picture.of(noise(8, 8, 3, np.uint8))
    raster = ComputedRaster(source.header, source.meta, source.rows, lambda: closed.append(True))
    assert resized(raster, 8, 8) is raster
    resized(raster, 4, 4).close()
    assert closed == [True]


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (-1, 5)])
def test_less_than_a_pixel_is_refused(size):
    with pytest.raises(ValueError, match="cannot be made"):
        resized(Picture.of(noise(8, 8, 3, np.uint8)), *size)


@settings(max_examples=60, deadline=None)
@given(SIDE, SIDE, SIDE, SIDE, st.sampled_from((1, 3)), st.sampled_from((np.uint8, np.uint16)), st.data())
def test_a_part_equals_the_same_place_of_the_whole(h, w, new_h, new_w, channels, dtype, data):
    raster = resized(Picture.of(noise(h, w, channels, dtype)), new_w, new_h)
    whole = raster.rows(0, new_h).astype(int)
    x0, y0 = data.draw(st.integers(0, new_w - 1)), data.draw(st.integers(0, new_h - 1))
    x1, y1 = data.draw(st.integers(x0 + 1, new_w)), data.draw(st.integers(y0 + 1, new_h))
    piece = part(raster, x0, y0, x1, y1).astype(int)
    assert piece.shape == (y1 - y0, x1 - x0, channels)
    assert np.abs(piece - whole[y0:y1, x0:x1]).max() <= 2
