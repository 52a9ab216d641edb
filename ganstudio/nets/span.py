"""SPAN: Wan et al., "Swift Parameter-free Attention Network for Efficient Super-Resolution", CVPR workshops 2024.

Layout of hongyuanyu/SPAN after its convolutions were fused (`eval_conv`); each convolution may have its own width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_MEAN = (0.4488, 0.4371, 0.4040)
_BLOCK_CONVS = ("c1_r", "c2_r", "c3_r")


class _Fused(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.eval_conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.eval_conv(x)


class _Block(nn.Module):
    def __init__(self, widths: list[tuple[int, int]]) -> None:
        super().__init__()
        self.c1_r, self.c2_r, self.c3_r = (_Fused(inputs, outputs) for inputs, outputs in widths)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The block's result, and its first convolution's, activated (the original activates in place)."""
        first = F.silu(self.c1_r(x))
        y = self.c3_r(F.silu(self.c2_r(first)))
        return (y + x) * (torch.sigmoid(y) - 0.5), first


class SPAN(nn.Module):
    """N×3×H×W in 0..1, N×3×(H·scale)×(W·scale) out in 0..1.

    `widths`: (inputs, outputs) by the convolution's name, as in the file: `conv_1`, `block_1.c1_r` … `conv_2`,
    `conv_cat`, `upsampler.0`.
    """

    mean: Tensor

    def __init__(self, widths: dict[str, tuple[int, int]], blocks: int = 6, scale: int = 4) -> None:
        super().__init__()
        self.scale = scale
        self.blocks = blocks
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.conv_1 = _Fused(*widths["conv_1"])
        for index in range(1, blocks + 1):
            block = _Block([widths[f"block_{index}.{conv}"] for conv in _BLOCK_CONVS])
            self.add_module(f"block_{index}", block)
        self.conv_2 = _Fused(*widths["conv_2"])
        self.conv_cat = nn.Conv2d(*widths["conv_cat"], 1)
        self.upsampler = nn.Sequential(nn.Conv2d(*widths["upsampler.0"], 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        first = self.conv_1((x - self.mean) * 255)
        y, earliest, inner = first, first, first
        for index in range(1, self.blocks + 1):
            y, inner = self.get_submodule(f"block_{index}")(y)
            if index == 1:
                earliest = y
        return self.upsampler(self.conv_cat(torch.cat((first, self.conv_2(y), earliest, inner), 1)))
