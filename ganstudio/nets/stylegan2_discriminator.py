"""StyleGAN2's discriminator (residual), unconditional or with label projection. Names as in the official files.

Beside them: `bR.fromrgb` below the largest resolution in a discriminator that has been grown, whose new block then
only adds to what the network saw before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ganstudio.nets.attention import SelfAttention
from ganstudio.nets.equalised import Convolution, FullyConnected, fir_kernel, halved, unit_moment

GROUP = 4


def with_deviation(x: Tensor, group: int = GROUP) -> Tensor:
    """N×C×H×W → N×(C+1)×H×W: the mean deviation within groups of the batch as one more map (Karras et al. 2018).

    Neighbours in the batch are a group, so that cutting a batch into parts of whole groups changes nothing.
    """
    count, channels, height, width = x.shape
    size = math.gcd(group, count)
    y = x.float().reshape(-1, size, channels, height, width)
    y = (y - y.mean(dim=1, keepdim=True)).square().mean(dim=1)
    y = (y + 1e-8).sqrt().mean(dim=(1, 2, 3))
    y = y.repeat_interleave(size).reshape(-1, 1, 1, 1).expand(-1, 1, height, width)
    return torch.cat([x, y.to(x.dtype)], dim=1)


class DiscriminatorBlock(nn.Module):
    """One resolution: two 3×3 convolutions beside a 1×1, to half the size."""

    def __init__(self, inner: int, outer: int, attention: bool) -> None:
        super().__init__()
        half = math.sqrt(0.5)
        self.conv0 = Convolution(inner, inner, 3)
        self.conv1 = Convolution(inner, outer, 3, down=True, gain=half)
        self.skip = Convolution(inner, outer, 1, down=True, linear=True, gain=half)
        self.attention = SelfAttention(inner) if attention else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.skip(x)
        if self.attention is not None:
            x = self.attention(x)
        return y + self.conv1(self.conv0(x))


class LabelMapping(nn.Module):
    """A class → the vector its features are compared with."""

    def __init__(self, classes: int, width: int, layers: int) -> None:
        super().__init__()
        self.layers = layers
        self.embed = FullyConnected(classes, width)
        for index in range(layers):
            self.add_module(f"fc{index}", FullyConnected(width, width, active=True, rate=0.01))

    def forward(self, label: Tensor) -> Tensor:
        x = unit_moment(self.embed(label.float()))
        for index in range(self.layers):
            x = self.get_submodule(f"fc{index}")(x)
        return x


class Epilogue(nn.Module):
    """4 px → one logit, or `out` features; float32."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.conv = Convolution(width + 1, width, 3)
        self.fc = FullyConnected(width * 16, width, active=True)
        self.out = FullyConnected(width, out)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(with_deviation(x.float()))
        return self.out(self.fc(x.flatten(1)))


class Discriminator(nn.Module):
    """Pictures → raw logits. `widths` are the channels at 4, 8 … px, as the generator's."""

    resample_filter: Tensor

    def __init__(
        self,
        widths: Sequence[int],
        classes: int = 0,
        mapping_layers: int = 2,
        channels: int = 3,
        attention_at: int = 0,
        grown_from: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.classes = classes
        self.resolutions = tuple(4 * 2**n for n in range(len(widths) - 1, 0, -1))
        self.entrances = (2 * 2 ** len(widths), *grown_from)
        for index, resolution in enumerate(self.resolutions, start=1):
            block = DiscriminatorBlock(widths[-index], widths[-index - 1], resolution == attention_at)
            if resolution in self.entrances:
                block.fromrgb = Convolution(channels, widths[-index], 1)
            self.add_module(f"b{resolution}", block)
        self.b4 = Epilogue(widths[0], widths[0] if classes else 1)
        if classes:
            self.mapping = LabelMapping(classes, widths[0], mapping_layers)
        self.register_buffer("resample_filter", fir_kernel(), persistent=False)
        self.compute = torch.float32

    def forward(self, image: Tensor, label: Tensor | None = None) -> Tensor:
        """N×channels×R×R in -1..1 and N×classes → N×1 logits, float32."""
        x = None
        for resolution in self.resolutions:
            block = self.get_submodule(f"b{resolution}")
            assert isinstance(block, DiscriminatorBlock)
            if resolution in self.entrances:
                while image.shape[2] > resolution:
                    image = halved(image, self.resample_filter)
                seen = image.to(self.compute, memory_format=torch.channels_last)
                y = block.get_submodule("fromrgb")(seen)
                x = y if x is None else x + y
            x = block(x)
        assert x is not None
        logits = self.b4(x)
        if not self.classes:
            return logits
        if label is None:
            raise ValueError("a discriminator by class needs a label")
        return (logits * self.mapping(label)).sum(dim=1, keepdim=True) / math.sqrt(logits.shape[1])

    def top_layers(self, blocks: int) -> list[nn.Parameter]:
        """The parameters of the `blocks` highest resolutions: what Freeze-D holds still (Mo et al. 2020)."""
        return [p for r in self.resolutions[:blocks] for p in self.get_submodule(f"b{r}").parameters()]
