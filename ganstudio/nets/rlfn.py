"""RLFN: Kong et al., "Residual Local Feature Network for Efficient Super-Resolution", CVPR workshops 2022.

Layout of bytedance/RLFN: `conv_1`, `block_N.c1_r/c2_r/c3_r/c5/esa`, `conv_2`, `upsampler.0`.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.nets.esa import ESA

_SLOPE = 0.05


class _Block(nn.Module):
    def __init__(self, features: int, middle: int, inner: int) -> None:
        super().__init__()
        self.c1_r = nn.Conv2d(features, middle, 3, padding=1)
        self.c2_r = nn.Conv2d(middle, middle, 3, padding=1)
        self.c3_r = nn.Conv2d(middle, features, 3, padding=1)
        self.c5 = nn.Conv2d(features, features, 1)
        self.esa = ESA(features, inner, deep=False)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for conv in (self.c1_r, self.c2_r, self.c3_r):
            y = F.leaky_relu(conv(y), _SLOPE)
        return self.esa(self.c5(y + x))


class RLFN(nn.Module):
    """N×3×H×W in, N×3×(H·scale)×(W·scale) out; published weights work on 0..255. H and W at least 15."""

    def __init__(self, features: int = 52, middle: int = 52, inner: int = 16, blocks: int = 6, scale: int = 4) -> None:
        super().__init__()
        self.scale = scale
        self.blocks = blocks
        self.conv_1 = nn.Conv2d(3, features, 3, padding=1)
        for index in range(1, blocks + 1):
            self.add_module(f"block_{index}", _Block(features, middle, inner))
        self.conv_2 = nn.Conv2d(features, features, 3, padding=1)
        self.upsampler = nn.Sequential(nn.Conv2d(features, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        first = self.conv_1(x)
        y = first
        for index in range(1, self.blocks + 1):
            y = self.get_submodule(f"block_{index}")(y)
        return self.upsampler(self.conv_2(y) + first)
