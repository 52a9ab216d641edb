"""StyleGAN2 as usually written, for `train_step`: weights of its own for every sample (grouped convolutions), float32,
gains and biases applied one after the other, fakes made anew for the discriminator, R1 as a step of its own."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from ganstudio.nets.equalised import Convolution, filtered, halved
from ganstudio.nets.stylegan2 import SynthesisLayer
from ganstudio.training.generator.step import images_of
from ganstudio.training.generator.trainee import GeneratorTrainee
from ganstudio.training.losses.penalties import r1

_GAIN = math.sqrt(2.0)


def grouped_layer(
    self: SynthesisLayer, x: Tensor, w: Tensor, mode: str, generator: torch.Generator | None, **of_files: object
) -> Tensor:
    count, size = x.shape[0], x.shape[2]
    weight = self.weight[None] * self.affine(w)[:, None, :, None, None]
    weight = weight * (weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    x = x.contiguous().reshape(1, -1, size, size)
    if self.up:
        x = F.conv_transpose2d(x, weight.transpose(1, 2).flatten(0, 1), stride=2, groups=count)
        x = filtered(x.reshape(count, -1, 2 * size + 1, 2 * size + 1), self.resample_filter, padding=1, gain=4.0)
    else:
        x = F.conv2d(x, weight.flatten(0, 1), padding=1, groups=count).reshape(count, -1, size, size)
    noise = self.noise_const if mode == "const" else torch.randn(count, 1, *x.shape[2:], generator=generator)
    return F.leaky_relu(x + noise * self.noise_strength + self.bias[:, None, None], 0.2) * _GAIN


def _convolution(self: Convolution, x: Tensor) -> Tensor:
    kernel = self.weight.shape[2]
    weight = self.weight / math.sqrt(self.weight[0].numel())
    x = x.contiguous()
    if self.down:
        x = halved(x, self.resample_filter) if kernel == 1 else filtered(x, self.resample_filter, padding=2)
    large = self.down and kernel > 1
    x = F.conv2d(x, weight, stride=2 if large else 1, padding=0 if large else kernel // 2)
    return x * self.gain if self.linear else F.leaky_relu(x + self.bias[:, None, None], 0.2) * (_GAIN * self.gain)


def plain_step(trainee: GeneratorTrainee) -> Callable[[], object]:
    """One step of a copy of the Trainee's networks, as the published loop makes it."""
    pair, plan = copy.deepcopy(trainee.pair), trainee.plan
    pair.compute_in(torch.float32)
    for net in (pair.g, pair.d):
        for module in net.modules():
            if isinstance(module, SynthesisLayer):
                module.forward = partial(grouped_layer, module)  # type: ignore[method-assign]
            elif isinstance(module, Convolution):
                module.forward = partial(_convolution, module)  # type: ignore[method-assign]
    average = copy.deepcopy(pair.g)
    of_g, of_d = (torch.optim.Adam(net.parameters(), plan.lr, (0.0, 0.99), foreach=False) for net in (pair.g, pair.d))
    draws, numbers = torch.Generator(), iter(range(1, 1_000_000))

    def step() -> None:
        number = next(numbers)
        batch = trainee.batch(number)
        noises = type("Draws", (), {"noise": draws, "augment": draws})
        images = images_of(pair.g, batch, noises)[0]  # type: ignore[arg-type]
        of_g.zero_grad()
        F.softplus(-pair.d(trainee.augmented(images, draws), batch.label)).mean().backward()
        of_g.step()
        with torch.no_grad():
            images = images_of(pair.g, batch, noises)[0]  # type: ignore[arg-type]
        of_d.zero_grad()
        F.softplus(pair.d(trainee.augmented(images, draws), batch.label)).mean().backward()
        F.softplus(-pair.d(trainee.augmented(batch.real, draws), batch.real_label)).mean().backward()
        of_d.step()
        if number % plan.r1_every == 0:
            real = batch.real.requires_grad_()
            of_d.zero_grad()
            penalty = r1(pair.d(trainee.augmented(real, draws), batch.real_label), real)
            (plan.gamma * plan.r1_every * penalty).backward()
            of_d.step()
        with torch.no_grad():
            for own, other in zip(average.parameters(), pair.g.parameters(), strict=True):
                own.mul_(plan.ema).add_(other, alpha=1.0 - plan.ema)

    return step
