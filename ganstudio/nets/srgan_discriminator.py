"""The discriminator of SRGAN as published: Ledig et al., CVPR 2017, figure 4.

Eight convolutions that double the features and halve the picture by turns, batch normalisation, two dense layers.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

_SLOPE = 0.2


class SRGANDiscriminator(nn.Module):
    """N×3×side×side in 0..1 to N×1 logits; `look` also gives the features on the way. `side` is a multiple of 16."""

    def __init__(self, side: int = 96, features: int = 64, dense: int = 1024) -> None:
        super().__init__()
        widths = [features, features, features * 2, features * 2, features * 4, features * 4, features * 8]
        widths.append(features * 8)
        self.conv0 = nn.Conv2d(3, features, 3, 1, 1)
        self.convs = nn.ModuleList(
            nn.Conv2d(widths[i - 1], widths[i], 3, 2 if i % 2 else 1, 1, bias=False) for i in range(1, 8)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[1:])
        self.dense1 = nn.Linear(widths[-1] * (side // 16) ** 2, dense)
        self.dense2 = nn.Linear(dense, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.look(x)[0]

    def look(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        y = F.leaky_relu(self.conv0(x * 2.0 - 1.0), _SLOPE)
        seen = []
        for conv, norm in zip(self.convs, self.norms, strict=True):
            y = F.leaky_relu(norm(conv(y)), _SLOPE)
            seen.append(y)
        return self.dense2(F.leaky_relu(self.dense1(y.flatten(1)), _SLOPE)), seen
