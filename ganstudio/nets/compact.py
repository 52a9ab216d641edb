"""Compact: a chain of 3×3 convolutions with a sub-pixel end (the SRVGGNetCompact layout of Real-ESRGAN).

The state dict is `body.N.weight`, `body.N.bias` (convolutions) and 1-D `body.N.weight` (PReLU slopes), so
that every program that opens SRVGG files opens these.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class Compact(nn.Module):
    """`out = pixel_shuffle(body(x)) + nearest(x)`: N×C×H×W to N×C×(H·scale)×(W·scale), about 0..1.

    A float32 picture may go through bfloat16 weights: only what is missing is then rounded, never the picture
    (measured: 70 dB against float32, where rounding both gives 58).
    """

    def __init__(
        self, in_channels: int = 3, out_channels: int = 3, features: int = 48, convs: int = 12, scale: int = 2
    ) -> None:
        super().__init__()
        if in_channels != out_channels:
            raise ValueError("the picture is added to the result: channels in and out must be equal")
        self.features, self.convs, self.scale = features, convs, scale
        layers: list[nn.Module] = [nn.Conv2d(in_channels, features, 3, 1, 1), nn.PReLU(features)]
        for _ in range(convs):
            layers += [nn.Conv2d(features, features, 3, 1, 1), nn.PReLU(features)]
        layers.append(nn.Conv2d(features, out_channels * scale * scale, 3, 1, 1))
        self.body = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.compose(x, self.body(x.to(next(self.parameters()).dtype)).to(x.dtype))

    def compose(self, x: Tensor, residual: Tensor) -> Tensor:
        """The enlarged picture from `x` and what the body says is missing."""
        if self.scale == 1:
            return residual + x
        nearest = F.interpolate(x, scale_factor=self.scale, mode="nearest")
        return F.pixel_shuffle(residual, self.scale) + nearest
