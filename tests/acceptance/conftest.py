"""The program as a person uses it: whole command lines on real folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.cli.main import main


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run one command line in this process; the exit code and what it printed."""

    def call(*words: object) -> Result:
        capfd.readouterr()
        code = main([str(word) for word in words])
        return Result(code, *capfd.readouterr())

    return call


def scene(width: int = 48, height: int = 36, channels: int = 3, seed: int = 0) -> np.ndarray:
    """A small picture with slopes, an edge and grain: (H, W, C) uint8, different for every seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    hue = rng.uniform(0, 6, channels)
    waves = [0.5 + 0.3 * np.sin(5 * x + h) * np.cos(4 * y - h) for h in hue]
    picture = np.stack(waves, axis=2) + 0.15 * (x + y > 0.9)[:, :, None]
    return np.clip(picture * 255 + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


@pytest.fixture
def photos(tmp_path: Path) -> Callable[[Sequence[str]], Path]:
    """Make a folder of small pictures with these relative names; the folder."""

    def make(names: Sequence[str], folder: str = "photos") -> Path:
        root = tmp_path / folder
        root.mkdir(exist_ok=True)
        for seed, name in enumerate(names):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(scene(seed=seed)).save(path, quality=95, **_FORMAT.get(path.suffix.lower(), {}))
        return root

    return make


_FORMAT = {".jfif": {"format": "JPEG"}, "": {"format": "PNG"}}


def files(folder: Path) -> list[str]:
    """Every file below a folder, as relative posix names, sorted."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
