"""StyleGAN2's generator (skip architecture), unconditional or by class, in a form that is fast on CPUs.

Karras et al., "Analyzing and Improving the Image Quality of StyleGAN" (2020); by class and with the embedding as in
"Training Generative Adversarial Networks with Limited Data" (2020). State-dict names are those of the official
stylegan2-ada-pytorch files. A modulated convolution is computed as x·style, one convolution shared by the batch,
then ·demodulation per output channel: the same mathematics as weights of one's own for every sample, without them.
Beside the official names: `mapping.class_w_avg` (one mean of w a class, 0×w without classes) and, where asked for,
`attention`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.nets.attention import SelfAttention
from ganstudio.nets.equalised import GAIN, SLOPE, FullyConnected, doubled, filtered, fir_kernel, unit_moment
from ganstudio.nets.generator_net import GeneratorNet, NoiseMode

W_DECAY = 0.995  # of the mean of w, a pass


def channels_for(resolution: int, base: int, most: int) -> tuple[int, ...]:
    """Channels at 4, 8 … `resolution` px: min(base / px, most)."""
    return tuple(min(base // 2**n, most) for n in range(2, resolution.bit_length()))


class Mapping(nn.Module):
    """z (and a class) → w."""

    w_avg: Tensor
    class_w_avg: Tensor

    def __init__(self, z_dim: int, w_dim: int, classes: int, layers: int) -> None:
        super().__init__()
        self.classes, self.layers = classes, layers
        if classes:
            self.embed = FullyConnected(classes, w_dim)
        self.register_buffer("class_w_avg", torch.zeros(classes, w_dim))
        for index in range(layers):
            inner = w_dim if index else z_dim + (w_dim if classes else 0)
            self.add_module(f"fc{index}", FullyConnected(inner, w_dim, active=True, rate=0.01))
        self.register_buffer("w_avg", torch.zeros(w_dim))

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """N×z_dim and N×classes (one-hot, or a blend that sums to 1) → N×w_dim, float32."""
        x = unit_moment(z.float())
        if self.classes:
            if label is None:
                raise ValueError("a generator by class needs a label")
            x = torch.cat([x, unit_moment(self.embed(label.float()))], dim=1)
        for index in range(self.layers):
            x = self.get_submodule(f"fc{index}")(x)
        return x

    @torch.no_grad()
    def follow(self, w: Tensor, label: Tensor | None) -> None:
        """Move the means of w towards a batch."""
        self.w_avg.lerp_(w.mean(dim=0), 1.0 - W_DECAY)
        if self.classes and label is not None:
            count = label.sum(dim=0)
            mean = (label.t() @ w) / count.clamp(min=1e-8).unsqueeze(1)
            self.class_w_avg.lerp_(torch.where(count.unsqueeze(1) > 0, mean, self.class_w_avg), 1.0 - W_DECAY)

    def centre(self, label: Tensor | None) -> Tensor:
        """What truncation draws towards: the mean w of the class (or the blend of means), else of all."""
        return label.float() @ self.class_w_avg if self.classes and label is not None else self.w_avg


class SynthesisLayer(nn.Module):
    """A modulated 3×3 convolution, noise, bias and leaky ReLU; with `up` to twice the size."""

    noise_const: Tensor
    resample_filter: Tensor

    def __init__(self, inner: int, outer: int, w_dim: int, resolution: int, up: bool = False) -> None:
        super().__init__()
        self.up, self.resolution = up, resolution
        self.weight = nn.Parameter(torch.randn(outer, inner, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outer))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.affine = FullyConnected(w_dim, inner, bias_start=1.0)
        self.register_buffer("noise_const", torch.randn(resolution, resolution))
        self.register_buffer("resample_filter", fir_kernel())

    def forward(self, x: Tensor, w: Tensor, mode: NoiseMode, generator: torch.Generator | None) -> Tensor:
        style = self.affine(w)
        power = style.square() @ self.weight.square().sum(dim=(2, 3)).t()
        demodulation = (power + 1e-8).rsqrt() * GAIN
        x = x * style.to(x.dtype)[:, :, None, None]
        weight = self.weight.to(x.dtype)
        if self.up:
            x = functional.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
            x = filtered(x, self.resample_filter, padding=1, gain=4.0)
        else:
            x = functional.conv2d(x, weight, padding=1)
        x = x * demodulation.to(x.dtype)[:, :, None, None]
        noise = self._noise(x, mode, generator)
        if noise is not None:
            x = x.add_((noise * (self.noise_strength * GAIN)).to(x.dtype))
        x = x.add_((self.bias * GAIN).to(x.dtype)[:, None, None])
        return functional.leaky_relu_(x, SLOPE)

    def _noise(self, x: Tensor, mode: NoiseMode, generator: torch.Generator | None) -> Tensor | None:
        if mode == "none":
            return None
        if mode == "const":
            return self.noise_const
        shape = (x.shape[0], 1, self.resolution, self.resolution)
        return torch.randn(shape, generator=generator, device=x.device)


class ToRGB(nn.Module):
    """A modulated 1×1 convolution to the picture's channels, without demodulation; float32 out."""

    def __init__(self, inner: int, channels: int, w_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, inner, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.affine = FullyConnected(w_dim, inner, bias_start=1.0)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w) / math.sqrt(self.weight.shape[1])
        y = functional.conv2d(x * style.to(x.dtype)[:, :, None, None], self.weight.to(x.dtype))
        return y.float() + self.bias[:, None, None]


