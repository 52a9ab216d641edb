"""StyleGAN3's generator, in the translation (T) and the rotation (R) kind, from stored weights and filters.

Karras et al., "Alias-Free Generative Adversarial Networks" (2021). State-dict names are those of the official files;
beside them `synthesis.design` keeps the `Design`. Every layer resamples twice: up, leaky ReLU, down; both filters are
taken from the file. Styles are scaled for every picture by itself, so that a batch gives the pictures of single runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.nets.equalised import GAIN, SLOPE, FullyConnected
from ganstudio.nets.generator_net import NoiseMode
from ganstudio.nets.kept import Kept, State
from ganstudio.nets.mapping import MappedNet, Mapping


@dataclass(frozen=True)
class Design:
    """What the sizes and rates of all layers follow from; the published values."""

    resolution: int
    layers: int = 14
    critical: int = 2  # layers at the end that are sampled critically
    first_cutoff: float = 2.0
    first_stopband: float = 2.0**2.1
    last_stopband_rel: float = 2.0**0.3
    margin: int = 10
    output_scale: float = 0.25
    clamp: float = 256.0  # inf: none

    def stored(self) -> Tensor:
        """As numbers among the weights."""
        return torch.tensor(astuple(self), dtype=torch.float64)

    @classmethod
    def restored(cls, numbers: Tensor) -> Design:
        """From those numbers, also if they were float32 meanwhile."""
        usual = cls(int(numbers[0]))
        pairs = zip(numbers.tolist(), astuple(usual), strict=True)
        exact = [own if math.isclose(one, own, rel_tol=1e-6) else type(own)(one) for one, own in pairs]
        return cls(*exact)


@dataclass(frozen=True)
class Plan:
    """One layer: sides and sampling rates before, within and after it."""

    in_side: int
    out_side: int
    in_rate: int
    out_rate: int
    inner_rate: int
    is_rgb: bool

    @property
    def up(self) -> int:
        return self.inner_rate // self.in_rate

    @property
    def down(self) -> int:
        return self.inner_rate // self.out_rate


def plans_of(design: Design) -> tuple[tuple[int, int, float], list[Plan]]:
    """((side, rate, cutoff) of the input, plans of all layers and the RGB layer)."""
    last_cutoff = design.resolution / 2
    last_stopband = last_cutoff * design.last_stopband_rel
    sides, rates, cutoffs = [], [], []
    for index in range(design.layers + 1):
        part = min(index / (design.layers - design.critical), 1.0)
        cutoff = design.first_cutoff * (last_cutoff / design.first_cutoff) ** part
        stopband = design.first_stopband * (last_stopband / design.first_stopband) ** part
        rate = 2 ** math.ceil(math.log2(min(stopband * 2, design.resolution)))
        is_last = index >= design.layers - 1
        sides.append(design.resolution if is_last else int(rate + design.margin * 2))
        rates.append(int(rate))
        cutoffs.append(cutoff)
    plans = []
    for index in range(design.layers + 1):
        before, is_rgb = max(index - 1, 0), index == design.layers
        inner = max(rates[before], rates[index]) * (1 if is_rgb else 2)
        plans.append(Plan(sides[before], sides[index], rates[before], rates[index], inner, is_rgb))
    return (sides[0], rates[0], cutoffs[0]), plans


class SynthesisInput(nn.Module):
    """w → Fourier features, turned and shifted by an affine map of w; `transform` is the person's (inverse)."""

    transform: Tensor
    freqs: Tensor
    phases: Tensor

    def __init__(self, channels: int, w_dim: int, side: int, rate: int, cutoff: float) -> None:
        super().__init__()
        self.side, self.rate, self.cutoff = side, rate, cutoff
        self.affine = FullyConnected(w_dim, 4)
        self.weight = nn.Parameter(torch.randn(channels, channels))
        self.register_buffer("transform", torch.eye(3))
        self.register_buffer("freqs", torch.randn(channels, 2) * cutoff / 2)
        self.register_buffer("phases", torch.rand(channels) - 0.5)

    def forward(self, w: Tensor) -> Tensor:
        """N×w_dim → N×channels×side×side."""
        t = self.affine(w)
        cos, sin, across, down = (t / t[:, :2].norm(dim=1, keepdim=True)).unbind(dim=1)
        zero, one = torch.zeros_like(cos), torch.ones_like(cos)
        turn = torch.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], dim=1).reshape(-1, 3, 3)
        shift = torch.stack([one, zero, -across, zero, one, -down, zero, zero, one], dim=1).reshape(-1, 3, 3)
        whole = turn @ shift @ self.transform
        phases = self.phases + (self.freqs @ whole[:, :2, 2:]).squeeze(2)
        freqs = self.freqs @ whole[:, :2, :2]
        fading = 1.0 - (freqs.norm(dim=2) - self.cutoff) / (self.rate / 2 - self.cutoff)
        places = (torch.arange(self.side, device=w.device, dtype=w.dtype) + 0.5 - self.side / 2) / self.rate
        x, y = places * freqs[:, :, :1], places * freqs[:, :, 1:]  # N×channels×side
        angles = x[:, :, None, :] + y[:, :, :, None] + phases[:, :, None, None]
        waves = torch.sin(angles * (2 * math.pi)) * fading.clamp(0, 1)[:, :, None, None]
        weight = self.weight / math.sqrt(self.weight.shape[0])
        return functional.conv2d(waves, weight[:, :, None, None])


