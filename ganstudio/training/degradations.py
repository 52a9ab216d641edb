"""What happens to photographs on their way into a folder: slight blur, sensor noise, JPEG, sharpening.

Pure functions of a uint8 H×W×3 picture and a numpy Generator: the same generator state gives the same pixels.
The mild pipeline is what a desktop user's decent phone or camera pictures have gone through; it follows the
first order of Real-ESRGAN (Wang et al. 2021) with far gentler strengths and a real JPEG encoder.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganstudio.measures.resize import imresize

Pixels = NDArray[np.uint8]
Degradation = Callable[[Pixels, int, np.random.Generator, float], Pixels]


def gaussian_kernel(sigma_x: float, sigma_y: float, angle: float) -> NDArray[np.float32]:
    """An anisotropic Gaussian that sums to 1; `angle` in radians."""
    radius = max(1, int(np.ceil(3.0 * max(sigma_x, sigma_y))))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float64)
    c, s = np.cos(angle), np.sin(angle)
    kernel = np.exp(-0.5 * (((c * x + s * y) / sigma_x) ** 2 + ((c * y - s * x) / sigma_y) ** 2))
    return (kernel / kernel.sum()).astype(np.float32)


def blur(picture: Pixels, rng: np.random.Generator, low: float, high: float) -> Pixels:
    """A Gaussian with σ in low..high, half the time with two different σ at a random angle."""
    sigma = rng.uniform(low, high)
    other = rng.uniform(low, high) if rng.random() < 0.5 else sigma
    kernel = gaussian_kernel(sigma, other, rng.uniform(0.0, np.pi))
    return np.asarray(cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REFLECT), dtype=np.uint8)


def noise(picture: Pixels, rng: np.random.Generator, strongest: float) -> Pixels:
    """Gaussian noise, σ in 0..strongest; half of it gray, half of it smoothed as cameras do."""
    channels = 1 if rng.random() < 0.5 else picture.shape[2]
    grain = rng.standard_normal((*picture.shape[:2], channels), dtype=np.float32)
    grain *= np.float32(rng.uniform(0.0, strongest))
    if rng.random() < 0.5:
        grain = cv2.blur(grain, (3, 3)).reshape(grain.shape) * 2.0
    return np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8)


def jpeg(picture: Pixels, quality: int, subsample: bool = True, offset: tuple[int, int] = (0, 0)) -> Pixels:
    """Through a real JPEG encoder and back; `offset` (rows, columns) shifts the 8×8 grid."""
    dy, dx = offset
    padded = np.pad(picture, ((dy, 0), (dx, 0), (0, 0)), mode="edge")
    buffer = io.BytesIO()
    Image.fromarray(padded).save(buffer, "JPEG", quality=quality, subsampling=2 if subsample else 0)
    buffer.seek(0)
    with Image.open(buffer) as opened:
        return np.array(opened.convert("RGB"))[dy:, dx:].copy()


def sharpen(picture: Pixels, amount: float, sigma: float = 1.0) -> Pixels:
    """Unsharp mask."""
    soft = cv2.GaussianBlur(picture, (0, 0), sigma)
    return np.asarray(cv2.addWeighted(picture, 1.0 + amount, soft, -amount, 0.0), dtype=np.uint8)


def _random_jpeg(picture: Pixels, rng: np.random.Generator, low: int, high: int) -> Pixels:
    offset = (int(rng.integers(8)), int(rng.integers(8)))
    return jpeg(picture, int(rng.integers(low, high + 1)), bool(rng.random() < 0.5), offset)


def clean(picture: Pixels, scale: int, rng: np.random.Generator, clean_share: float = 1.0) -> Pixels:
    """Exact bicubic reduction and nothing else. Sides must be multiples of `scale`."""
    return np.asarray(imresize(picture, 1.0 / scale), dtype=np.uint8)


def mild(picture: Pixels, scale: int, rng: np.random.Generator, clean_share: float = 0.25) -> Pixels:
    """The reduced picture as an everyday camera or phone would have left it; `clean_share` stay clean."""
    if rng.random() < clean_share:
        return clean(picture, scale, rng)
    if rng.random() < 0.3:
        picture = blur(picture, rng, 0.1 * scale, 0.5 * scale)
    low = clean(picture, scale, rng)
    if rng.random() < 0.35:
        low = noise(low, rng, 6.0)
    if rng.random() < 0.3:
        low = sharpen(low, rng.uniform(0.0, 0.6))
    if rng.random() < 0.75:
        low = _random_jpeg(low, rng, 60, 97)
        if rng.random() < 0.25:
            low = _random_jpeg(low, rng, 75, 95)
    return low


def damaged(picture: Pixels, scale: int, rng: np.random.Generator, clean_share: float = 0.1) -> Pixels:
    """What restorers mend: blur, noise and a strong JPEG, reduced by `scale` first; `clean_share` stay whole.

    Quality is log-uniform in 8..70, two thirds of it with halved chroma, the 8×8 grid at a random place.
    """
    low = clean(picture, scale, rng) if scale > 1 else picture
    if rng.random() < clean_share:
        return low
    if rng.random() < 0.2:
        low = blur(low, rng, 0.3, 1.2)
    if rng.random() < 0.4:
        low = noise(low, rng, 20.0)
    if rng.random() < 0.9:
        quality = round(float(np.exp(rng.uniform(np.log(8.0), np.log(70.0)))))
        offset = (int(rng.integers(8)), int(rng.integers(8)))
        low = jpeg(low, quality, bool(rng.random() < 2 / 3), offset)
    return low


DEGRADATIONS: dict[str, Degradation] = {"clean": clean, "mild": mild, "damaged": damaged}
