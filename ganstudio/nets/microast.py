"""Arbitrary style transfer in the layout of MicroAST (Wang et al., AAAI 2023): 0.47 M parameters.

Two small encoders see the photograph and the style; the style's channel statistics and two pairs of modulation signals
make its *code*, and the decoder paints the photograph's features with that code. A code is all that a style is: codes
can be stored, averaged and mixed.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH = 64
# Four statistics (mean and deviation at two levels) and four modulation signals, each of WIDTH channels.
CODE = 8 * WIDTH
_EPS = 1e-5


class Conv(nn.Module):
    """A convolution that keeps the size (divided by `stride`), its border mirrored."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.pad = kernel // 2
        self.conv_layer = nn.Conv2d(channels, out, kernel, stride, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        if self.pad:
            x = F.pad(x, (self.pad,) * 4, mode="reflect")
        return self.conv_layer(x)


class Residual(nn.Module):
    """x + conv(ReLU(conv(x))); in the decoder each convolution is mixed with its input by the style's signals."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = Conv(WIDTH, WIDTH, 3)
        self.conv2 = Conv(WIDTH, WIDTH, 3)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))

    def modulated(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """`weight`, `bias`: N×64×1×1."""
        inner = F.relu(weight * self.conv1(x) + bias * x)
        return x + weight * self.conv2(inner) + bias * inner


class Encoder(nn.Module):
    """A picture N×3×H×W in 0..1 → features N×64×⌈H/4⌉×⌈W/4⌉ at two depths."""

    def __init__(self) -> None:
        super().__init__()
        half, quarter = WIDTH // 2, WIDTH // 4
        self.enc1 = nn.Sequential(
            Conv(3, quarter, 9), nn.ReLU(),
            Conv(quarter, half, 3, stride=2, groups=quarter), nn.ReLU(),
            Conv(half, half, 1), nn.ReLU(),
            Conv(half, WIDTH, 3, stride=2, groups=half), nn.ReLU(),
            Conv(WIDTH, WIDTH, 1), nn.ReLU(),
            Residual(),
        )  # fmt: skip
        self.enc2 = nn.Sequential(Residual())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        first = self.enc1(x)
        return first, self.enc2(first)


class Modulator(nn.Module):
    """The style's features → its four modulation signals, each N×64."""

    def __init__(self) -> None:
        super().__init__()
        self.weight1, self.bias1, self.weight2, self.bias2 = (
            nn.Sequential(Conv(WIDTH, WIDTH, 3, groups=WIDTH), nn.AdaptiveAvgPool2d(1)) for _ in range(4)
        )

    def forward(self, first: Tensor, second: Tensor) -> list[Tensor]:
        pairs = ((self.weight1, first), (self.bias1, first), (self.weight2, second), (self.bias2, second))
        return [signal(features).flatten(1) for signal, features in pairs]


class Decoder(nn.Module):
    """Features and a style's parts → the painted picture N×3×H×W."""

    def __init__(self) -> None:
        super().__init__()
        half, quarter = WIDTH // 2, WIDTH // 4
        self.dec1 = Residual()
        self.dec2 = Residual()
        self.dec3 = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="bilinear"),
            Conv(WIDTH, half, 3, groups=half), nn.ReLU(),
            Conv(half, half, 1), nn.ReLU(),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            Conv(half, quarter, 3, groups=quarter), nn.ReLU(),
            Conv(quarter, quarter, 1), nn.ReLU(),
            Conv(quarter, 3, 9),
        )  # fmt: skip

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        mean1, std1, mean2, std2, weight1, bias1, weight2, bias2 = (
            part[..., None, None] for part in code.split(WIDTH, dim=1)
        )
        x = self.dec1.modulated(F.instance_norm(x, eps=_EPS) * std2 + mean2, weight2, bias2)
        x = self.dec2.modulated(F.instance_norm(x, eps=_EPS) * std1 + mean1, weight1, bias1)
        return self.dec3(x)


def statistics(features: Tensor) -> list[Tensor]:
    """Mean and standard deviation of each channel: two tensors N×C."""
    return [features.mean((2, 3)), (features.var((2, 3), unbiased=False) + _EPS).sqrt()]


class MicroAST(nn.Module):
    """`forward(photo, code)` paints; `code(style)` reads what is to be painted with. `styles`: stored codes K×512."""

    styles: Tensor

    def __init__(self, styles: Tensor | None = None) -> None:
        super().__init__()
        self.register_buffer("styles", torch.zeros(0, CODE) if styles is None else styles, persistent=False)
        self.content_encoder = Encoder()
        self.style_encoder = Encoder()
        self.modulator = Modulator()
        self.decoder = Decoder()

    def code(self, style: Tensor) -> Tensor:
        """A style picture N×3×H×W in 0..1 → its code N×512."""
        first, second = self.style_encoder(style)
        return torch.cat([*statistics(first), *statistics(second), *self.modulator(first, second)], dim=1)

    def forward(self, photo: Tensor, code: Tensor | None = None) -> Tensor:
        """N×3×H×W in 0..1 and N×512 → N×3×H×W; H and W are multiples of 4. Values may leave 0..1.

        Without a code the mean of the stored ones is painted with (which is how the runtime measures the network).
        """
        if code is None:
            code = self.styles.mean(0, keepdim=True) if len(self.styles) else self.code(photo)
        return self.decoder(self.content_encoder(photo)[1], code.expand(len(photo), -1))
