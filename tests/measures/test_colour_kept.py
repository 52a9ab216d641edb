"""CIEDE2000 against the test data published with it, and colours that are kept or not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ganstudio.measures.ciede2000 import delta_e, lab_of_linear
from ganstudio.measures.paired.delta_e import measure

# L a b, L a b, ΔE: Sharma, Wu and Dalal, “The CIEDE2000 color-difference formula”, table 1.
PUBLISHED = [
    (50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425),
    (50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615),
    (50, 2.8361, -74.0200, 50, 0, -82.7485, 3.4412),
    (50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0000),
    (50, 0, 0, 50, -1, 2, 2.3669),
    (50, 2.4900, -0.0010, 50, -2.4900, 0.0009, 7.1792),
    (50, 2.4900, -0.0010, 50, -2.4900, 0.0010, 7.1792),
    (50, 2.4900, -0.0010, 50, -2.4900, 0.0011, 7.2195),
    (50, -0.0010, 2.4900, 50, 0.0009, -2.4900, 4.8045),
    (50, -0.0010, 2.4900, 50, 0.0011, -2.4900, 4.7461),
    (50, 2.5, 0, 50, 0, -2.5, 4.3065),
    (50, 2.5, 0, 73, 25, -18, 27.1492),
    (50, 2.5, 0, 61, -5, 29, 22.8977),
    (50, 2.5, 0, 56, -27, -3, 31.9030),
    (50, 2.5, 0, 58, 24, 15, 19.4535),
    (50, 2.5, 0, 50, 3.2972, 0, 1.0000),
    (60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644),
    (63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630),
    (61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731),
    (22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373),
    (90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381),
    (2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082),
]


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row[6]}")
def test_the_published_pairs_either_way_round(row: tuple[float, ...]) -> None:
    first, second = np.array(row[:3], float), np.array(row[3:6], float)
    assert delta_e(first, second) == pytest.approx(row[6], abs=1e-4)
    assert delta_e(second, first) == pytest.approx(row[6], abs=1e-4)


def test_lab_of_known_colours() -> None:
    lab = lab_of_linear(np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0]], float))
    np.testing.assert_allclose(lab, [[0, 0, 0], [100, 0, 0], [53.24, 80.09, 67.20]], atol=0.02)


def _scene() -> np.ndarray:
    rng = np.random.default_rng(3)
    return cv2.GaussianBlur(rng.integers(0, 256, (96, 112, 3), dtype=np.uint8), (0, 0), 2)


def test_colours_kept_and_colours_moved() -> None:
    truth = _scene()
    assert measure(truth, truth, 4) == 0.0
    softer = np.asarray(cv2.GaussianBlur(truth, (0, 0), 1.5), np.uint8)
    grain = np.random.default_rng(0).normal(0, 8, truth.shape)
    noisy = np.clip(truth + grain, 0, 255).astype(np.uint8)
    assert max(measure(softer, truth, 4), measure(noisy, truth, 4)) < 0.6
    yellower = truth - np.array([0, 0, 12], np.uint8).clip(max=truth.min())
    darker = (truth * 0.9).astype(np.uint8)
    assert min(measure(yellower, truth, 4), measure(darker, truth, 4)) > 2.0


def test_one_channel_small_and_unequal_pictures() -> None:
    gray = _scene()[..., 0]
    assert measure(gray, gray, 0) == 0.0
    tiny = np.zeros((9, 7, 3), np.uint8)
    assert measure(tiny + 30, tiny, 1) > 5.0
    with pytest.raises(ValueError, match="shapes"):
        measure(gray, gray[:-1], 0)
