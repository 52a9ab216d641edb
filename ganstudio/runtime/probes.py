"""Probe pictures: small, made from nothing, the same on every machine."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def smooth(channels: int, height: int = 40, width: int = 48) -> Tensor:
    """(1, C, H, W) in 0..1: three slow sines, one phase a channel. Any sound upscaler leaves it nearly as it is."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    planes = []
    for c in range(channels):
        waves = (
            np.sin(2 * np.pi * x / 48 + c) + np.sin(2 * np.pi * y / 40 + 2 * c) + np.sin(2 * np.pi * (x + y) / 60 - c)
        )
        planes.append(0.5 + 0.14 * waves)
    return torch.from_numpy(np.stack(planes)[None])


def busy(channels: int, height: int, width: int, seed: int = 1) -> Tensor:
    """(1, C, H, W) in 0..1: waves, hard edges and noise, so that a network's far reach shows; the first third darker
    and flatter, so that whatever is taken over the whole picture changes when that part is cut off."""
    random = np.random.default_rng(seed)
    picture = smooth(channels, height, width).numpy()[0]
    blocks = random.random((channels, -(-height // 7), -(-width // 9)), dtype=np.float32)
    edges = np.kron(blocks, np.ones((1, 7, 9), np.float32))[:, :height, :width]
    noise = random.normal(0, 0.08, picture.shape).astype(np.float32)
    picture = np.clip(0.4 * picture + 0.6 * edges + noise, 0, 1)
    picture[:, :, : width // 3] *= 0.35
    return torch.from_numpy(picture[None])


def as_samples(picture: Tensor) -> np.ndarray:
    """(1, C, H, W) in 0..1 → (H, W, C) uint8."""
    return (picture[0].permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
