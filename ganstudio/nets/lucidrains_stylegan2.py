"""StyleGAN2's generator as lucidrains' stylegan2_pytorch computes it, which is not as NVIDIA's does.

After Karras et al. 2020, in the names and the arithmetic of stylegan2_pytorch 1.9: bilinear doubling before a
convolution, styles around 0 instead of 1, no gains, noise of its own strength for every channel, latents of length 1,
one row of w for each size. Beside its names: `w_avg`, the mean of w, and `noise_const`, the noise of "const".
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.nets.equalised import SLOPE
from ganstudio.nets.generator_net import GeneratorNet, NoiseMode
from ganstudio.nets.kept import Kept, State, noise_mark

RATE = 0.1  # of the mapping's layers


class Mapping(nn.Module):
    """N×z_dim → N×w_dim."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        steps: list[nn.Module] = []
        for _ in range(layers):
            steps += [nn.Linear(width, width), nn.LeakyReLU(SLOPE)]
        self.net = nn.Sequential(*steps)

    def forward(self, z: Tensor) -> Tensor:
        x = functional.normalize(z, dim=1)
        for layer in self.net:
            if isinstance(layer, nn.Linear):
                x = functional.leaky_relu(functional.linear(x, layer.weight * RATE, layer.bias * RATE), SLOPE)
        return x