def _up(x: Tensor, taps: Tensor, factor: int, before: int, after: int) -> Tensor:
    """`factor` times as large along both axes: zeros between, `before` and `after` them, then the filter."""
    length, channels = taps.shape[0], x.shape[1]
    begin = length - 1 - before
    for axis in (2, 3):
        end = x.shape[axis] * factor + after
        weight = (taps * factor).reshape((-1, 1) if axis == 2 else (1, -1)).expand(channels, 1, -1, -1)
        stride = (factor, 1) if axis == 2 else (1, factor)
        x = functional.conv_transpose2d(x, weight, stride=stride, groups=channels)
        short = max(0, end - x.shape[axis])
        pad = [0, 0, max(0, -begin), short] if axis == 2 else [max(0, -begin), short]
        if any(pad):
            x = functional.pad(x, pad)
        x = x.narrow(axis, max(0, begin), end - begin)
    return x


def _down(x: Tensor, taps: Tensor, factor: int) -> Tensor:
    """The filter (one line of taps for both axes, or a plane), then every `factor`th."""
    channels, flipped = x.shape[1], taps.flip(list(range(taps.ndim)))
    if taps.ndim == 2:
        return functional.conv2d(x, flipped.expand(channels, 1, -1, -1), stride=factor, groups=channels)
    x = functional.conv2d(x, flipped[:, None].expand(channels, 1, -1, -1), stride=(factor, 1), groups=channels)
    return functional.conv2d(x, flipped[None].expand(channels, 1, -1, -1), stride=(1, factor), groups=channels)


