"""PSNR and SSIM on BT.601 luma, in the two protocols under which published tables were made.

A (papers on networks): the result is clamped and rounded to 8-bit RGB, luma stays in float, `scale` pixels
are cut off every side, peak 255. B (the classic tables): luma is rounded to 8 bit first and is one plane.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ganstudio.measures.resize import imresize

_WEIGHTS = np.array([65.481, 128.553, 24.966]) / 255.0


def luma(picture: NDArray[np.generic]) -> NDArray[np.float64]:
    """H×W×3 (0..255) → BT.601 Y in 16..235, float64; a one-channel picture is its own luma."""
    values = np.asarray(picture, dtype=np.float64)
    if values.ndim == 2:
        return values
    if values.shape[2] == 1:
        return values[..., 0]
    return values[..., :3] @ _WEIGHTS + 16.0


def shave(plane: NDArray[np.float64], border: int) -> NDArray[np.float64]:
    """Cut `border` pixels off every side."""
    return plane[border : plane.shape[0] - border, border : plane.shape[1] - border] if border else plane


def psnr(a: NDArray[np.generic], b: NDArray[np.generic], peak: float = 255.0) -> float:
    """Peak signal-to-noise ratio in dB of two equal-shaped arrays; infinite when they are equal."""
    error = float(np.mean((np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)) ** 2))
    return math.inf if error == 0.0 else 10.0 * math.log10(peak * peak / error)


def _filter(plane: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Separable filter, valid region only."""
    for _ in range(2):
        size = plane.shape[0] - len(window) + 1
        plane = np.add.reduce([w * plane[i : i + size] for i, w in enumerate(window)])
        plane = plane.T
    return plane


def ssim(a: NDArray[np.generic], b: NDArray[np.generic], peak: float = 255.0) -> float:
    """Structural similarity (Wang et al. 2004) of two H×W planes: 11×11 Gaussian σ 1.5, valid region."""
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    window = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    window /= window.sum()
    mx, my = _filter(x, window), _filter(y, window)
    vx, vy = _filter(x * x, window) - mx * mx, _filter(y * y, window) - my * my
    covariance = _filter(x * y, window) - mx * my
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    score = ((2 * mx * my + c1) * (2 * covariance + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return float(score.mean())


def lumas(
    result: NDArray[np.uint8], truth: NDArray[np.uint8], border: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The luma planes of both pictures without their borders; unequal shapes raise ValueError."""
    if result.shape != truth.shape:
        raise ValueError(f"cannot compare pictures of shapes {result.shape} and {truth.shape}")
    return shave(luma(result), border), shave(luma(truth), border)


def protocol_a(result: NDArray[np.uint8], truth: NDArray[np.uint8], border: int) -> tuple[float, float]:
    """(PSNR, SSIM) of 8-bit pictures on float luma after cutting `border` pixels."""
    y, t = lumas(result, truth, border)
    return psnr(y, t), ssim(y, t)


def protocol_b_bicubic(truth: NDArray[np.uint8], scale: int) -> tuple[float, float]:
    """(PSNR, SSIM) of bicubic in the classic protocol: one rounded luma plane, resized in float."""
    plane = np.round(luma(crop_to(truth, scale)))
    back = imresize(imresize(plane, 1.0 / scale), float(scale))
    result = np.clip(np.round(np.asarray(back, dtype=np.float64)), 0, 255)
    y, t = shave(result, scale), shave(plane, scale)
    return psnr(y, t), ssim(y, t)


def crop_to(picture: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """The top left part whose sides are multiples of `scale`."""
    height, width = picture.shape[0] // scale * scale, picture.shape[1] // scale * scale
    return picture[:height, :width]
