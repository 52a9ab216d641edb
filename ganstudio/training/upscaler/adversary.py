"""Adversary: the discriminator of an upscaler's training, its optimiser, and what both learn from it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from ganstudio.core.errors import UsageError
from ganstudio.nets.srgan_discriminator import SRGANDiscriminator
from ganstudio.nets.unet_discriminator import UNetDiscriminator
from ganstudio.training.losses.srgan import fooling, matching, telling
from ganstudio.training.precision import Casting
from ganstudio.training.upscaler.plan import PairPlan

_MULTIPLE = {"unet": 8, "srgan": 16}


def judge_of(plan: PairPlan) -> UNetDiscriminator | SRGANDiscriminator:
    """The Plan's discriminator, the same for the same seed. UsageError where the crops do not suit it."""
    side = plan.patch * plan.enlarges
    multiple = _MULTIPLE[plan.discriminator]
    if side % multiple or (plan.final_patch * plan.enlarges) % multiple:
        raise UsageError(f"The crops ({side} pixels of the result) must be multiples of {multiple}.", "Change --patch.")
    if plan.discriminator == "srgan" and plan.patch != plan.final_patch:
        raise UsageError("SRGAN's discriminator looks at crops of one size.", "Give --patch and --final-patch alike.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        if plan.discriminator == "unet":
            return UNetDiscriminator(plan.judge_features)
        return SRGANDiscriminator(side, plan.judge_features, dense=16 * plan.judge_features)


class Adversary:
    """`fool` is what the generator is told, `learn` lets the discriminator learn; gradients only, until `step`."""

    def __init__(self, plan: PairPlan, device: str) -> None:
        self.plan = plan
        self.net = judge_of(plan).to(device).train()
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=plan.judge_lr, betas=(0.9, 0.99))

    def settle(self) -> None:
        """Once a step, before it is looked at: bring the spectral norms up to date. In the step they stay as they are,
        so that cutting a batch into parts changes nothing."""
        for module in self.net.modules():
            if isinstance(module, parametrize.ParametrizationList):
                module[0].train()
                with torch.no_grad():
                    module()
                module[0].eval()

    def fool(self, fake: Tensor, real: Tensor, cast_to: Casting) -> dict[str, Tensor]:
        """The generator's two terms, unweighted. The discriminator gets no gradient."""
        self.net.requires_grad_(False)
        with cast_to():
            logits, seen = self.net.look(fake)
            with torch.no_grad():
                seen_real = self.net.look(real)[1] if self.plan.matching > 0.0 else []
        self.net.requires_grad_(True)
        told = {"fooling": fooling(logits.float())}
        if self.plan.matching > 0.0:
            told["matching"] = matching([one.float() for one in seen], [one.float() for one in seen_real])
        return told

    def learn(self, fake: Tensor, real: Tensor, cast_to: Casting) -> Tensor:
        """The discriminator's loss on a result it must not change."""
        with cast_to():
            on_real, on_fake = self.net(real), self.net(fake.detach())
        return telling(on_real.float(), on_fake.float())

    def parameters(self) -> list[nn.Parameter]:
        return list(self.net.parameters())

    def step(self, rate: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.judge_lr * rate
        self.optimiser.step()

    def state(self) -> dict[str, Any]:
        return {"net": self.net.state_dict(), "optimiser": self.optimiser.state_dict()}

    def take_up(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
