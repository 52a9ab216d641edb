"""SRResNet with batch normalisation, the generator of SRGAN, as published (Ledig et al., CVPR 2017)."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from ganstudio.core.errors import UsageError
from ganstudio.nets.srgan import SRGAN
from ganstudio.training.precision import Casting
from ganstudio.training.upscaler.networks import Path
from ganstudio.training.upscaler.plan import PairPlan

_UPS = {2: 1, 4: 2}


def make(plan: PairPlan) -> SRGAN:
    if plan.enlarges not in _UPS:
        raise UsageError(f"srresnet enlarges 2 or 4 times, not {plan.enlarges}.", "Take --network compact or rlfn.")
    return SRGAN(plan.features, plan.depth, _UPS[plan.enlarges])


@torch.no_grad()
def begin(net: nn.Module, seed: int) -> None:
    """Kaiming for the convolutions; normalisation as the identity."""
    generator = torch.Generator().manual_seed(seed)
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, a=0.25, generator=generator)
            if layer.bias is not None:
                layer.bias.zero_()
    head(net)[0].mul_(0.1)  # tanh starts in its middle


def head(net: nn.Module) -> list[nn.Parameter]:
    srgan = cast(SRGAN, net)
    last = cast(nn.Sequential, srgan.get_submodule(f"block{srgan.residuals + 3}"))
    return list(last[-1].parameters())


def path(net: nn.Module) -> Path:
    def run(x: Tensor, cast_to: Casting) -> Tensor:
        with cast_to():
            result = net(x)
        return result.float()

    return run
