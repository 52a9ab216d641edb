"""R3GAN's generator: residual blocks of grouped convolutions, without normalisation, mapping or noise.

Huang et al., "The GAN is dead; long live the GAN! A Modern Baseline GAN" (2024), in the names of the official files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.nets.equalised import SLOPE, doubled, fir_kernel
from ganstudio.nets.generator_net import LatentNet


@dataclass(frozen=True)
class Stage:
    """`inner` channels come in and become `width`; blocks widen them to `wide` in `groups` groups."""

    inner: int
    width: int
    blocks: int
    wide: int
    groups: int


class _Convolution(nn.Module):
    def __init__(self, inner: int, outer: int, kernel: int, groups: int = 1) -> None:
        super().__init__()
        self.Layer = nn.Conv2d(inner, outer, kernel, padding=kernel // 2, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.Layer(x)


class _Activation(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.Bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.leaky_relu(x + self.Bias[:, None, None], SLOPE)


class _Block(nn.Module):
    """x + narrow(act(grouped 3×3(act(widen(x)))))."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.LinearLayer1 = _Convolution(stage.width, stage.wide, 1)
        self.LinearLayer2 = _Convolution(stage.wide, stage.wide, 3, stage.groups)
        self.LinearLayer3 = _Convolution(stage.wide, stage.width, 1)
        self.NonLinearity1, self.NonLinearity2 = _Activation(stage.wide), _Activation(stage.wide)

    def forward(self, x: Tensor) -> Tensor:
        y = self.LinearLayer2(self.NonLinearity1(self.LinearLayer1(x)))
        return x + self.LinearLayer3(self.NonLinearity2(y))


class _Basis(nn.Module):
    """A latent → learnt 4 px maps, each with a strength."""

    def __init__(self, inner: int, width: int) -> None:
        super().__init__()
        self.Basis = nn.Parameter(torch.randn(width, 4, 4))
        self.LinearLayer = nn.Linear(inner, width, bias=False)

    def forward(self, z: Tensor) -> Tensor:
        return self.Basis * self.LinearLayer(z)[:, :, None, None]


class _Resampler(nn.Module):
    Kernel: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("Kernel", fir_kernel())


class _Enlargement(nn.Module):
    """To `width` channels, then twice the size."""

    def __init__(self, inner: int, width: int) -> None:
        super().__init__()
        self.Resampler = _Resampler()
        self.LinearLayer = _Convolution(inner, width, 1) if inner != width else None

    def forward(self, x: Tensor) -> Tensor:
        return doubled(x if self.LinearLayer is None else self.LinearLayer(x), self.Resampler.Kernel)


class _Stage(nn.Module):
    def __init__(self, stage: Stage, is_first: bool) -> None:
        super().__init__()
        entrance = _Basis(stage.inner, stage.width) if is_first else _Enlargement(stage.inner, stage.width)
        self.Layers = nn.ModuleList([entrance, *(_Block(stage) for _ in range(stage.blocks))])


class _Model(nn.Module):
    def __init__(self, stages: Sequence[Stage], classes: int, embedded: int, channels: int) -> None:
        super().__init__()
        self.MainLayers = nn.ModuleList(_Stage(stage, n == 0) for n, stage in enumerate(stages))
        self.AggregationLayer = _Convolution(stages[-1].width, channels, 1)
        if classes:
            self.EmbeddingLayer = nn.Linear(classes, embedded, bias=False)


class Generator(LatentNet):
    """The first stage makes 4 px, every further one doubles. `embedded`: numbers that stand for a class."""

    def __init__(self, stages: Sequence[Stage], z_dim: int, classes: int, embedded: int, channels: int) -> None:
        super().__init__(z_dim, classes, channels, 4 * 2 ** (len(stages) - 1))
        self.Model = _Model(stages, classes, embedded, channels)

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        x = z
        if self.classes:
            if label is None:
                raise ValueError("a generator by class needs a label")
            x = torch.cat([z, self.Model.EmbeddingLayer(label.to(z.dtype))], dim=1)
        for stage in self.Model.MainLayers:
            assert isinstance(stage, _Stage)
            for layer in stage.Layers:
                x = layer(x)
        return self.Model.AggregationLayer(x)
