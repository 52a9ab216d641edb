"""PSNR and SSIM against closed forms and the published bicubic tables."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.measures import fidelity
from ganstudio.measures.resize import imresize


def test_psnr_of_equal_pictures_is_infinite_and_of_an_offset_is_known() -> None:
    picture = np.random.default_rng(0).integers(0, 200, (32, 32), dtype=np.uint8)
    assert fidelity.psnr(picture, picture) == math.inf
    assert fidelity.psnr(picture, picture + 5) == pytest.approx(20 * math.log10(255 / 5))


def test_luma_goes_from_16_to_235_and_gray_stays() -> None:
    ends = fidelity.luma(np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8))
    assert ends[0].tolist() == pytest.approx([16.0, 235.0], abs=0.01)
    gray = np.array([[0, 255]], np.uint8)
    assert fidelity.luma(gray).tolist() == [[0.0, 255.0]]


def test_ssim_is_one_for_equal_and_equals_the_slow_definition() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(0, 255, (14, 13)), rng.uniform(0, 255, (14, 13))
    assert fidelity.ssim(a, a) == pytest.approx(1.0)
    g = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    w = np.outer(g, g) / np.outer(g, g).sum()
    scores = []
    for y in range(4):
        for x in range(3):
            p, q = a[y : y + 11, x : x + 11], b[y : y + 11, x : x + 11]
            mp, mq = (w * p).sum(), (w * q).sum()
            vp, vq = (w * (p - mp) ** 2).sum(), (w * (q - mq) ** 2).sum()
            cov = (w * (p - mp) * (q - mq)).sum()
            c1, c2 = 2.55**2, 7.65**2
            scores.append((2 * mp * mq + c1) * (2 * cov + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
    assert fidelity.ssim(a, b) == pytest.approx(np.mean(scores))


def test_unequal_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        fidelity.lumas(np.zeros((4, 4), np.uint8), np.zeros((4, 5), np.uint8), 0)


PUBLISHED = {
    ("Set5", 2): (33.66, 0.9299),
    ("Set5", 3): (30.39, 0.8682),
    ("Set5", 4): (28.42, 0.8104),
    ("Set14", 2): (30.24, 0.8688),
    ("Set14", 3): (27.55, 0.7742),
    ("Set14", 4): (26.00, 0.7027),
}
# Parts of published sets have no published row; these are our own, kept so that a slip shows.
PARTS = {
    ("BSD100_part", 2): 28.60,
    ("BSD100_part", 4): 24.94,
    ("Urban100_part", 2): 29.62,
    ("Urban100_part", 4): 25.19,
}


def _read(shared_data: Path, name: str) -> list[np.ndarray]:
    return [np.array(Image.open(path)) for path in sorted((shared_data / "sr_test" / name).glob("*.png"))]


@pytest.mark.parametrize("key", PUBLISHED, ids=lambda key: f"{key[0]}-x{key[1]}")
def test_bicubic_gives_the_published_table(shared_data: Path, key: tuple[str, int]) -> None:
    name, scale = key
    rows = [fidelity.protocol_b_bicubic(truth, scale) for truth in _read(shared_data, name)]
    psnr, ssim = np.mean(rows, axis=0)
    assert psnr == pytest.approx(PUBLISHED[key][0], abs=0.02)
    assert ssim == pytest.approx(PUBLISHED[key][1], abs=0.001)


@pytest.mark.parametrize("key", PARTS, ids=lambda key: f"{key[0]}-x{key[1]}")
def test_bicubic_on_parts_of_sets(shared_data: Path, key: tuple[str, int]) -> None:
    name, scale = key
    found = []
    for whole in _read(shared_data, name):
        truth = fidelity.crop_to(whole, scale)
        result = np.asarray(imresize(imresize(truth, 1 / scale), float(scale)), dtype=np.uint8)
        found.append(fidelity.psnr(*fidelity.lumas(result, truth, scale)))
    assert np.mean(found) == pytest.approx(PARTS[key], abs=0.02)
