"""IMDN: Hui et al., "Lightweight Image Super-Resolution with Information Multi-distillation Network", ACM MM 2019.

Layouts of Zheng222/IMDN: the network of the paper (`fea_conv`, `IMDBN`, `c.0`, `LR_conv`, `upsampler.0`) and its small
real-time sister RTC (`model.0`, `model.1.sub.N`, `model.2`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_SLOPE = 0.05


class ContrastAttention(nn.Module):
    """Weighs channels by their standard deviation plus mean over the whole picture."""

    def __init__(self, features: int, inner: int) -> None:
        super().__init__()
        self.conv_du = nn.Sequential(
            nn.Conv2d(features, inner, 1), nn.ReLU(), nn.Conv2d(inner, features, 1), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        deviation = (x - mean).square().mean((2, 3), keepdim=True).sqrt()
        return x * self.conv_du(deviation + mean)


class _Block(nn.Module):
    """Each step keeps the first `distilled` channels and refines the others. `inner` 0: without attention."""

    def __init__(self, features: int, distilled: int, inner: int) -> None:
        super().__init__()
        self.split = [distilled, features - distilled]
        self.c1 = nn.Conv2d(features, features, 3, padding=1)
        self.c2 = nn.Conv2d(features - distilled, features, 3, padding=1)
        self.c3 = nn.Conv2d(features - distilled, features, 3, padding=1)
        self.c4 = nn.Conv2d(features - distilled, distilled, 3, padding=1)
        self.c5 = nn.Conv2d(distilled * 4, features, 1)
        self.cca = ContrastAttention(features, inner) if inner else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        kept, y = [], x
        for conv in (self.c1, self.c2, self.c3):
            first, y = F.leaky_relu(conv(y), _SLOPE).split(self.split, 1)
            kept.append(first)
        kept.append(self.c4(y))
        return self.c5(self.cca(torch.cat(kept, 1))) + x


class IMDN(nn.Module):
    """N×3×H×W in, N×3×(H·scale)×(W·scale) out, values 0..1."""

    def __init__(
        self, features: int = 64, distilled: int = 16, inner: int = 4, blocks: int = 6, scale: int = 4
    ) -> None:
        super().__init__()
        self.scale = scale
        self.blocks = blocks
        self.fea_conv = nn.Conv2d(3, features, 3, padding=1)
        for index in range(1, blocks + 1):
            self.add_module(f"IMDB{index}", _Block(features, distilled, inner))
        self.c = nn.Sequential(nn.Conv2d(features * blocks, features, 1), nn.LeakyReLU(_SLOPE))
        self.LR_conv = nn.Conv2d(features, features, 3, padding=1)
        self.upsampler = nn.Sequential(nn.Conv2d(features, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        first = self.fea_conv(x)
        y, outs = first, []
        for index in range(1, self.blocks + 1):
            y = self.get_submodule(f"IMDB{index}")(y)
            outs.append(y)
        return self.upsampler(self.LR_conv(self.c(torch.cat(outs, 1))) + first)


class _Shortcut(nn.Module):
    def __init__(self, sub: nn.Module) -> None:
        super().__init__()
        self.sub = sub

    def forward(self, x: Tensor) -> Tensor:
        return x + self.sub(x)


class IMDNRTC(nn.Module):
    """N×3×H×W in, N×3×(H·scale)×(W·scale) out, values 0..1."""

    def __init__(self, features: int = 12, distilled: int = 3, blocks: int = 5, scale: int = 2) -> None:
        super().__init__()
        self.scale = scale
        trunk = [_Block(features, distilled, 0) for _ in range(blocks)]
        self.model = nn.Sequential(
            nn.Conv2d(3, features, 3, padding=1),
            _Shortcut(nn.Sequential(*trunk, nn.Conv2d(features, features, 1))),
            nn.Conv2d(features, 3 * scale**2, 3, padding=1),
            nn.PixelShuffle(scale),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x)
