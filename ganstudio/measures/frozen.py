"""Features: a frozen network that looks at pictures, under a name and a version that every figure carries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.core.errors import UsageError

_BATCH_PIXELS = 32 * 224 * 224


@dataclass(frozen=True)
class Features:
    """What a frozen network sees. `net` maps scaled pictures to a list of taps, the last of them the deepest.

    `side` is the size the network was trained for, to which `vectors` brings pictures; `dimension` the length of a
    vector; `version` the first 8 digits of the weights' SHA-256. The first `compared` taps are for distances,
    `mode` is how pictures are resized, `smallest` the least side that the network stands.
    """

    name: str
    version: str
    side: int
    dimension: int
    compared: int
    smallest: int
    net: nn.Module
    scale: Callable[[Tensor], Tensor]
    mode: str = "bicubic"

    @property
    def label(self) -> str:
        """What is printed beside a figure: “squeezenet11 (1a2b3c4d)”."""
        return f"{self.name} ({self.version})"

    def taps(self, images: Tensor) -> list[Tensor]:
        """N×3×H×W, RGB 0..1, sides of at least `smallest` → the taps for distances, each N×C×h×w. Differentiable."""
        return self.net(self.scale(images))[: self.compared]

    def vector(self, images: Tensor) -> Tensor:
        """N×3×H×W, RGB 0..1, as they are → N×`dimension`: the deepest tap's mean over space. Differentiable."""
        return self.net(self.scale(images))[-1].mean(dim=(2, 3))

    @torch.inference_mode()
    def vectors(self, pictures: NDArray[np.uint8], side: int = 0) -> NDArray[np.float32]:
        """N×H×W×3 → N×`dimension`, each picture resized (antialiased, in float) to `side` (usually `self.side`).

        Real and made pictures must come in the same size: what a resize does to them then is the same too.
        """
        side = side or self.side
        if side < self.smallest:
            raise UsageError(f"{self.name} sees pictures of at least {self.smallest} pixels; {side} is too small.")
        device = next(self.net.parameters()).device
        at_once = max(1, _BATCH_PIXELS // side**2)
        rows = []
        for start in range(0, len(pictures), at_once):
            part = torch.from_numpy(np.ascontiguousarray(pictures[start : start + at_once])).to(device)
            images = part.permute(0, 3, 1, 2).float() / 255.0
            if images.shape[2:] != (side, side):
                images = F.interpolate(images, size=(side, side), mode=self.mode, antialias=True).clamp(0.0, 1.0)
            rows.append(self.vector(images).float().cpu().numpy())
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), np.float32)

    def side_for(self, pictures: int) -> int:
        """The size at which pictures of this size are seen: twice theirs, at least 96, at most the network's own.

        Small pictures blown up to the network's own size would cost many times the time for little.
        """
        return min(self.side, max(96, 2 * pictures))

    def to(self, device: torch.device | str) -> Features:
        """The same features on another device; the network itself moves."""
        self.net.to(device)
        return self


def frozen(net: nn.Module) -> nn.Module:
    return net.eval().requires_grad_(False)


def version_of(path: Path) -> str:
    """The first 8 digits of a file's SHA-256."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:8]
