"""A U-Net that judges every pixel, with spectral normalisation: Schönfeld et al. 2020, in the size of Wang et al. 2021.

Ten convolutions, three levels down and up with skips; raw logits. 64 features: 4.4 M parameters, 24: 0.6 M.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

_SLOPE = 0.2


def _conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Module:
    return spectral_norm(nn.Conv2d(inputs, outputs, kernel, stride, 1, bias=False))


class UNetDiscriminator(nn.Module):
    """N×3×H×W in 0..1, H and W multiples of 8, to N×1×H×W logits; `look` also gives the features on the way."""

    def __init__(self, features: int = 64) -> None:
        super().__init__()
        n = features
        self.conv0 = nn.Conv2d(3, n, 3, 1, 1)
        self.down = nn.ModuleList([_conv(n, 2 * n, 4, 2), _conv(2 * n, 4 * n, 4, 2), _conv(4 * n, 8 * n, 4, 2)])
        self.up = nn.ModuleList([_conv(8 * n, 4 * n), _conv(4 * n, 2 * n), _conv(2 * n, n)])
        self.conv7, self.conv8 = _conv(n, n), _conv(n, n)
        self.conv9 = nn.Conv2d(n, 1, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.look(x)[0]

    def look(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        y = F.leaky_relu(self.conv0(x), _SLOPE)
        levels = [y]
        for down in self.down:
            y = F.leaky_relu(down(y), _SLOPE)
            levels.append(y)
        seen = list(levels[1:])
        for up, skip in zip(self.up, levels[2::-1], strict=True):
            y = F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)
            y = F.leaky_relu(up(y), _SLOPE) + skip
            seen.append(y)
        y = F.leaky_relu(self.conv8(F.leaky_relu(self.conv7(y), _SLOPE)), _SLOPE)
        return self.conv9(y), seen
