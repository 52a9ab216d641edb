"""Small generators of others: a chain of layers from latent to picture, read from a file that tells only the weights.

Transposed convolutions after Radford et al. 2016 (DCGAN), enlargements with convolutions, and fully connected chains
after Goodfellow et al. 2014. What the layers are is kept among the weights (`parts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import torch
from torch import Tensor, nn

from ganstudio.nets.generator_net import LatentNet

KINDS = ("linear", "transposed", "convolution", "norm", "relu", "leaky", "tanh", "double", "reshape")


@dataclass(frozen=True)
class Part:
    """One link. `inner`, `outer`: channels or features (of `reshape`: channels and side); `extra` is what a transposed
    convolution adds at the end (output padding)."""

    kind: str
    inner: int = 0
    outer: int = 0
    kernel: int = 0
    stride: int = 1
    padding: int = 0
    extra: int = 0
    bias: bool = False
    eps: float = 1e-5

    def made(self) -> nn.Module:
        match self.kind:
            case "linear":
                return nn.Linear(self.inner, self.outer, self.bias)
            case "transposed":
                return nn.ConvTranspose2d(
                    self.inner, self.outer, self.kernel, self.stride, self.padding, self.extra, bias=self.bias
                )
            case "convolution":
                return nn.Conv2d(self.inner, self.outer, self.kernel, 1, self.padding, bias=self.bias)
            case "norm":
                return Norm(self.inner, self.eps)
            case "relu":
                return nn.ReLU()
            case "leaky":
                return nn.LeakyReLU(0.2)
            case "tanh":
                return nn.Tanh()
            case "double":
                return nn.Upsample(scale_factor=2)
            case "reshape":
                return nn.Unflatten(1, (self.inner, self.outer, self.outer))
        raise ValueError(f"no part of a chain is called {self.kind}")


class Norm(nn.BatchNorm2d):
    """Batch norm of rows or of maps."""

    def _check_input_dim(self, input: Tensor) -> None:
        """Both may come."""


def stored(parts: Sequence[Part]) -> Tensor:
    """Parts as numbers, one row each."""
    return torch.tensor([(float(KINDS.index(one.kind)), *map(float, astuple(one)[1:])) for one in parts])


def restored(numbers: Tensor) -> list[Part]:
    """Parts from their rows. Raises ValueError for rows that are none."""
    parts = []
    for kind, inner, outer, kernel, stride, padding, extra, bias, eps in numbers.tolist():
        if not 0 <= kind < len(KINDS):
            raise ValueError("its parts are unknown")
        sizes = (int(inner), int(outer), int(kernel), int(stride), int(padding), int(extra))
        parts.append(Part(KINDS[int(kind)], *sizes, bool(bias), eps))
    return parts


class Generator(LatentNet):
    """The chain; its end is channels × resolution × resolution, as maps or as one row."""

    parts: Tensor

    def __init__(self, parts: Sequence[Part], z_dim: int, channels: int, resolution: int) -> None:
        super().__init__(z_dim, 0, channels, resolution)
        self.layers = nn.ModuleList(one.made() for one in parts)
        self.begins_flat = parts[0].kind == "linear"
        self.register_buffer("parts", stored(parts))

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        x = z if self.begins_flat else z[:, :, None, None]
        for layer in self.layers:
            x = layer(x)
        return x.reshape(-1, self.channels, self.resolution, self.resolution)
