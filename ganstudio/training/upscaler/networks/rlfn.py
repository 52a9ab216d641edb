"""RLFN: residual blocks with spatial attention, the stronger network for its size (0.3 to 0.55 M parameters).

It starts as its nearest-neighbour enlargement: the first convolution hands the picture through on three of its
channels, the last one spreads these over the sub-pixels, the blocks between begin small.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from ganstudio.core.errors import UsageError
from ganstudio.nets.rlfn import RLFN
from ganstudio.training.precision import Casting
from ganstudio.training.upscaler.networks import Path
from ganstudio.training.upscaler.plan import PairPlan

_SLOPE = 0.05
_SMALL = 0.1
_LEAST_CROP = 16  # its attention looks at a window of 15


def make(plan: PairPlan) -> RLFN:
    if min(plan.patch, plan.final_patch) < _LEAST_CROP:
        raise UsageError(f"rlfn needs crops of at least {_LEAST_CROP} pixels.", "Change --patch and --final-patch.")
    return RLFN(plan.features, plan.features, max(4, plan.features // 3), plan.depth, plan.enlarges)


@torch.no_grad()
def begin(net: nn.Module, seed: int) -> None:
    rlfn = cast(RLFN, net)
    generator = torch.Generator().manual_seed(seed)
    for layer in rlfn.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, a=_SLOPE, generator=generator)
            if layer.bias is not None:
                layer.bias.zero_()
    first, last = rlfn.conv_1, cast(nn.Conv2d, rlfn.upsampler[0])
    first.weight[:3] = 0.0
    rlfn.conv_2.weight.mul_(_SMALL)
    rlfn.conv_2.weight[:3] = 0.0
    last.weight.normal_(0.0, 1e-3, generator=generator)
    for channel in range(3):
        first.weight[channel, channel, 1, 1] = 1.0
        last.weight[channel * rlfn.scale**2 : (channel + 1) * rlfn.scale**2, channel, 1, 1] += 1.0


def head(net: nn.Module) -> list[nn.Parameter]:
    return list(cast(RLFN, net).upsampler.parameters())


def path(net: nn.Module) -> Path:
    """The picture itself goes through the first and the last convolution in float32; only the blocks are cast."""
    rlfn = cast(RLFN, net)

    def run(x: Tensor, cast_to: Casting) -> Tensor:
        first = rlfn.conv_1(x)
        with cast_to():
            y = first
            for index in range(1, rlfn.blocks + 1):
                y = rlfn.get_submodule(f"block_{index}")(y)
            y = rlfn.conv_2(y)
        return rlfn.upsampler(y.float() + first)

    return run
