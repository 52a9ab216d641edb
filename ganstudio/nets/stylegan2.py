"""StyleGAN2's generator, unconditional or by class, in a form that is fast on CPUs.

Karras et al., "Analyzing and Improving the Image Quality of StyleGAN" (2020); by class and with the embedding as in
"Training Generative Adversarial Networks with Limited Data" (2020). State-dict names are those of the official
stylegan2-ada-pytorch files. A modulated convolution is computed as x·style, one convolution shared by the batch,
then ·demodulation per output channel: the same mathematics as weights of one's own for every sample, without them.
Beside the official names: `mapping.class_w_avg` (one mean of w a class, 0×w without classes) and, where asked for,
`attention` and `synthesis.clamp` (the largest value of a map, which networks meant for float16 were trained with).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.nets.attention import SelfAttention
from ganstudio.nets.equalised import GAIN, SLOPE, FullyConnected, doubled, filtered, fir_kernel
from ganstudio.nets.generator_net import NoiseMode
from ganstudio.nets.kept import Kept, State, noise_mark
from ganstudio.nets.mapping import MappedNet, Mapping

HALF = math.sqrt(0.5)  # of two branches that are added

Architecture = Literal["skip", "resnet", "orig"]
Step = tuple[int, str, tuple[int, ...]]


def channels_for(resolution: int, base: int, most: int) -> tuple[int, ...]:
    """Channels at 4, 8 … `resolution` px: min(base / px, most)."""
    return tuple(min(base // 2**n, most) for n in range(2, resolution.bit_length()))


class SynthesisLayer(nn.Module):
    """A modulated 3×3 convolution, noise, bias and leaky ReLU; with `up` to twice the size."""

    noise_const: Tensor
    resample_filter: Tensor

    def __init__(self, inner: int, outer: int, w_dim: int, resolution: int, up: bool = False) -> None:
        super().__init__()
        self.up, self.resolution = up, resolution
        self._kept: tuple[tuple[object, ...], Tensor, Tensor] | None = None
        self.weight = nn.Parameter(torch.randn(outer, inner, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outer))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.affine = FullyConnected(w_dim, inner, bias_start=1.0)
        self.register_buffer("noise_const", torch.randn(resolution, resolution))
        self.register_buffer("resample_filter", fir_kernel())

    def forward(
        self,
        x: Tensor,
        w: Tensor,
        mode: NoiseMode,
        generator: torch.Generator | None,
        gain: float = 1.0,
        clamp: float | None = None,
    ) -> Tensor:
        """`gain` multiplies the result, `clamp` bounds it before that."""
        style = self.affine(w)
        weight, power = self._kernel(x.dtype)
        demodulation = (style.square() @ power + 1e-8).rsqrt() * GAIN
        x = x * style.to(x.dtype)[:, :, None, None]
        if self.up:
            x = functional.conv_transpose2d(x, weight, stride=2)
            x = filtered(x, self.resample_filter, padding=1, gain=4.0)
        else:
            x = functional.conv2d(x, weight, padding=1)
        x = x * demodulation.to(x.dtype)[:, :, None, None]
        noise = self._noise(x, mode, generator)
        if noise is not None:
            x = x.add_((noise * (self.noise_strength * GAIN)).to(x.dtype))
        x = x.add_((self.bias * GAIN).to(x.dtype)[:, None, None])
        x = functional.leaky_relu_(x, SLOPE)
        if clamp is not None:  # not in place where a gradient still needs what is bounded
            x = x.clamp(-clamp, clamp) if x.requires_grad else x.clamp_(-clamp, clamp)
        return x if gain == 1.0 else x * gain

    def _kernel(self, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """The kernel as the convolution takes it, and its power, inner×outer. Kept as long as the weights are the same,
        unless a gradient is wanted."""
        weight = self.weight
        if weight.is_inference() or (torch.is_grad_enabled() and weight.requires_grad):
            return self._made_kernel(dtype)
        mark = (dtype, weight.device, weight.data_ptr(), weight._version)
        kept = self._kept
        if kept is None or kept[0] != mark:
            with torch.inference_mode(False), torch.no_grad():  # a gradient of w may pass through it later
                made, power = self._made_kernel(dtype)
                kept = self._kept = (mark, made.contiguous(memory_format=torch.channels_last), power.contiguous())
        return kept[1:]

    def _made_kernel(self, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        weight = self.weight.to(dtype)
        return weight.transpose(0, 1) if self.up else weight, self.weight.square().sum(dim=(2, 3)).t()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_kept": None}

    def _noise(self, x: Tensor, mode: NoiseMode, generator: torch.Generator | None) -> Tensor | None:
        if mode == "none":
            return None
        if mode == "const":
            return self.noise_const
        shape = (x.shape[0], 1, self.resolution, self.resolution)
        device = x.device if generator is None else generator.device
        return torch.randn(shape, generator=generator, device=device).to(x.device)


class ToRGB(nn.Module):
    """A modulated 1×1 convolution to the picture's channels, without demodulation; float32 out."""

    def __init__(self, inner: int, channels: int, w_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, inner, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.affine = FullyConnected(w_dim, inner, bias_start=1.0)

    def forward(self, x: Tensor, w: Tensor, clamp: float | None = None) -> Tensor:
        style = self.affine(w) / math.sqrt(self.weight.shape[1])
        y = functional.conv2d(x * style.to(x.dtype)[:, :, None, None], self.weight.to(x.dtype))
        y = y.float() + self.bias[:, None, None]
        return y if clamp is None else y.clamp(-clamp, clamp)


class Shortcut(nn.Module):
    """The second branch of a residual block: 1×1, then twice the size."""

    resample_filter: Tensor

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outer, inner, 1, 1))
        self.register_buffer("resample_filter", fir_kernel())

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * (HALF / math.sqrt(self.weight.shape[1]))
        return doubled(functional.conv2d(x, weight.to(x.dtype)), self.resample_filter)


