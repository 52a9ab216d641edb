"""FastGAN's generator as Projected GAN has it: skip-layer excitation, gated units, spectral norm already divided out.

Liu et al., "Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image Synthesis" (2021); Sauer et
al., "Projected GANs Converge Faster" (2021), whose names these are. Maps of 4 … 32 px gate those 16 times as large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.nets.equalised import unit_moment
from ganstudio.nets.generator_net import LatentNet, NoiseMode
from ganstudio.nets.kept import Kept

GATED_BY = {64: 4, 128: 8, 256: 16, 512: 32}


class Noise(nn.Module):
    """Noise of one strength, the same for all channels."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))


def _unit(inner: int, outer: int, noisy: bool) -> list[nn.Module]:
    """3×3 to twice the channels, noise, norm, gate."""
    noise = [Noise()] if noisy else []
    return [nn.Conv2d(inner, 2 * outer, 3, padding=1, bias=False), *noise, nn.BatchNorm2d(2 * outer), nn.GLU(dim=1)]


class Enlargement(nn.Sequential):
    """Twice the size, then one unit, or two with noise."""

    def __init__(self, inner: int, outer: int, large: bool) -> None:
        second = _unit(outer, outer, True) if large else []
        super().__init__(nn.Upsample(scale_factor=2), *_unit(inner, outer, large), *second)


class Gate(nn.Module):
    """Small maps → one factor for each channel of large ones."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.AdaptiveAvgPool2d(4),
            nn.Conv2d(inner, outer, 4, bias=False),
            nn.SiLU(),
            nn.Conv2d(outer, outer, 1, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, small: Tensor, large: Tensor) -> Tensor:
        return large * self.main(small)


class _Init(nn.Module):
    def __init__(self, z_dim: int, width: int) -> None:
        super().__init__()
        self.init = nn.Sequential(
            nn.ConvTranspose2d(z_dim, 2 * width, 4, bias=False), nn.BatchNorm2d(2 * width), nn.GLU(dim=1)
        )


class Synthesis(nn.Module):
    """`widths`: channels by side; `large`: the sides whose enlargement has two units."""

    def __init__(
        self,
        z_dim: int,
        widths: Mapping[int, int],
        large: Sequence[int],
        gates: Sequence[int],
        channels: int,
        side: int,
    ) -> None:
        super().__init__()
        self.sides = [one for one in sorted(widths) if 4 < one <= side]
        self.init = _Init(z_dim, widths[4])
        for one in self.sides:
            self.add_module(f"feat_{one}", Enlargement(widths[one // 2], widths[one], one in large))
            if one in gates:
                self.add_module(f"se_{one}", Gate(widths[GATED_BY[one]], widths[one]))
        self.gates = [one for one in gates if one <= side]
        self.to_big = nn.Conv2d(widths[side], channels, 3, padding=1)

    def forward(self, z: Tensor, mode: NoiseMode, generator: torch.Generator | None) -> Tensor:
        x = self.init.init(unit_moment(z)[:, :, None, None])
        if mode == "const":
            generator = torch.Generator().manual_seed(0)  # the same in every picture
        seen = {4: x}
        for side in self.sides:
            for layer in self.get_submodule(f"feat_{side}").children():
                x = noisy(x, layer.weight, mode, generator) if isinstance(layer, Noise) else layer(x)
            if side in self.gates:
                x = self.get_submodule(f"se_{side}")(seen[GATED_BY[side]], x)
            seen[side] = x
        return self.to_big(x)


def noisy(x: Tensor, strength: Tensor, mode: NoiseMode, generator: torch.Generator | None) -> Tensor:
    """x with noise; "const": one for all pictures, drawn from `generator`."""
    if mode == "none":
        return x
    count = 1 if mode == "const" else x.shape[0]
    device = x.device if generator is None else generator.device
    noise = torch.randn(count, 1, *x.shape[2:], generator=generator, device=device)
    return x + strength * noise.to(x.device)


class Generator(LatentNet):
    """See `Synthesis`. Its one row of ws is the latent."""

    def __init__(
        self,
        z_dim: int,
        widths: Mapping[int, int],
        large: Sequence[int],
        gates: Sequence[int],
        channels: int,
        side: int,
    ) -> None:
        super().__init__(z_dim, 0, channels, side)
        self.synthesis = Synthesis(z_dim, widths, large, gates, channels, side)

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        return self.synthesis(z, "const", None)

    def draw(
        self,
        ws: Tensor,
        label: Tensor | None = None,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        return self.synthesis(ws[:, 0], noise_mode, generator)


def divided(weight: Tensor, u: Tensor, v: Tensor, transposed: bool) -> Tensor:
    """A kernel divided by its largest singular value, as spectral norm stored it: `u` · matrix · `v`."""
    matrix = (weight.transpose(0, 1) if transposed else weight).flatten(1)
    return weight / functional.linear(u, matrix.t()).dot(v)
