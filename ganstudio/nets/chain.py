"""Small generators of others: a chain of layers from latent to picture, read from a file that tells only the weights.

Transposed convolutions after Radford et al. 2016 (DCGAN), enlargements with convolutions, and fully connected chains
after Goodfellow et al. 2014; by class after Mirza & Osindero 2014 (the class beside the latent) and Odena et al. 2017
(multiplied with it). What the layers are is kept among the weights (`parts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import torch
from torch import Tensor, nn

from ganstudio.nets.generator_net import LatentNet

# Their numbers are in files: new ones come last.
KINDS = (
    "linear", "transposed", "convolution", "norm", "relu", "leaky", "tanh", "double", "reshape", "slight", "sigmoid",
    "onehot", "embedding", "scaled",
)  # fmt: skip
LABELS = ("onehot", "embedding", "scaled")


@dataclass(frozen=True)
class Part:
    """One link. `inner`, `outer`: channels or features (of `reshape`: channels and side; of a class: classes and
    numbers, `padding` 1 where they stand before the latent); `extra` is what a transposed convolution adds at the end
    (output padding)."""

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
            case "slight":
                return nn.LeakyReLU(0.01)
            case "sigmoid":
                return Centred()
            case "onehot" | "embedding" | "scaled":
                return Label(self)
            case "tanh":
                return nn.Tanh()
            case "double":
                return nn.Upsample(scale_factor=2)
            case "reshape":
                return nn.Unflatten(1, (self.inner, self.outer, self.outer))
        raise ValueError(f"no part of a chain is called {self.kind}")

    def side_after(self, side: int) -> int:
        """The side of the maps after it; 1 before there are maps."""
        match self.kind:
            case "transposed":
                return (side - 1) * self.stride - 2 * self.padding + self.kernel + self.extra
            case "convolution":
                return side + 2 * self.padding - self.kernel + 1
            case "reshape":
                return self.outer
            case "double":
                return 2 * side
        return side


class Norm(nn.BatchNorm2d):
    """Batch norm of rows or of maps."""

    def _check_input_dim(self, input: Tensor) -> None:
        """Both may come."""


class Centred(nn.Module):
    """A sigmoid's 0..1 as -1..1."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x) * 2.0 - 1.0


class Label(nn.Module):
    """A class joins the latent: one-hot or by its row of a table beside it, or multiplied with it. A blend of classes
    is the blend of their rows."""

    table: Tensor

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.before, self.scales, self.width = part.padding == 1, part.kind == "scaled", part.outer
        table = torch.eye(part.inner) if part.kind == "onehot" else torch.zeros(part.inner, part.outer)
        self.register_buffer("table", table, persistent=part.kind != "onehot")

    def forward(self, z: Tensor, label: Tensor | None) -> Tensor:
        """N×z_dim and N×classes → N×what the first layer takes."""
        if label is None:
            raise ValueError("a generator by class needs a label")
        row = label.to(self.table.dtype) @ self.table
        if self.scales:
            return z * row
        return torch.cat([row, z] if self.before else [z, row], dim=1)


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

    def __init__(self, parts: Sequence[Part], channels: int, resolution: int) -> None:
        """Where classes are known the first part is theirs."""
        label = parts[0] if parts[0].kind in LABELS else None
        first = parts[1] if label is not None else parts[0]
        beside = 0 if label is None or label.kind == "scaled" else label.outer
        super().__init__(first.inner - beside, 0 if label is None else label.inner, channels, resolution)
        self.layers = nn.ModuleList(one.made() for one in parts)
        self.begins_flat = first.kind == "linear"
        self.register_buffer("parts", stored(parts))

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        x, layers = z, list(self.layers)
        if isinstance(layers[0], Label):
            x = layers.pop(0)(z, label)
        x = x if self.begins_flat else x[:, :, None, None]
        for layer in layers:
            x = layer(x)
        return x.reshape(-1, self.channels, self.resolution, self.resolution)