class SynthesisBlock(nn.Module):
    """The layers of one resolution."""

    resample_filter: Tensor

    def __init__(self, inner: int, outer: int, w_dim: int, resolution: int, channels: int, attention: bool) -> None:
        super().__init__()
        if inner:
            self.conv0 = SynthesisLayer(inner, outer, w_dim, resolution, up=True)
        else:
            self.const = nn.Parameter(torch.randn(outer, resolution, resolution))
        self.conv1 = SynthesisLayer(outer, outer, w_dim, resolution)
        self.attention = SelfAttention(outer) if attention else None
        self.torgb = ToRGB(outer, channels, w_dim)
        self.register_buffer("resample_filter", fir_kernel())
        self.first = not inner


class Synthesis(nn.Module):
    """ws → picture, doubling from 4 px; every block adds its RGB to the enlarged sum of those before."""

    def __init__(self, widths: Sequence[int], w_dim: int, channels: int, attention_at: int) -> None:
        super().__init__()
        self.resolutions = tuple(4 * 2**n for n in range(len(widths)))
        for index, (resolution, width) in enumerate(zip(self.resolutions, widths, strict=True)):
            inner = widths[index - 1] if index else 0
            block = SynthesisBlock(inner, width, w_dim, resolution, channels, resolution == attention_at)
            self.add_module(f"b{resolution}", block)
        self.num_ws = 2 * len(widths)
        self.compute = torch.float32

    def forward(self, ws: Tensor, noise_mode: NoiseMode = "const", generator: torch.Generator | None = None) -> Tensor:
        """N×num_ws×w_dim → N×channels×R×R float32, about -1..1. Layers compute in `self.compute`."""
        x = image = None
        at = 0
        for resolution in self.resolutions:
            block = self.get_submodule(f"b{resolution}")
            assert isinstance(block, SynthesisBlock)
            if block.first:
                x = block.const.to(self.compute).expand(ws.shape[0], -1, -1, -1)
                x = x.contiguous(memory_format=torch.channels_last)
            else:
                assert x is not None
                x = block.conv0(x, ws[:, at], noise_mode, generator)
                at += 1
            x = block.conv1(x, ws[:, at], noise_mode, generator)
            at += 1
            if block.attention is not None:
                x = block.attention(x)
            rgb = block.torgb(x, ws[:, at])
            image = rgb if image is None else doubled(image, block.resample_filter) + rgb
        assert image is not None
        return image


class Generator(GeneratorNet):
    """StyleGAN2. `widths` are the channels at 4, 8 … px (see `channels_for`)."""

    def __init__(
        self,
        widths: Sequence[int],
        z_dim: int,
        w_dim: int,
        classes: int = 0,
        mapping_layers: int = 2,
        channels: int = 3,
        attention_at: int = 0,
    ) -> None:
        super().__init__()
        self.z_dim, self.w_dim, self.classes, self.channels = z_dim, w_dim, classes, channels
        self.resolution = 2 * 2 ** len(widths)
        self.mapping = Mapping(z_dim, w_dim, classes, mapping_layers)
        self.synthesis = Synthesis(widths, w_dim, channels, attention_at)

    def ws(self, w: Tensor) -> Tensor:
        """N×w_dim → N×num_ws×w_dim."""
        return w.unsqueeze(1).expand(-1, self.synthesis.num_ws, -1)

    def truncated(self, w: Tensor, label: Tensor | None, psi: float, cutoff: int | None = None) -> Tensor:
        """N×w_dim → N×num_ws×w_dim, drawn to the mean by `psi` in the first `cutoff` layers (None: in all)."""
        ws = self.ws(w)
        if psi == 1.0:
            return ws
        centre = self.ws(self.mapping.centre(label).expand_as(w))
        drawn = centre.lerp(ws, psi)
        return drawn if cutoff is None else torch.cat([drawn[:, :cutoff], ws[:, cutoff:]], dim=1)

    def forward(
        self,
        z: Tensor,
        label: Tensor | None = None,
        psi: float = 1.0,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
    ) -> Tensor:
        ws = self.truncated(self.mapping(z, label), label, psi)
        return self.synthesis(ws, noise_mode, generator)

    @torch.no_grad()
    def settle(self, draws: int = 4096, seed: int = 0) -> None:
        """Set the means of w from `draws` latents a class."""
        z = torch.randn(draws, self.z_dim, generator=torch.Generator().manual_seed(seed))
        z = z.to(self.mapping.w_avg.device)
        if not self.classes:
            self.mapping.w_avg.copy_(self.mapping(z).mean(dim=0))
            return
        for index, label in enumerate(torch.eye(self.classes, device=z.device)):
            self.mapping.class_w_avg[index] = self.mapping(z, label.expand(draws, -1)).mean(dim=0)
        self.mapping.w_avg.copy_(self.mapping.class_w_avg.mean(dim=0))
