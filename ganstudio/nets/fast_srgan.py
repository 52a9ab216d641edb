"""Fast-SRGAN's generator: residual blocks at low resolution, two sub-pixel steps, tanh.

Layout of HasnainRaz/Fast-SRGAN. Its published weights have instance normalisation without parameters (it leaves no key
in the file); later code has depthwise blocks with batch normalisation. Both are built.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

Norm = Literal["instance", "batch"]


def _norm(kind: Norm, features: int) -> nn.Module:
    return nn.InstanceNorm2d(features) if kind == "instance" else nn.BatchNorm2d(features)


class _Residual(nn.Module):
    def __init__(self, features: int, norm: Norm, depthwise: bool) -> None:
        super().__init__()
        groups = features if depthwise else 1
        second = 1 if depthwise else 3
        self.conv1 = nn.Conv2d(features, features, 3, padding=1, bias=False, groups=groups)
        self.bn1 = _norm(norm, features)
        self.relu1 = nn.PReLU()
        self.conv2 = nn.Conv2d(features, features, second, padding=second // 2, bias=False)
        self.bn2 = _norm(norm, features)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))


class _Up(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(features, features * 4, 3, padding=1)
        self.phase_shift = nn.PixelShuffle(2)
        self.relu = nn.PReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.phase_shift(self.conv(x)))


class FastSRGAN(nn.Module):
    """N×3×H×W in -1..1, N×3×(H·2^ups)×(W·2^ups) out in -1..1."""

    def __init__(
        self, features: int = 64, blocks: int = 8, ups: int = 2, norm: Norm = "instance", depthwise: bool = False
    ) -> None:
        super().__init__()
        self.scale = 2**ups
        self.neck = nn.Sequential(nn.Conv2d(3, features, 3, padding=1), nn.PReLU())
        self.stem = nn.Sequential(*(_Residual(features, norm, depthwise) for _ in range(blocks)))
        self.bottleneck = nn.Sequential(nn.Conv2d(features, features, 3, padding=1, bias=False), _norm(norm, features))
        self.upsampling = nn.Sequential(*(_Up(features) for _ in range(ups)))
        self.head = nn.Sequential(nn.Conv2d(features, 3, 3, padding=1), nn.Tanh())

    def forward(self, x: Tensor) -> Tensor:
        first = self.neck(x)
        return self.head(self.upsampling(self.bottleneck(self.stem(first)) + first))
