"""Layers of the StyleGAN line: equalised learning rate, FIR resampling and activations that keep the variance.

Karras et al., "Progressive Growing of GANs" (2018, equalised learning rate), "Analyzing and Improving the Image
Quality of StyleGAN" (2020). Parameter names and layouts are those of the official PyTorch files. Gains are folded
into weights and biases (a leaky ReLU is positively homogeneous), so that each layer passes over its maps once.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
GAIN = math.sqrt(2.0)  # of a leaky ReLU


def fir_kernel() -> Tensor:
    """4×4, the outer product of [1, 3, 3, 1], sums to 1."""
    line = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(line, line)
    return kernel / kernel.sum()


def filtered(x: Tensor, kernel: Tensor, padding: int, gain: float = 1.0, stride: int = 1) -> Tensor:
    """N×C×H×W through the 4×4 low-pass, zero padded; depthwise, which on a CPU beats shifted sums."""
    weight = (kernel * gain).to(x.dtype).expand(x.shape[1], 1, 4, 4)
    return functional.conv2d(x, weight, padding=padding, stride=stride, groups=x.shape[1])


def doubled(x: Tensor, kernel: Tensor) -> Tensor:
    """N×C×H×W → N×C×2H×2W: zeros between the pixels, then the low-pass with gain 4."""
    weight = (kernel * 4.0).to(x.dtype).expand(x.shape[1], 1, 4, 4)
    return functional.conv_transpose2d(x, weight, stride=2, padding=1, groups=x.shape[1])


def halved(x: Tensor, kernel: Tensor) -> Tensor:
    """N×C×H×W → N×C×H/2×W/2 through the low-pass."""
    return filtered(x, kernel, padding=1, stride=2)


class FullyConnected(nn.Module):
    """N×inner → N×outer; with `active` a leaky ReLU of gain √2 follows."""

    def __init__(
        self, inner: int, outer: int, *, active: bool = False, rate: float = 1.0, bias_start: float = 0.0
    ) -> None:
        super().__init__()
        self.active, self.rate = active, rate
        self.weight = nn.Parameter(torch.randn(outer, inner) / rate)
        self.bias = nn.Parameter(torch.full((outer,), bias_start))

    def forward(self, x: Tensor) -> Tensor:
        gain = GAIN if self.active else 1.0
        scale = gain * self.rate / math.sqrt(self.weight.shape[1])  # on the rows, which are few
        y = functional.linear(x * scale, self.weight.to(x.dtype), (self.bias * (gain * self.rate)).to(x.dtype))
        return functional.leaky_relu_(y, SLOPE) if self.active else y


class Convolution(nn.Module):
    """A discriminator's convolution (odd kernel), leaky ReLU unless `linear`; with `down` to half the size.

    `gain` multiplies the result. 3×3 with `down`: the low-pass, then stride 2; 1×1: the low-pass takes every other.
    """

    resample_filter: Tensor

    def __init__(
        self, inner: int, outer: int, kernel: int, *, down: bool = False, linear: bool = False, gain: float = 1.0
    ) -> None:
        super().__init__()
        self.down, self.linear, self.gain = down, linear, gain
        self.weight = nn.Parameter(torch.randn(outer, inner, kernel, kernel))
        if not linear:
            self.bias = nn.Parameter(torch.zeros(outer))
        self.register_buffer("resample_filter", fir_kernel())

    def forward(self, x: Tensor) -> Tensor:
        kernel = self.weight.shape[2]
        gain = self.gain if self.linear else self.gain * GAIN
        weight = (self.weight * (gain / math.sqrt(self.weight[0].numel()))).to(x.dtype)
        bias = None if self.linear else (self.bias * gain).to(x.dtype)
        if self.down and kernel == 1:
            x = halved(x, self.resample_filter)
        elif self.down:
            x = filtered(x, self.resample_filter, padding=2)
        large = self.down and kernel > 1
        y = functional.conv2d(x, weight, bias, stride=2 if large else 1, padding=0 if large else kernel // 2)
        return y if self.linear else functional.leaky_relu_(y, SLOPE)


def unit_moment(x: Tensor) -> Tensor:
    """Rows scaled to a mean square of 1."""
    return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
