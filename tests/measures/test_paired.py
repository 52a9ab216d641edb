"""Every paired measure: best for the truth itself, worse the softer the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ganstudio.core.discovery import discover, load
from ganstudio.measures import paired

NAMES = list(discover(paired))


def _scene() -> np.ndarray:
    """Edges, stripes and grain: something to lose."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:128, 0:128]
    plane = 120 + 60 * np.sign(np.sin(x * y / 300.0)) + 30 * np.sin(x * 1.1) + rng.normal(0, 6, (128, 128))
    return np.clip(np.repeat(plane[..., None], 3, axis=2), 0, 255).astype(np.uint8)


def test_the_measures_are_found() -> None:
    assert {"psnr", "ssim", "gmsd", "spectrum"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_softer_is_worse(name: str) -> None:
    module, truth = load(paired, name), _scene()
    sign = 1.0 if module.HIGHER_IS_BETTER else -1.0
    versions = [truth, *(cv2.GaussianBlur(truth, (0, 0), sigma) for sigma in (0.6, 1.2, 2.4))]
    scores = [sign * module.measure(version, truth, 2) for version in versions]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


@pytest.mark.parametrize("name", ["gmsd", "spectrum"])
def test_distances_of_the_truth_are_zero(name: str) -> None:
    truth = _scene()
    assert load(paired, name).measure(truth, truth, 2) == pytest.approx(0.0, abs=1e-9)


def test_spectrum_does_not_mind_a_shift_but_minds_noise() -> None:
    truth = _scene()
    measure = load(paired, "spectrum").measure
    noisy = np.clip(truth + np.random.default_rng(0).normal(0, 25, truth.shape), 0, 255).astype(np.uint8)
    assert measure(np.roll(truth, 1, axis=1), truth, 4) < 0.3 * measure(noisy, truth, 4)
