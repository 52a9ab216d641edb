"""SRResNet without normalisation, in BasicSR's layout (MSRResNet).

Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network", CVPR 2017,
with the residual blocks of EDSR. Keys: `conv_first`, `body.N.conv1`, `body.N.conv2`, `upconv1`, `upconv2`,
`conv_hr`, `conv_last`.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class _Block(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, 1, 1)
        self.conv2 = nn.Conv2d(features, features, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))


class SRResNet(nn.Module):
    """N×C×H×W in, N×C×(H·scale)×(W·scale) out, values about 0..1; `scale` is 2, 3 or 4."""

    def __init__(self, channels: int = 3, features: int = 64, blocks: int = 16, scale: int = 4) -> None:
        super().__init__()
        if scale not in (2, 3, 4):
            raise ValueError(f"this network enlarges 2, 3 or 4 times, not {scale}")
        self.scale = scale
        self.step = 3 if scale == 3 else 2
        self.conv_first = nn.Conv2d(channels, features, 3, 1, 1)
        self.body = nn.Sequential(*(_Block(features) for _ in range(blocks)))
        self.upconv1 = nn.Conv2d(features, features * self.step**2, 3, 1, 1)
        self.upconv2 = nn.Conv2d(features, features * 4, 3, 1, 1) if scale == 4 else None
        self.conv_hr = nn.Conv2d(features, features, 3, 1, 1)
        self.conv_last = nn.Conv2d(features, channels, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(F.leaky_relu(self.conv_first(x), 0.1))
        y = F.leaky_relu(F.pixel_shuffle(self.upconv1(y), self.step), 0.1)
        if self.upconv2 is not None:
            y = F.leaky_relu(F.pixel_shuffle(self.upconv2(y), 2), 0.1)
        y = self.conv_last(F.leaky_relu(self.conv_hr(y), 0.1))
        return y + F.interpolate(x, scale_factor=self.scale, mode="bilinear", align_corners=False)
