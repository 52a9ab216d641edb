"""DiffAugment: colour, translation, cutout, each on every picture (Zhao et al. 2020)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import pad

SHIFT = 0.125
HOLE = 0.5


def augmented(images: Tensor, generator: torch.Generator) -> Tensor:
    """All three, in the published order."""
    return cutout(translation(colour(images, generator), generator), generator)


def _uniform(images: Tensor, generator: torch.Generator) -> Tensor:
    """N×1×1×1 in 0..1."""
    return torch.rand(images.shape[0], 1, 1, 1, generator=generator).to(images.device)


def colour(images: Tensor, generator: torch.Generator) -> Tensor:
    """Brightness ±½, saturation ×0…2, contrast ×½…1½."""
    brighter, richer, harder = (_uniform(images, generator) for _ in range(3))
    images = images + (brighter - 0.5)
    gray = images.mean(dim=1, keepdim=True)
    images = gray + (images - gray) * (richer * 2.0)
    middle = images.mean(dim=(1, 2, 3), keepdim=True)
    return middle + (images - middle) * (harder + 0.5)


def _corners(images: Tensor, spread: int, generator: torch.Generator) -> list[tuple[int, int]]:
    """One (row, column) in 0..spread for each picture."""
    drawn = torch.randint(0, spread + 1, (images.shape[0], 2), generator=generator)
    return [(int(row), int(column)) for row, column in drawn.tolist()]


def translation(images: Tensor, generator: torch.Generator) -> Tensor:
    """Up to an eighth of the side, black beyond the edge."""
    height, width = images.shape[2:]
    most = round(max(height, width) * SHIFT)
    wide = pad(images, [most] * 4)
    corners = _corners(images, 2 * most, generator)
    return torch.stack([wide[n, :, y : y + height, x : x + width] for n, (y, x) in enumerate(corners)])


def cutout(images: Tensor, generator: torch.Generator) -> Tensor:
    """A square of half the side, centred anywhere, becomes 0."""
    height, width = images.shape[2:]
    rows, columns = round(height * HOLE), round(width * HOLE)
    mask = torch.ones(images.shape[0], 1, height, width, device=images.device)
    for n, (y, x) in enumerate(_corners(images, max(height, width), generator)):
        top, left = y - rows // 2, x - columns // 2
        mask[n, :, max(0, top) : max(0, top + rows), max(0, left) : max(0, left + columns)] = 0.0
    return images * mask
