"""Every paired measure: best for the truth itself, worse the softer the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ganstudio.core.discovery import discover, load
from ganstudio.core.errors import UsageError
from ganstudio.measures import features, paired, perceptual

KNOWN = list(discover(paired))
NAMES = [name for name in paired.usable() if name != "delta_e"]  # which does not mind softness: its own test


def _scene() -> np.ndarray:
    """Edges, stripes and grain: something to lose."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:128, 0:128]
    plane = 120 + 60 * np.sign(np.sin(x * y / 300.0)) + 30 * np.sin(x * 1.1) + rng.normal(0, 6, (128, 128))
    return np.clip(np.repeat(plane[..., None], 3, axis=2), 0, 255).astype(np.uint8)


def test_the_measures_are_found() -> None:
    assert {"psnr", "ssim", "gmsd", "spectrum", "delta_e", "squeeze_dist", "lite0_dist", "lite2_dist"} <= set(KNOWN)
    assert {"psnr", "ssim", "gmsd", "spectrum", "delta_e", "squeeze_dist"} <= set(paired.usable())


def test_a_teacher_is_left_out() -> None:
    assert set(paired.usable()) - set(paired.usable({"squeezenet11"})) == {"squeeze_dist"}


def test_a_measure_that_is_not_at_hand_says_what_to_do() -> None:
    for name in set(KNOWN) - set(paired.usable()):
        module = load(paired, name)
        assert "pip install" in module.missing()
        with pytest.raises(UsageError, match="pip install"):
            module.measure(_scene(), _scene(), 2)


@pytest.mark.parametrize("name", NAMES)
def test_softer_is_worse(name: str) -> None:
    module, truth = load(paired, name), _scene()
    sign = 1.0 if module.HIGHER_IS_BETTER else -1.0
    versions = [truth, *(cv2.GaussianBlur(truth, (0, 0), sigma) for sigma in (0.6, 1.2, 2.4))]
    scores = [sign * module.measure(version, truth, 2) for version in versions]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


@pytest.mark.parametrize("name", ["gmsd", "spectrum", "squeeze_dist"])
def test_distances_of_the_truth_are_zero(name: str) -> None:
    truth = _scene()
    assert load(paired, name).measure(truth, truth, 2) == pytest.approx(0.0, abs=1e-9)


def test_spectrum_does_not_mind_a_shift_but_minds_noise() -> None:
    truth = _scene()
    measure = load(paired, "spectrum").measure
    noisy = np.clip(truth + np.random.default_rng(0).normal(0, 25, truth.shape), 0, 255).astype(np.uint8)
    assert measure(np.roll(truth, 1, axis=1), truth, 4) < 0.3 * measure(noisy, truth, 4)


def test_a_perceptual_distance_is_the_same_in_parts_of_a_large_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = np.tile(_scene(), (1, 2, 1))
    softer = np.asarray(cv2.GaussianBlur(truth, (0, 0), 1.2), np.uint8)
    seen = features.named("squeezenet11")
    whole = perceptual.distance(seen, softer, truth)
    monkeypatch.setattr(perceptual, "_TILE", 128)
    assert perceptual.distance(seen, softer, truth) == pytest.approx(whole, rel=0.1)


def test_a_perceptual_distance_minds_structure_more_than_a_shade() -> None:
    truth, measure = _scene(), load(paired, "squeeze_dist").measure
    lighter = np.clip(truth.astype(int) + 6, 0, 255).astype(np.uint8)
    scrambled = truth.reshape(16, 8, 128, 3)[::-1].reshape(truth.shape)
    assert measure(lighter, truth, 2) < 0.1 * measure(scrambled, truth, 2)
    gray = truth[..., 0]
    assert measure(gray, gray, 2) == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(ValueError, match="32 pixels"):
        measure(truth[:33], truth[:33], 2)
    with pytest.raises(ValueError, match="shapes"):
        measure(truth, gray, 0)
