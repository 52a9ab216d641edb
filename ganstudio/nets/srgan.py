"""The SRGAN generator with batch normalisation, in the widely copied PyTorch layout (`block1` … `block8`).

Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network", CVPR 2017.
Published files end the trunk with a PReLU where the code of today has BatchNorm: both are built.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class _Residual(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(features)
        self.prelu = nn.PReLU()
        self.conv2 = nn.Conv2d(features, features, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(features)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.bn2(self.conv2(self.prelu(self.bn1(self.conv1(x)))))


class _Up(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(features, features * 4, 3, padding=1)
        self.pixel_shuffle = nn.PixelShuffle(2)
        self.prelu = nn.PReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.prelu(self.pixel_shuffle(self.conv(x)))


class SRGAN(nn.Module):
    """N×3×H×W in 0..1, N×3×(H·2^ups)×(W·2^ups) out in 0..1.

    `residuals` counts the blocks between `block1` and the trunk's last convolution; `trunk_prelu` says how that ends.
    """

    def __init__(self, features: int = 64, residuals: int = 5, ups: int = 2, trunk_prelu: bool = False) -> None:
        super().__init__()
        self.residuals = residuals
        self.scale = 2**ups
        self.block1 = nn.Sequential(nn.Conv2d(3, features, 9, padding=4), nn.PReLU())
        for index in range(residuals):
            self.add_module(f"block{index + 2}", _Residual(features))
        last = nn.PReLU() if trunk_prelu else nn.BatchNorm2d(features)
        trunk = nn.Sequential(nn.Conv2d(features, features, 3, padding=1), last)
        self.add_module(f"block{residuals + 2}", trunk)
        head = nn.Sequential(*(_Up(features) for _ in range(ups)), nn.Conv2d(features, 3, 9, padding=4))
        self.add_module(f"block{residuals + 3}", head)

    def forward(self, x: Tensor) -> Tensor:
        first = self.block1(x)
        y = first
        for index in range(2, self.residuals + 3):
            y = self.get_submodule(f"block{index}")(y)
        y = self.get_submodule(f"block{self.residuals + 3}")(first + y)
        return (torch.tanh(y) + 1) / 2