class Modulated(nn.Module):
    """A k×k convolution with styles; without `demodulated` also without that. No bias."""

    def __init__(self, inner: int, outer: int, kernel: int, demodulated: bool = True) -> None:
        super().__init__()
        self.demodulated = demodulated
        self.weight = nn.Parameter(torch.randn(outer, inner, kernel, kernel))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        style = style + 1.0
        y = functional.conv2d(x * style[:, :, None, None], self.weight, padding=self.weight.shape[2] // 2)
        if not self.demodulated:
            return y
        power = style.square() @ self.weight.square().sum(dim=(2, 3)).t()
        return y * (power + 1e-8).rsqrt()[:, :, None, None]


class Blur(nn.Module):
    """[1, 2, 1] along both axes, mirrored at the borders."""

    f: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("f", torch.tensor([1.0, 2.0, 1.0]))

    def forward(self, x: Tensor) -> Tensor:
        kernel = torch.outer(self.f, self.f)
        weight = (kernel / kernel.abs().sum()).expand(x.shape[1], 1, 3, 3)
        return functional.conv2d(functional.pad(x, (1, 1, 1, 1), mode="reflect"), weight, groups=x.shape[1])


class ToRGB(nn.Module):
    """Maps and style → the picture's channels, added to those before; then, but for the last, twice the size."""

    def __init__(self, width: int, channels: int, w_dim: int, doubles: bool) -> None:
        super().__init__()
        self.to_style = nn.Linear(w_dim, width)
        self.conv = Modulated(width, channels, 1, demodulated=False)
        self.upsample = nn.Sequential(nn.Identity(), Blur()) if doubles else None

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return self.conv(x, self.to_style(w))

    def enlarged(self, image: Tensor) -> Tensor:
        return image if self.upsample is None else self.upsample(_doubled(image))


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class Block(nn.Module):
    """Two modulated convolutions with noise at one size."""

    def __init__(self, inner: int, outer: int, channels: int, w_dim: int, doubles: bool, last: bool) -> None:
        super().__init__()
        self.doubles = doubles
        self.to_style1, self.to_style2 = nn.Linear(w_dim, inner), nn.Linear(w_dim, outer)
        self.to_noise1, self.to_noise2 = nn.Linear(1, outer), nn.Linear(1, outer)
        self.conv1, self.conv2 = Modulated(inner, outer, 3), Modulated(outer, outer, 3)
        self.to_rgb = ToRGB(outer, channels, w_dim, not last)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        """`noise`: N×R×R for the largest size; smaller ones take its corner, rows and columns exchanged."""
        x = _doubled(x) if self.doubles else x
        part = noise[:, : x.shape[2], : x.shape[3], None]
        x = self.conv1(x, self.to_style1(w)) + self.to_noise1(part).permute(0, 3, 2, 1)
        x = functional.leaky_relu_(x, SLOPE)
        x = self.conv2(x, self.to_style2(w)) + self.to_noise2(part).permute(0, 3, 2, 1)
        return functional.leaky_relu_(x, SLOPE)


class Synthesis(nn.Module):
    """Rows of w → picture."""

    def __init__(self, first: int, widths: Sequence[int], channels: int, w_dim: int, from_latent: bool) -> None:
        super().__init__()
        if from_latent:
            self.to_initial_block = nn.ConvTranspose2d(w_dim, first, 4, bias=False)
        else:
            self.initial_block = nn.Parameter(torch.randn(1, first, 4, 4))
        self.initial_conv = nn.Conv2d(first, first, 3, padding=1)
        inner = (first, *widths)
        self.blocks = nn.ModuleList(
            Block(inner[n], outer, channels, w_dim, n > 0, n == len(widths) - 1) for n, outer in enumerate(widths)
        )
        self.from_latent = from_latent

    def begun(self, ws: Tensor) -> Tensor:
        """The maps before the first block; without a constant they come from the mean of all rows."""
        if self.from_latent:
            return self.initial_conv(self.to_initial_block(ws.mean(dim=1)[:, :, None, None]))
        return self.initial_conv(self.initial_block.expand(ws.shape[0], -1, -1, -1))


class Generator(GeneratorNet):
    """`first` are the channels of the constant, `widths` those at 4, 8 … px."""

    has_w = True
    w_avg: Tensor
    noise_const: Tensor

    def __init__(
        self,
        first: int,
        widths: Sequence[int],
        w_dim: int,
        mapping_layers: int,
        channels: int = 3,
        from_latent: bool = False,
    ) -> None:
        super().__init__()
        self.z_dim = self.w_dim = w_dim
        self.classes, self.channels, self.num_ws = 0, channels, len(widths)
        self.sizes = tuple(4 * 2**n for n in range(len(widths)))
        self.resolution = self.sizes[-1]
        self.SE = Mapping(w_dim, mapping_layers)
        self.GE = Synthesis(first, widths, channels, w_dim, from_latent)
        self.register_buffer("w_avg", torch.zeros(w_dim))
        drawn = torch.rand(self.resolution, self.resolution, generator=torch.Generator().manual_seed(0))
        self.register_buffer("noise_const", drawn)

    def styles(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return self.SE(z).unsqueeze(1).expand(-1, self.num_ws, -1)

    def centre(self, label: Tensor | None = None) -> Tensor | None:
        return self.w_avg.unsqueeze(0)

    def draw(
        self,
        ws: Tensor,
        label: Tensor | None = None,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        end = self.num_ws if side is None else self.sizes.index(side) + 1
        begin, state = 0, State(None, None)
        if kept is not None:
            every = range(self.num_ws) if self.GE.from_latent else ()
            reads = [(row, *every) for row in range(self.num_ws)]
            begin, state = kept.begin(noise_mark(noise_mode, generator), ws, reads, end)
        noise = self._noise(ws, noise_mode, generator)
        x, image = state.x, state.image
        for row in range(begin, end):
            block = self.GE.blocks[row]
            assert isinstance(block, Block)
            x = block(self.GE.begun(ws) if x is None else x, ws[:, row], noise)
            rgb = block.to_rgb(x, ws[:, row])
            image = rgb if image is None else self._enlarged(image, row) + rgb
            if kept is not None:
                kept.keep(row + 1, State(x, image))
        assert image is not None
        return image * 2.0 - 1.0

    def _enlarged(self, image: Tensor, row: int) -> Tensor:
        before = self.GE.blocks[row - 1]
        assert isinstance(before, Block)
        return before.to_rgb.enlarged(image)

    def _noise(self, ws: Tensor, mode: NoiseMode, generator: torch.Generator | None) -> Tensor:
        """N×R×R, uniform 0..1."""
        if mode == "random":
            shape = (ws.shape[0], self.resolution, self.resolution)
            device = ws.device if generator is None else generator.device
            return torch.rand(shape, generator=generator, device=device).to(ws.device)
        noise = self.noise_const if mode == "const" else torch.full_like(self.noise_const, 0.5)
        return noise.expand(ws.shape[0], -1, -1)

    @torch.no_grad()
    def settle(self, draws: int = 4096, seed: int = 0) -> None:
        """Set the mean of w."""
        z = torch.randn(draws, self.z_dim, generator=torch.Generator().manual_seed(seed))
        self.w_avg.copy_(self.SE(z.to(self.w_avg.device)).mean(dim=0))
