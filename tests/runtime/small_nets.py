"""Small real networks for the tests of the runtime, and Models made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.models import Model
from ganstudio.models.cards import Card
from ganstudio.models.library import Entry
from ganstudio.nets.compact import Compact


def compact(scale: int = 2, features: int = 8, convs: int = 3, channels: int = 3) -> nn.Module:
    """An upscaler that works (its base is the picture itself) with details from random weights."""
    torch.manual_seed(5)
    net = Compact(channels, channels, features, convs, scale)
    last = net.body[-1]
    assert isinstance(last, nn.Conv2d)
    last.weight.data.mul_(0.3)
    return net


class Attention(nn.Module):
    """A ×1 network with channel attention as `how` makes it; what is pooled changes the colour of every pixel."""

    def __init__(self, how: Callable[[Tensor], Tensor], channels: int = 3) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.into, self.out = nn.Conv2d(channels, 8, 3, padding=1), nn.Conv2d(8, channels, 3, padding=1)
        self.out.weight.data.mul_(0.2)
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        features = self.how(F.leaky_relu(self.into(x), 0.2))
        return x + self.out(features)


class Module(nn.Module):
    """Any function as a network."""

    def __init__(self, call: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.call = call

    def forward(self, x: Tensor) -> Tensor:
        return self.call(x)


def model(
    net: nn.Module, folder: Path, *, scale: int = 2, channels: int = 3, value_range: str = "0..1",
    ranges: tuple[str, ...] | None = None, size_multiple: int = 1, kind: str = "upscaler", name: str = "small",
) -> Model:  # fmt: skip
    """A Model as `open_model` gives it; its file is only a place."""
    weights = b"".join(p.detach().numpy().tobytes() for p in net.parameters())
    sha256 = hashlib.sha256(weights + name.encode()).hexdigest()
    path = folder / f"{name}.safetensors"
    path.write_bytes(weights)
    card = Card(name, name.title(), kind, "test", scale, channels, value_range)
    net = net.eval().requires_grad_(False)
    return Model(card, net, sha256, path, size_multiple, ranges=ranges or (value_range,))


def entry_of(m: Model) -> Entry:
    return Entry(m.card.name, m.path, m.card)


def photo(height: int, width: int, channels: int = 3, depth: int = 8, seed: int = 0) -> np.ndarray:
    """(H, W, C) with slopes, edges and noise; every channel different, alpha (channels 2, 4) with soft borders."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(height, width, 8)
    stripes = [0.15 * ((x * 11 + c).astype(int) % 2) for c in range(channels)]
    planes = [0.5 + 0.3 * np.sin(9 * x + c) * np.cos(7 * y - c) + stripes[c] for c in range(channels)]
    picture = np.stack(planes, axis=2) + random.normal(0, 0.03, (height, width, channels))
    if channels in (2, 4):
        picture[:, :, -1] = np.clip(2 - 5 * np.hypot(x - 0.4, y - 0.4), 0, 1)
    peak = 255 if depth == 8 else 65535
    return (np.clip(picture, 0, 1) * peak + 0.5).astype(np.uint8 if depth == 8 else np.uint16)


def plainly(m: Model, pixels: np.ndarray, clip: bool = True) -> np.ndarray:
    """What the network makes of the whole picture, in float64 0..1: eager, float32, no tiles."""
    peak = np.iinfo(pixels.dtype).max
    x = torch.from_numpy(pixels.astype(np.float32) / peak).permute(2, 0, 1)[None]
    with torch.no_grad():
        y = m.module(x)[0].permute(1, 2, 0).double()
    return (y.clamp(0, 1) if clip else y).numpy()
