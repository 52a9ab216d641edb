"""Inception v3 up to its 2048 features (Szegedy et al. 2015, arXiv:1512.00567), for FID with weights a person brings.

The state dict has torchvision's names. `fid` is the graph of December 2015 on which the published FID rests: there the
average pools leave the border out of the count, and the last block pools by the maximum.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Pool = Callable[[Tensor], Tensor]


def _average(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 3, 1, 1)


def _average_inside(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def _largest(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 3, 1, 1)


class Conv(nn.Module):
    """Convolution, batch normalisation, ReLU."""

    def __init__(
        self, channels: int, out: int, kernel: int | tuple[int, int] = 1, stride: int = 1, pad: bool = True
    ) -> None:
        super().__init__()
        sides = (kernel, kernel) if isinstance(kernel, int) else kernel
        padding = (sides[0] // 2, sides[1] // 2) if pad else 0
        self.conv = nn.Conv2d(channels, out, sides, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class BlockA(nn.Module):
    def __init__(self, channels: int, pooled: int, pool: Pool) -> None:
        super().__init__()
        self.branch1x1 = Conv(channels, 64)
        self.branch5x5_1, self.branch5x5_2 = Conv(channels, 48), Conv(48, 64, 5)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(channels, 64), Conv(64, 96, 3)
        self.branch3x3dbl_3 = Conv(96, 96, 3)
        self.branch_pool = Conv(channels, pooled)
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        five = self.branch5x5_2(self.branch5x5_1(x))
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), five, three, self.branch_pool(self.pool(x))], 1)


class BlockB(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch3x3 = Conv(channels, 384, 3, 2, pad=False)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(channels, 64), Conv(64, 96, 3)
        self.branch3x3dbl_3 = Conv(96, 96, 3, 2, pad=False)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), three, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    def __init__(self, channels: int, inner: int, pool: Pool) -> None:
        super().__init__()
        flat, tall = (1, 7), (7, 1)
        self.branch1x1 = Conv(channels, 192)
        self.branch7x7_1, self.branch7x7_2 = Conv(channels, inner), Conv(inner, inner, flat)
        self.branch7x7_3 = Conv(inner, 192, tall)
        self.branch7x7dbl_1, self.branch7x7dbl_2 = Conv(channels, inner), Conv(inner, inner, tall)
        self.branch7x7dbl_3, self.branch7x7dbl_4 = Conv(inner, inner, flat), Conv(inner, inner, tall)
        self.branch7x7dbl_5 = Conv(inner, 192, flat)
        self.branch_pool = Conv(channels, 192)
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        once = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        twice = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        twice = self.branch7x7dbl_5(self.branch7x7dbl_4(twice))
        return torch.cat([self.branch1x1(x), once, twice, self.branch_pool(self.pool(x))], 1)


class BlockD(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch3x3_1, self.branch3x3_2 = Conv(channels, 192), Conv(192, 320, 3, 2, pad=False)
        self.branch7x7x3_1, self.branch7x7x3_2 = Conv(channels, 192), Conv(192, 192, (1, 7))
        self.branch7x7x3_3, self.branch7x7x3_4 = Conv(192, 192, (7, 1)), Conv(192, 192, 3, 2, pad=False)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    def __init__(self, channels: int, pool: Pool) -> None:
        super().__init__()
        flat, tall = (1, 3), (3, 1)
        self.branch1x1 = Conv(channels, 320)
        self.branch3x3_1 = Conv(channels, 384)
        self.branch3x3_2a, self.branch3x3_2b = Conv(384, 384, flat), Conv(384, 384, tall)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(channels, 448), Conv(448, 384, 3)
        self.branch3x3dbl_3a, self.branch3x3dbl_3b = Conv(384, 384, flat), Conv(384, 384, tall)
        self.branch_pool = Conv(channels, 192)
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        once = self.branch3x3_1(x)
        twice = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pooled = self.branch_pool(self.pool(x))
        once_both = [self.branch3x3_2a(once), self.branch3x3_2b(once)]
        twice_both = [self.branch3x3dbl_3a(twice), self.branch3x3dbl_3b(twice)]
        return torch.cat([self.branch1x1(x), *once_both, *twice_both, pooled], 1)


class Inception(nn.Module):
    """N×3×299×299 in −1..1 → [N×2048×8×8]."""

    channels = 2048

    def __init__(self, fid: bool) -> None:
        super().__init__()
        pool: Pool = _average_inside if fid else _average
        self.Conv2d_1a_3x3 = Conv(3, 32, 3, 2, pad=False)
        self.Conv2d_2a_3x3, self.Conv2d_2b_3x3 = Conv(32, 32, 3, pad=False), Conv(32, 64, 3)
        self.Conv2d_3b_1x1, self.Conv2d_4a_3x3 = Conv(64, 80), Conv(80, 192, 3, pad=False)
        self.Mixed_5b, self.Mixed_5c = BlockA(192, 32, pool), BlockA(256, 64, pool)
        self.Mixed_5d, self.Mixed_6a = BlockA(288, 64, pool), BlockB(288)
        self.Mixed_6b, self.Mixed_6c = BlockC(768, 128, pool), BlockC(768, 160, pool)
        self.Mixed_6d, self.Mixed_6e = BlockC(768, 160, pool), BlockC(768, 192, pool)
        self.Mixed_7a, self.Mixed_7b = BlockD(768), BlockE(1280, pool)
        self.Mixed_7c = BlockE(2048, _largest if fid else pool)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        return [self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))]
