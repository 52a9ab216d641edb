"""Pictures out of a generator: from seeds to pixels, and a sheet of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.nets.generator_net import GeneratorNet

Pixels = NDArray[np.uint8]
_GAP = 2


def latents(seeds: Sequence[int], size: int) -> Tensor:
    """N×size standard normal: one numpy RandomState a seed, as NVIDIA's programs draw them."""
    return torch.from_numpy(np.stack([np.random.RandomState(seed).randn(size) for seed in seeds])).float()


def to_pixels(images: Tensor) -> Pixels:
    """N×C×R×R about -1..1 → N×R×R×C uint8, rounded as the official programs do."""
    scaled = (images * 127.5 + 128.0).clamp(0.0, 255.0).to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).cpu().numpy()


@torch.no_grad()
def generated(
    g: GeneratorNet, seeds: Sequence[int], classes: Sequence[int] | None = None, psi: float = 1.0, batch: int = 32
) -> Pixels:
    """N×R×R×C pictures, one for each seed; `classes` says which class each one is of (None: all in turn)."""
    device = next(g.parameters()).device
    eye = torch.eye(g.classes, device=device)
    wanted = classes if classes is not None else [n % max(1, g.classes) for n in range(len(seeds))]
    made = []
    for at in range(0, len(seeds), batch):
        z = latents(seeds[at : at + batch], g.z_dim).to(device)
        label = eye[list(wanted[at : at + batch])] if g.classes else None
        made.append(to_pixels(g(z, label, psi)))
    return np.concatenate(made)


def rows_of(g: GeneratorNet, columns: int, psi: float = 1.0) -> Pixels:
    """A sheet from the seeds 0 … : one row a class (four rows where there are none), every row the same seeds."""
    rows = g.classes or 4
    seeds = [column + (0 if g.classes else row * columns) for row in range(rows) for column in range(columns)]
    return sheet(generated(g, seeds, [n // columns for n in range(len(seeds))], psi), columns)


def sheet(images: Pixels, columns: int) -> Pixels:
    """N×R×R×C → H×W×3, row by row with white between; tiny pictures are shown enlarged, each pixel a square."""
    times = max(1, 64 // images.shape[1])
    images = images.repeat(times, axis=1).repeat(times, axis=2)
    if images.shape[3] == 1:
        images = images.repeat(3, axis=3)
    side = images.shape[1] + _GAP
    found = np.full((math.ceil(len(images) / columns) * side - _GAP, columns * side - _GAP, 3), 255, dtype=np.uint8)
    for index, image in enumerate(images):
        y, x = index // columns * side, index % columns * side
        found[y : y + side - _GAP, x : x + side - _GAP] = image
    return found
