"""RFDN: Liu et al., "Residual Feature Distillation Network for Lightweight Image Super-Resolution", ECCVW 2020.

Layout of njulj/RFDN: `fea_conv`, `BN.c1_d … c5, esa`, `c.0`, `LR_conv`, `upsampler.0`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.nets.esa import ESA

_SLOPE = 0.05


def _lrelu(x: Tensor) -> Tensor:
    return F.leaky_relu(x, _SLOPE)


class _Block(nn.Module):
    def __init__(self, features: int, distilled: int, inner: int) -> None:
        super().__init__()
        self.c1_d = nn.Conv2d(features, distilled, 1)
        self.c1_r = nn.Conv2d(features, features, 3, padding=1)
        self.c2_d = nn.Conv2d(features, distilled, 1)
        self.c2_r = nn.Conv2d(features, features, 3, padding=1)
        self.c3_d = nn.Conv2d(features, distilled, 1)
        self.c3_r = nn.Conv2d(features, features, 3, padding=1)
        self.c4 = nn.Conv2d(features, distilled, 3, padding=1)
        self.c5 = nn.Conv2d(distilled * 4, features, 1)
        self.esa = ESA(features, inner, deep=True)

    def forward(self, x: Tensor) -> Tensor:
        kept = []
        for distil, refine in ((self.c1_d, self.c1_r), (self.c2_d, self.c2_r), (self.c3_d, self.c3_r)):
            kept.append(_lrelu(distil(x)))
            x = _lrelu(refine(x) + x)
        kept.append(_lrelu(self.c4(x)))
        return self.esa(self.c5(torch.cat(kept, 1)))


class RFDN(nn.Module):
    """N×3×H×W in, N×3×(H·scale)×(W·scale) out; published weights work on 0..255. H and W at least 15."""

    def __init__(
        self, features: int = 50, distilled: int = 25, inner: int = 12, blocks: int = 4, scale: int = 4
    ) -> None:
        super().__init__()
        self.scale = scale
        self.blocks = blocks
        self.fea_conv = nn.Conv2d(3, features, 3, padding=1)
        for index in range(1, blocks + 1):
            self.add_module(f"B{index}", _Block(features, distilled, inner))
        self.c = nn.Sequential(nn.Conv2d(features * blocks, features, 1), nn.LeakyReLU(_SLOPE))
        self.LR_conv = nn.Conv2d(features, features, 3, padding=1)
        self.upsampler = nn.Sequential(nn.Conv2d(features, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        first = self.fea_conv(x)
        y, outs = first, []
        for index in range(1, self.blocks + 1):
            y = self.get_submodule(f"B{index}")(y)
            outs.append(y)
        return self.upsampler(self.LR_conv(self.c(torch.cat(outs, 1))) + first)