class SynthesisLayer(nn.Module):
    """A modulated convolution, then bias and leaky ReLU at a higher rate. The RGB layer is linear."""

    magnitude_ema: Tensor
    up_filter: Tensor
    down_filter: Tensor

    def __init__(
        self, plan: Plan, inner: int, outer: int, kernel: int, filters: tuple[tuple[int, ...], ...], w_dim: int
    ) -> None:
        """`filters`: the shapes of the upwards and the downwards filter; none for RGB."""
        super().__init__()
        self.plan = plan
        self.affine = FullyConnected(w_dim, inner, bias_start=1.0)
        self.weight = nn.Parameter(torch.randn(outer, inner, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outer))
        self.register_buffer("magnitude_ema", torch.ones(()))
        if not plan.is_rgb:
            up, down = filters
            self.register_buffer("up_filter", torch.zeros(up))
            self.register_buffer("down_filter", torch.zeros(down))
            wanted = (plan.out_side - 1) * plan.down + 1
            pad = wanted - (plan.in_side + kernel - 1) * plan.up + up[0] + down[0] - 2
            self.before = (pad + plan.up) // 2
            self.after = pad - self.before

    def forward(self, x: Tensor, w: Tensor, clamp: float) -> Tensor:
        style, weight = self.affine(w), self.weight
        if self.plan.is_rgb:
            style = style / math.sqrt(weight[0].numel())
        else:
            weight = weight * weight.square().mean(dim=(1, 2, 3), keepdim=True).rsqrt()
            style = style * style.square().mean(dim=1, keepdim=True).rsqrt()
        y = x * (style * self.magnitude_ema.rsqrt())[:, :, None, None]
        y = functional.conv2d(y, weight, padding=weight.shape[2] - 1)
        if self.plan.is_rgb:
            return y.add_(self.bias[:, None, None]).clamp_(-clamp, clamp)
        power = style.square() @ weight.square().sum(dim=(2, 3)).t()
        y = y * (power + 1e-8).rsqrt()[:, :, None, None]
        y = _up(y.add_(self.bias[:, None, None]), self.up_filter, self.plan.up, self.before, self.after)
        y = functional.leaky_relu(y, SLOPE).mul_(GAIN)
        return _down(y if clamp == math.inf else y.clamp_(-clamp, clamp), self.down_filter, self.plan.down)


class Synthesis(nn.Module):
    """ws → picture: Fourier features, then layers without any position of their own."""

    def __init__(
        self,
        design: Design,
        names: Sequence[str],
        kernels: Sequence[tuple[int, int, int]],
        filters: Sequence[tuple[tuple[int, ...], ...]],
        w_dim: int,
    ) -> None:
        """`names` of the layers, (outer, inner, kernel) and shapes of both filters of each."""
        super().__init__()
        self.design, self.names = design, tuple(names)
        (side, rate, cutoff), plans = plans_of(design)
        self.input = SynthesisInput(kernels[0][1], w_dim, side, rate, cutoff)
        for name, plan, (outer, inner, kernel), shapes in zip(names, plans, kernels, filters, strict=True):
            self.add_module(name, SynthesisLayer(plan, inner, outer, kernel, shapes, w_dim))
        self.register_buffer("design_numbers", design.stored())

    def forward(self, ws: Tensor, kept: Kept | None = None) -> Tensor:
        """N×num_ws×w_dim → N×channels×R×R float32, about -1..1."""
        steps = ("input", *self.names)
        begin, state = 0, State(None, None)
        if kept is not None:
            mark = (self.input.transform.cpu().numpy().tobytes(),)
            begin, state = kept.begin(mark, ws, [(row,) for row in range(len(steps))], len(steps))
        x = state.x
        for row in range(begin, len(steps)):
            layer = self.get_submodule(steps[row])
            x = layer(ws[:, row]) if row == 0 else layer(x, ws[:, row], self.design.clamp)
            if kept is not None:
                kept.keep(row + 1, State(x, None))
        assert x is not None
        return x * self.design.output_scale


class Generator(MappedNet):
    """StyleGAN3. It has no noise, and nothing comes early."""

    def __init__(
        self,
        design: Design,
        names: Sequence[str],
        kernels: Sequence[tuple[int, int, int]],
        filters: Sequence[tuple[tuple[int, ...], ...]],
        z_dim: int,
        w_dim: int,
        classes: int,
        mapping_layers: int,
    ) -> None:
        """See `Synthesis` for the first four."""
        super().__init__()
        self.z_dim, self.w_dim, self.classes = z_dim, w_dim, classes
        self.channels, self.resolution = kernels[-1][0], design.resolution
        self.num_ws, self.sizes = design.layers + 2, (design.resolution,)
        self.mapping = Mapping(z_dim, w_dim, classes, mapping_layers)
        self.synthesis = Synthesis(design, names, kernels, filters, w_dim)

    def draw(
        self,
        ws: Tensor,
        label: Tensor | None = None,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        return self.synthesis(ws, kept)