class SynthesisBlock(nn.Module):
    """The layers of one resolution."""

    resample_filter: Tensor

    def __init__(
        self, inner: int, outer: int, w_dim: int, resolution: int, channels: int, attention: bool, shortcut: bool
    ) -> None:
        super().__init__()
        if inner:
            self.conv0 = SynthesisLayer(inner, outer, w_dim, resolution, up=True)
        else:
            self.const = nn.Parameter(torch.randn(outer, resolution, resolution))
        self.conv1 = SynthesisLayer(outer, outer, w_dim, resolution)
        self.attention = SelfAttention(outer) if attention else None
        if channels:
            self.torgb = ToRGB(outer, channels, w_dim)
        if shortcut:
            self.skip = Shortcut(inner, outer)
        self.register_buffer("resample_filter", fir_kernel())


class Synthesis(nn.Module):
    """ws → picture, doubling from 4 px. "skip": every block adds its RGB to the enlarged sum of those before;
    "resnet" and "orig": only the last one has RGB, the blocks are residual or plain."""

    clamp: Tensor

    def __init__(
        self,
        widths: Sequence[int],
        w_dim: int,
        channels: int,
        attention_at: int,
        architecture: Architecture = "skip",
        clamp: float | None = None,
    ) -> None:
        super().__init__()
        self.resolutions = tuple(4 * 2**n for n in range(len(widths)))
        self.architecture: Architecture = architecture
        for index, (side, width) in enumerate(zip(self.resolutions, widths, strict=True)):
            inner = widths[index - 1] if index else 0
            seen = channels if architecture == "skip" or side == self.resolutions[-1] else 0
            shortcut = architecture == "resnet" and index > 0
            block = SynthesisBlock(inner, width, w_dim, side, seen, side == attention_at, shortcut)
            self.add_module(f"b{side}", block)
        self.num_ws = 2 * len(widths)
        self.compute = torch.float32
        self.bound: float | None = None
        if clamp is not None:
            self.register_buffer("clamp", torch.tensor(clamp))
            self.bound = clamp
        self.steps = self._steps()

    def _steps(self) -> list[Step]:
        """(block, part, rows of ws): the RGB of a block shares its row with the next block's first layer."""
        steps: list[Step] = []
        for number, side in enumerate(self.resolutions):
            row = 2 * number - 1
            if self.architecture == "resnet" and number:
                steps.append((side, "both", (row, row + 1)))
            else:
                steps += [(side, "conv0", (row,))] if number else []
                steps.append((side, "conv1", (row + 1,)))
            if self.architecture == "skip" or side == self.resolutions[-1]:
                steps.append((side, "torgb", (row + 2,)))
        return steps

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
            begin, state = kept.begin(mark, ws, [rows for *_, rows in self.steps], end)
            if state.noise is not None and generator is not None:
                generator.set_state(state.noise)
        for number, (block, part, rows) in enumerate(self.steps[begin:end], begin + 1):
            x, image = self._step(block, part, state, [ws[:, row] for row in rows], noise_mode, generator)
            drawn = generator.get_state() if kept is not None and generator is not None else None
            state = State(x, image, drawn)
            if kept is not None:
                kept.keep(number, state)
        assert state.image is not None
        return state.image

    def _step(
        self,
        side: int,
        part: str,
        state: State,
        ws: Sequence[Tensor],
        mode: NoiseMode,
        generator: torch.Generator | None,
    ) -> tuple[Tensor, Tensor | None]:
        block = self.get_submodule(f"b{side}")
        assert isinstance(block, SynthesisBlock)
        x, image = state.x, state.image
        if x is None:
            x = block.const.to(self.compute).expand(ws[0].shape[0], -1, -1, -1)
            x = x.contiguous(memory_format=torch.channels_last)
        if part == "torgb":
            rgb = block.torgb(x, ws[0], self.bound)
            return x, rgb if image is None else doubled(image, block.resample_filter) + rgb
        if part == "both":
            y = block.skip(x)
            x = block.conv0(x, ws[0], mode, generator, clamp=self.bound)
            x = y + block.conv1(x, ws[1], mode, generator, HALF, self.bound)
        else:
            layer = block.conv0 if part == "conv0" else block.conv1
            x = layer(x, ws[0], mode, generator, clamp=self.bound)
        if part != "conv0" and block.attention is not None:
            x = block.attention(x)
        return x, image


class Generator(MappedNet):
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
        architecture: Architecture = "skip",
        clamp: float | None = None,
    ) -> None:
        super().__init__()
        self.z_dim, self.w_dim, self.classes, self.channels = z_dim, w_dim, classes, channels
        self.resolution = 2 * 2 ** len(widths)
        self.mapping = Mapping(z_dim, w_dim, classes, mapping_layers)
        self.synthesis = Synthesis(widths, w_dim, channels, attention_at, architecture, clamp)
        self.num_ws = self.synthesis.num_ws
        self.sizes = self.synthesis.resolutions if architecture == "skip" else (self.resolution,)

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

    def noise_layers(self) -> list[nn.Module]:
        return [one for one in self.synthesis.modules() if isinstance(one, SynthesisLayer)]
