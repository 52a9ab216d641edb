"""SqueezeNet 1.1 without its classifier (Iandola et al. 2016, arXiv:1602.07360): a frozen judge of pictures.

The state dict has torchvision's names (`features.N.squeeze.weight`, …), so files of either origin fit.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

# Fire modules as (number in `features`, channels in, squeezed, of each expansion); a max pool before 3, 6 and 8.
_FIRES = (
    (3, 64, 16, 64),
    (4, 128, 16, 64),
    (6, 128, 32, 128),
    (7, 256, 32, 128),
    (9, 256, 48, 192),
    (10, 384, 48, 192),
    (11, 384, 64, 256),
    (12, 512, 64, 256),
)
_POOLS = (2, 5, 8)
_TAPS = (1, 4, 7, 9, 10, 11, 12)


class Fire(nn.Module):
    """1×1 down to `squeezed` channels, then 1×1 and 3×3 side by side: 2·`expanded` channels."""

    def __init__(self, channels: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze(x).relu()
        return torch.cat([self.expand1x1(x), self.expand3x3(x)], dim=1).relu()


class SqueezeNet11(nn.Module):
    """Seven taps at strides 2, 4, 8, 16, 16, 16, 16 with 64, 128, 256, 384, 384, 512, 512 channels.

    Takes N×3×H×W, sides of at least 17, scaled as the weights at hand were trained.
    """

    channels = (64, 128, 256, 384, 384, 512, 512)

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 64, 3, stride=2), nn.ReLU()]
        fires = {number: Fire(*sizes) for number, *sizes in _FIRES}
        for number in range(2, 13):
            layers.append(nn.MaxPool2d(3, 2, ceil_mode=True) if number in _POOLS else fires[number])
        self.features = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> list[Tensor]:
        taps = []
        for number, layer in enumerate(self.features):
            x = layer(x)
            if number in _TAPS:
                taps.append(x)
        return taps
