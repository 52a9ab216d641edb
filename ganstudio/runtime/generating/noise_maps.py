"""Noise maps: the fixed noise of a network's layers, found anew by a search, carried by a point, lent for a picture.

A search that may move them is kept from hiding the picture in them by the regularisation of Karras et al., "Analyzing
and Improving the Image Quality of StyleGAN" (2020), appendix D. They travel as one byte a number, in steps of 1/24 of
their spread, which nobody sees; what is shown is drawn from what travels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganstudio.core.errors import UsageError
from ganstudio.core.text import _
from ganstudio.nets.generator_net import GeneratorNet

# Of `regularity`, beside a distance. With the paper's 1e5, for another distance, maps of 64 px brought nothing (46.1 %
# of the way instead of 46.8 %); with 1e2 60 %, and in another picture with these maps nothing of the photograph is seen
# (correlation 0.08), as it is with 1e1 (0.26).
WEIGHT = 1e2
RATE = 0.1  # a step of Adam, at most; the paper's
_SMALLEST = 8  # px of the pyramid's last level
_STEPS = 24.0  # a unit of noise


def own(net: GeneratorNet) -> list[Tensor]:
    """Copies of the network's own maps, R×R each; none where it has no such noise."""
    return [layer.get_buffer("noise_const").detach().clone() for layer in net.noise_layers()]


@contextmanager
def lent(net: GeneratorNet, maps: Sequence[Tensor]) -> Iterator[None]:
    """While this lasts "const" is the noise of these maps, with gradients where they want them; none: its own."""
    layers = net.noise_layers() if maps else []
    before = [layer.get_buffer("noise_const") for layer in layers]
    try:
        for layer, one in zip(layers, maps, strict=True):
            layer.noise_const = one
        yield
    finally:
        for layer, one in zip(layers, before, strict=True):
            layer.noise_const = one


def packed(maps: Sequence[Tensor]) -> bytes:
    """One byte a number, map after map; what is beyond ±5.2 is cut off."""
    found = [torch.round(one.detach().cpu() * _STEPS).clamp(-127, 127).to(torch.int8).numpy().tobytes() for one in maps]
    return b"".join(found)


def unpacked(noise: bytes, net: GeneratorNet) -> list[Tensor]:
    """The maps for this network; none for b"". UsageError where they are another network's."""
    if not noise:
        return []
    shapes = [tuple(layer.get_buffer("noise_const").shape) for layer in net.noise_layers()]
    sizes = [high * wide for high, wide in shapes]
    if len(noise) != sum(sizes):
        raise UsageError(
            _("This point has noise of {count} numbers, the model takes {wanted}.").format(
                count=len(noise), wanted=sum(sizes)
            ),
            _("It belongs to another model."),
        )
    numbers = torch.from_numpy(np.frombuffer(noise, np.int8).astype(np.float32) / np.float32(_STEPS))
    device = next(net.parameters()).device
    return [one.reshape(shape).to(device) for one, shape in zip(numbers.split(sizes), shapes, strict=True)]


def regularity(maps: Sequence[Tensor]) -> Tensor:
    """How far neighbours of a map are alike, at each size down to 8 px: 0 for noise, more for a picture."""
    total = maps[0].new_zeros(())
    for one in maps:
        level = one[None, None]
        while True:
            for axis in (2, 3):
                total = total + (level * level.roll(1, axis)).mean().square()
            if level.shape[-1] <= _SMALLEST:
                break
            level = functional.avg_pool2d(level, 2) * 2.0  # noise keeps its spread
    return total


@torch.no_grad()
def settle(maps: Sequence[Tensor], spreads: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Give each map its mean and its spread again, in place."""
    for one, (mean, spread) in zip(maps, spreads, strict=True):
        one.sub_(one.mean()).mul_(spread / one.std(correction=0).clamp(min=1e-8)).add_(mean)
