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
from ganstudio.nets.kept import Kept, State, noise_mark

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
        """What truncation draws towards: the mean w of the class (or the blend of means), else of all, 1×w_dim."""
        return label.float() @ self.class_w_avg if self.classes and label is not None else self.w_avg.unsqueeze(0)


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
        # (block, part, row of ws): the RGB of a block shares its row with the next block's first layer.
        self.steps = [(4, "conv1", 0), (4, "torgb", 1)]
        for number, side in enumerate(self.resolutions[1:]):
            row = 2 * number + 1
            self.steps += [(side, "conv0", row), (side, "conv1", row + 1), (side, "torgb", row + 2)]

    def forward(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        """N×num_ws×w_dim → N×channels×side×side float32, about -1..1. Layers compute in `self.compute`."""
        end = sum(side is None or one[0] <= side for one in self.steps)
        begin, state = 0, State(None, None)
        if kept is not None:
            mark = (*noise_mark(noise_mode, generator), self.compute)
            begin, state = kept.begin(mark, ws, [(row,) for *_, row in self.steps], end)
            if state.noise is not None and generator is not None:
                generator.set_state(state.noise)
        for number, (block, part, row) in enumerate(self.steps[begin:end], begin + 1):
            x, image = self._step(block, part, state, ws[:, row], noise_mode, generator)
            drawn = generator.get_state() if kept is not None and generator is not None else None
            state = State(x, image, drawn)
            if kept is not None:
                kept.keep(number, state)
        assert state.image is not None
        return state.image

    def _step(
        self, side: int, part: str, state: State, w: Tensor, mode: NoiseMode, generator: torch.Generator | None
    ) -> tuple[Tensor, Tensor | None]:
        block = self.get_submodule(f"b{side}")
        assert isinstance(block, SynthesisBlock)
        x, image = state.x, state.image
        if x is None:
            x = block.const.to(self.compute).expand(w.shape[0], -1, -1, -1)
            x = x.contiguous(memory_format=torch.channels_last)
        if part == "torgb":
            rgb = block.torgb(x, w)
            return x, rgb if image is None else doubled(image, block.resample_filter) + rgb
        x = block.get_submodule(part)(x, w, mode, generator)
        if part == "conv1" and block.attention is not None:
            x = block.attention(x)
        return x, image


class Generator(GeneratorNet):
    """StyleGAN2. `widths` are the channels at 4, 8 … px (see `channels_for`)."""

    has_w = True

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
        self.num_ws, self.sizes = self.synthesis.num_ws, self.synthesis.resolutions

    def ws(self, w: Tensor) -> Tensor:
        """N×w_dim → N×num_ws×w_dim."""
        return w.unsqueeze(1).expand(-1, self.synthesis.num_ws, -1)

    def styles(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return self.ws(self.mapping(z, label))

    def centre(self, label: Tensor | None = None) -> Tensor | None:
        return self.mapping.centre(label)

    def draw(
        self,
        ws: Tensor,
        label: Tensor | None = None,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        return self.synthesis(ws, noise_mode, generator, side, kept)

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
