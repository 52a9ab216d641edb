"""How a Compact begins: as its nearest-neighbour skip, with an open path through every layer.

Measured on equal minutes: a third of a decibel better than Kaiming alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ganstudio.nets.compact import Compact

SLOPE = 0.1
_HALF = 1e-4  # float16 has 0.1 as 0.09998


@torch.no_grad()
def identity(net: Compact, seed: int) -> None:
    """First layer Kaiming, middle layers identity + 0.1·Kaiming, last layer N(0, 1e-3), slopes 0.1."""
    generator = torch.Generator().manual_seed(seed)
    convs = [layer for layer in net.body if isinstance(layer, nn.Conv2d)]
    for conv in convs:
        nn.init.kaiming_normal_(conv.weight, a=SLOPE, generator=generator)
        if conv.bias is not None:
            conv.bias.zero_()
    for conv in convs[1:-1]:
        conv.weight.mul_(0.1)
        for channel in range(conv.out_channels):
            conv.weight[channel, channel, 1, 1] += 1.0
    convs[-1].weight.normal_(0.0, 1e-3, generator=generator)
    for layer in net.body:
        if isinstance(layer, nn.PReLU):
            layer.weight.fill_(SLOPE)


@torch.no_grad()
def borrow(net: nn.Module, state: Mapping[str, Tensor]) -> list[str]:
    """Take every tensor of the same name and shape from another network; returns the names that stayed."""
    own = net.state_dict()
    kept = []
    for key, tensor in own.items():
        if key in state and state[key].shape == tensor.shape:
            tensor.copy_(state[key].to(tensor.dtype))
        else:
            kept.append(key)
    return kept


@torch.no_grad()
def fixed_slopes(net: Compact) -> bool:
    """Whether all slopes are 0.1 (as a file in float16 has them): those are made exact and will not be trained."""
    slopes = [layer.weight for layer in net.body if isinstance(layer, nn.PReLU)]
    if any((one - SLOPE).abs().max() > _HALF for one in slopes):
        return False
    for one in slopes:
        one.fill_(SLOPE).requires_grad_(False)
    return True


def plain_body(net: Compact) -> nn.Sequential:
    """The same convolutions with fixed slopes of 0.1 instead of PReLU: a quarter faster to train on a CPU."""
    layers = [nn.LeakyReLU(SLOPE, inplace=True) if isinstance(m, nn.PReLU) else m for m in net.body]
    return nn.Sequential(*layers)
