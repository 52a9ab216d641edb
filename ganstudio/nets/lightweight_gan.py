"""Lightweight GAN's generator: gated enlargements, gates from small maps to large ones, attention of two kinds.

After Liu et al. 2021 (FastGAN), in the names and the arithmetic of lucidrains' lightweight_gan 1.2.1. Pictures of the
original are 0..1; here they are -1..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.nets.fastgan import Noise, noisy
from ganstudio.nets.generator_net import LatentNet, NoiseMode
from ganstudio.nets.kept import Kept
from ganstudio.nets.lucidrains_stylegan2 import Blur

TIMES = 16  # a gate's large maps are so many times as large as the maps it looks at
HEAD, AROUND = 64, 3  # features of a head of attention, and the side of what one sees closely


class _Up(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(width, 4 * width, 1), nn.SiLU(), nn.PixelShuffle(2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Enlargement(nn.Sequential):
    """Twice the size, blur, 4×4 convolution, noise, norm, gate."""

    def __init__(self, inner: int, outer: int) -> None:
        convolution = nn.Sequential(nn.ZeroPad2d((2, 1, 2, 1)), nn.Conv2d(inner, 2 * outer, 4))
        super().__init__(_Up(inner), Blur(), convolution, Noise(), nn.BatchNorm2d(2 * outer), nn.GLU(dim=1))


class Gate(nn.Module):
    """Maps → one factor for each channel of larger maps, from a weighted mean of all places."""

    def __init__(self, inner: int, between: int, outer: int) -> None:
        super().__init__()
        self.to_k = nn.Conv2d(inner, 1, 1)
        self.net = nn.Sequential(
            nn.Conv2d(inner, between, 1), nn.LeakyReLU(0.1), nn.Conv2d(between, outer, 1), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        share = self.to_k(x).flatten(2).softmax(dim=2)
        return self.net((x.flatten(2) @ share.transpose(1, 2))[..., None])


class ChannelNorm(nn.Module):
    """Mean 0 and deviation 1 over the channels of every place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.g, self.b = nn.Parameter(torch.ones(1, width, 1, 1)), nn.Parameter(torch.zeros(1, width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        scale = (x.var(dim=1, unbiased=False, keepdim=True) + 1e-5).rsqrt()
        return (x - x.mean(dim=1, keepdim=True)) * scale * self.g + self.b


class _Depthwise(nn.Module):
    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(inner, inner, 3, padding=1, groups=inner, bias=False), nn.Conv2d(inner, outer, 1, bias=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Attention(nn.Module):
    """Linear attention to all places beside full attention to the 3×3 around each."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.heads = inner // HEAD
        self.to_lin_q = nn.Conv2d(width, inner, 1, bias=False)
        self.to_lin_kv = _Depthwise(width, 2 * inner)
        self.to_q = nn.Conv2d(width, inner, 1, bias=False)
        self.to_kv = nn.Conv2d(width, 2 * inner, 1, bias=False)
        self.to_out = nn.Conv2d(2 * inner, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        far, near = self._far(x), self._near(x)
        return self.to_out(torch.cat([functional.gelu(far), near], dim=1))

    def _heads(self, x: Tensor) -> Tensor:
        """N×(heads·features)×… → N×heads×features×places."""
        return x.reshape(x.shape[0], self.heads, HEAD, -1)

    def _far(self, x: Tensor) -> Tensor:
        q = self._heads(self.to_lin_q(x)).softmax(dim=2) * HEAD**-0.5
        k, v = (self._heads(one) for one in self.to_lin_kv(x).chunk(2, dim=1))
        context = k.softmax(dim=3) @ v.transpose(2, 3)  # features of k × features of v
        return (context.transpose(2, 3) @ q).reshape(x.shape[0], -1, *x.shape[2:])

    def _near(self, x: Tensor) -> Tensor:
        q = self._heads(self.to_q(x)) * HEAD**-0.5
        k, v = (self._around(one) for one in self.to_kv(x).chunk(2, dim=1))
        share = (q[:, :, :, None] * k).sum(dim=2).softmax(dim=2)  # N×heads×9×places
        return (share[:, :, None] * v).sum(dim=3).reshape(x.shape[0], -1, *x.shape[2:])

    def _around(self, x: Tensor) -> Tensor:
        """N×heads×features×9×places; nothing (0) beyond the border."""
        seen = functional.unfold(x, AROUND, padding=AROUND // 2)
        return seen.reshape(x.shape[0], self.heads, HEAD, AROUND**2, -1)


class _Seen(nn.Module):
    """x + attention(norm(x))."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.fn, self.norm = Attention(width, inner), ChannelNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.fn(self.norm(x))


@dataclass(frozen=True)
class Layer:
    """One doubling. `gate`: (between, outer) channels of a gate, `attention`: its inner channels; 0 for none."""

    inner: int
    outer: int
    gate: tuple[int, int] = (0, 0)
    attention: int = 0


def _parts(layer: Layer) -> nn.ModuleDict:
    """By the numbers in the file: the enlargement, the gate it feeds, what looks at its maps before."""
    parts: dict[str, nn.Module] = {"0": Enlargement(layer.inner, layer.outer)}
    if layer.gate[1]:
        parts["1"] = Gate(layer.outer, *layer.gate)
    if layer.attention:
        parts["2"] = _Seen(layer.inner, layer.attention)
    return nn.ModuleDict(parts)


class _Generator(nn.Module):
    def __init__(self, z_dim: int, layers: Sequence[Layer], channels: int, end: int) -> None:
        super().__init__()
        first = layers[0].inner
        self.initial_conv = nn.Sequential(
            nn.ConvTranspose2d(z_dim, 2 * first, 4), nn.BatchNorm2d(2 * first), nn.GLU(dim=1)
        )
        self.layers = nn.ModuleList(_parts(one) for one in layers)
        self.out_conv = nn.Conv2d(layers[-1].outer, channels, end, padding=end // 2)

    def forward(self, z: Tensor, mode: NoiseMode, generator: torch.Generator | None) -> Tensor:
        if mode == "const":
            generator = torch.Generator().manual_seed(0)  # the same in every picture
        x = functional.normalize(self.initial_conv(z[:, :, None, None]), dim=1)
        factors: dict[int, Tensor] = {}
        for layer in self.layers:
            assert isinstance(layer, nn.ModuleDict)
            x = layer["2"](x) if "2" in layer else x
            before = x.shape[2]
            for one in layer["0"].children():
                x = noisy(x, one.weight, mode, generator) if isinstance(one, Noise) else one(x)
            if "1" in layer:
                factors[before * TIMES] = layer["1"](x)
            if x.shape[2] in factors:
                x = x * factors[x.shape[2]]
        return self.out_conv(x)


class Generator(LatentNet):
    """Layer n makes 8·2ⁿ px. Its one row of ws is the latent."""

    def __init__(self, z_dim: int, layers: Sequence[Layer], channels: int, end: int) -> None:
        """`end`: the side of the last kernel."""
        super().__init__(z_dim, 0, channels, 4 * 2 ** len(layers))
        self.GE = _Generator(z_dim, layers, channels, end)

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        return self.GE(z, "const", None) * 2.0 - 1.0

    def draw(
        self,
        ws: Tensor,
        label: Tensor | None = None,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        return self.GE(ws[:, 0], noise_mode, generator) * 2.0 - 1.0
