"""Degradations: the same generator, the same pixels; and each does what it says."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.measures.resize import imresize
from ganstudio.training import degradations as d


def _picture(side: int = 64) -> np.ndarray:
    rng = np.random.default_rng(9)
    coarse = rng.integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8)
    return np.asarray(imresize(coarse, 8.0), dtype=np.uint8)


@pytest.mark.parametrize("name", list(d.DEGRADATIONS))
@pytest.mark.parametrize("scale", [2, 4])
def test_a_seed_decides_every_pixel(name: str, scale: int) -> None:
    picture = _picture()
    kept = picture.copy()
    degrade = d.DEGRADATIONS[name]
    runs = [[degrade(picture, scale, np.random.default_rng([7, i]), 0.25) for i in range(12)] for _ in "ab"]
    assert all(np.array_equal(a, b) for a, b in zip(*runs, strict=True))
    assert all(low.shape == (64 // scale, 64 // scale, 3) and low.dtype == np.uint8 for low in runs[0])
    assert np.array_equal(picture, kept)


def test_mild_differs_by_seed_and_leaves_its_clean_share_alone() -> None:
    picture = _picture()
    exact = imresize(picture, 0.5)
    lows = [d.mild(picture, 2, np.random.default_rng([1, i]), 0.25) for i in range(200)]
    same = sum(np.array_equal(low, exact) for low in lows)
    # A quarter is drawn clean; of the rest 0.7 are not blurred, 0.65 have no noise, 0.7 are not sharpened and
    # 0.25 are no JPEG: nothing at all happens to 8 %.
    assert 0.17 < same / 200 < 0.42
    assert len({low.tobytes() for low in lows}) > 100


def test_jpeg_is_a_real_one_and_its_grid_moves() -> None:
    picture = _picture()
    low, high = d.jpeg(picture, 30), d.jpeg(picture, 95)
    error = [float(np.mean((p.astype(float) - picture) ** 2)) for p in (low, high)]
    assert error[0] > 2 * error[1] > 0
    shifted = d.jpeg(picture, 30, offset=(3, 5))
    assert shifted.shape == picture.shape and not np.array_equal(shifted, low)


def test_blur_keeps_the_mean_and_takes_detail() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    soft = d.blur(picture, np.random.default_rng(0), 0.8, 1.2)
    assert abs(float(soft.mean()) - float(picture.mean())) < 1.0
    assert soft.std() < 0.7 * picture.std()
    assert d.gaussian_kernel(0.7, 1.5, 0.4).sum() == pytest.approx(1.0, abs=1e-6)


def test_noise_is_within_its_strength_and_sharpening_adds_contrast_to_edges() -> None:
    flat = np.full((64, 64, 3), 128, np.uint8)
    spread = [float(d.noise(flat, np.random.default_rng(i), 8.0).std()) for i in range(30)]
    assert max(spread) < 8.5 and min(spread) < 2.0 and max(spread) > 3.0
    edge = np.full((32, 32, 3), 80, np.uint8)
    edge[:, 16:] = 160
    sharp = d.sharpen(edge, 0.6)
    assert sharp.max() > 160 and sharp.min() < 80
