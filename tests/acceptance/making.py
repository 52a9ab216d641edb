"""Small pictures and folders for the acceptance tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


def scene(width: int = 48, height: int = 36, channels: int = 3, seed: int = 0) -> np.ndarray:
    """A small picture with slopes, an edge and grain: (H, W, C) uint8, different for every seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    hue = rng.uniform(0, 6, channels)
    waves = [0.5 + 0.3 * np.sin(5 * x + h) * np.cos(4 * y - h) for h in hue]
    picture = np.stack(waves, axis=2) + 0.15 * (x + y > 0.9)[:, :, None]
    return np.clip(picture * 255 + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def files(folder: Path) -> list[str]:
    """Every file below a folder, as relative posix names, sorted."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
