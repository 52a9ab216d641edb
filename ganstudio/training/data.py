"""Photographs in memory: read once, reduced once, cropped on the grid of the scale."""

from __future__ import annotations

import csv
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from ganstudio.core.errors import BadInput
from ganstudio.training.degradations import DEGRADATIONS
from ganstudio.training.plans import Plan

Pixels = NDArray[np.uint8]
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
SOURCES = "SOURCES.tsv"


def may_train(licence: str, allowed: Iterable[str]) -> bool:
    """Whether a licence text begins with an allowed licence and forbids neither changes nor commerce."""
    text = licence.strip().lower()
    forbidden = "nc" in text.replace("-", " ").split() or "nd" in text.replace("-", " ").split()
    return not forbidden and any(text.startswith(name.lower()) for name in allowed)


def find_pictures(folder: Path, allowed: Iterable[str]) -> list[Path]:
    """The pictures of a folder, sorted by name.

    Where the folder has a SOURCES.tsv (columns `file` and `licence`) only pictures whose row permits training
    are taken; a folder without one is the person's own and taken whole.
    """
    if not folder.is_dir():
        raise BadInput(f"There is no folder of pictures at {folder}.")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    table = folder / SOURCES
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as handle:
            rows = {row["file"]: row["licence"] for row in csv.DictReader(handle, delimiter="\t")}
        found = [path for path in found if path.name in rows and may_train(rows[path.name], allowed)]
    if not found:
        raise BadInput(f"No picture in {folder} can be used for training.")
    return found


def held_out(name: str, one_in: int) -> bool:
    """Whether a picture belongs to validation: decided by its name alone, so adding pictures moves none."""
    return one_in > 0 and zlib.crc32(name.encode()) % one_in == 0


def read(path: Path) -> Pixels:
    """H×W×3 uint8, upright."""
    try:
        with Image.open(path) as opened:
            return np.array(ImageOps.exif_transpose(opened).convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise BadInput(f"The picture {path.name} cannot be read: {error}.") from error


def listing(paths: Iterable[Path]) -> str:
    """A hash of names and sizes: what a resumed Run compares its pictures by."""
    text = "\n".join(f"{path.name}\t{path.stat().st_size}" for path in paths)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _grid(picture: Pixels, scale: int) -> Pixels:
    height, width = picture.shape[0] // scale * scale, picture.shape[1] // scale * scale
    return picture[:height, :width]


def busyness(crop: Pixels) -> float:
    """Mean absolute difference of neighbours in green: skies are near 0."""
    green = crop[..., 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=0)).mean() + np.abs(np.diff(green, axis=1)).mean())


def _turned(crop: Pixels, turn: int) -> Pixels:
    crop = np.rot90(crop, turn % 4)
    return crop[:, ::-1] if turn >= 4 else crop


@dataclass
class Photographs:
    """Training pairs. Everything drawn is a function of (seed, step), so nothing needs to be remembered."""

    plan: Plan
    high: list[Pixels]
    low: list[Pixels] = field(default_factory=list)
    _share: NDArray[np.float64] = field(init=False)
    _degraded_at: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        smallest = max(self.plan.patch, self.plan.final_patch) * self.plan.scale
        self.high = [_grid(p, self.plan.scale) for p in self.high if min(p.shape[:2]) >= smallest]
        if not self.high:
            raise BadInput(f"No picture is at least {smallest} pixels on both sides, which training needs.")
        pixels = np.array([p.shape[0] * p.shape[1] for p in self.high], dtype=np.float64)
        self._share = pixels / pixels.sum()

    def _degrade(self, index: int, generation: int) -> Pixels:
        rng = np.random.default_rng([self.plan.seed, 1, index, generation])
        degrade = DEGRADATIONS[self.plan.degradation]
        return degrade(self.high[index], self.plan.scale, rng, self.plan.clean_share)

    def prepare(self, step: int) -> None:
        """Bring the reduced pictures to the state they have at `step` of an uninterrupted Run."""
        count = len(self.high)
        rounds = step // self.plan.refresh if self.plan.degradation != "clean" else 0
        self.low = [self._degrade(i, (rounds - i + count - 1) // count) for i in range(count)]
        self._degraded_at = step

    def _refresh(self, step: int) -> None:
        """One picture is degraded anew every `refresh` steps; crops in between share its degradation."""
        if step == self._degraded_at or self.plan.degradation == "clean" or step % self.plan.refresh:
            return
        done = step // self.plan.refresh - 1
        index = done % len(self.high)
        self.low[index] = self._degrade(index, done // len(self.high) + 1)
        self._degraded_at = step

    def batch(self, step: int, size: int, patch: int) -> tuple[Pixels, Pixels]:
        """N×patch²×3 low and N×(patch·scale)²×3 high, uint8: the busier of two crops, turned at random."""
        self._refresh(step)
        rng = np.random.default_rng([self.plan.seed, 2, step])
        lows, highs = [], []
        for index in rng.choice(len(self.high), size=size, p=self._share):
            pairs = [self._crop(int(index), patch, rng) for _ in range(2)]
            low, high = max(pairs, key=lambda pair: busyness(pair[1]))
            turn = int(rng.integers(8))
            lows.append(_turned(low, turn))
            highs.append(_turned(high, turn))
        return np.stack(lows), np.stack(highs)

    def _crop(self, index: int, patch: int, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        s, low, high = self.plan.scale, self.low[index], self.high[index]
        y, x = int(rng.integers(low.shape[0] - patch + 1)), int(rng.integers(low.shape[1] - patch + 1))
        return low[y : y + patch, x : x + patch], high[y * s : (y + patch) * s, x * s : (x + patch) * s]


def middles(paths: Iterable[Path], scale: int, side: int = 384) -> Iterator[Pixels]:
    """The middle of each picture, at most `side` pixels square: what validation looks at."""
    for path in paths:
        picture = read(path)
        height, width = (min(n, side) // scale * scale for n in picture.shape[:2])
        y, x = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
        yield np.ascontiguousarray(picture[y : y + height, x : x + width])
