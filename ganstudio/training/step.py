"""One step of an upscaler, and how its learning rate goes."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganstudio.nets.compact import Compact
from ganstudio.training.ema import Ema
from ganstudio.training.initialise import plain_body
from ganstudio.training.losses import combined
from ganstudio.training.plans import Plan


def learning_rate(step: int, plan: Plan, decay_from: int | None, end: int) -> float:
    """Warm-up, a flat stretch, half a cosine from `decay_from` to `end`; flat while that is None."""
    if step < plan.warmup:
        return plan.lr * (step + 1) / plan.warmup
    if decay_from is None or step < decay_from:
        return plan.lr
    done = min(1.0, (step - decay_from) / max(1, end - decay_from))
    return plan.lr_end + (plan.lr - plan.lr_end) * 0.5 * (1.0 + math.cos(math.pi * done))


def half_precision_helps() -> bool:
    """Whether this CPU multiplies bfloat16 natively; elsewhere it would be slower than float32."""
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def to_tensor(pixels: NDArray[np.uint8]) -> Tensor:
    """N×H×W×3 uint8 → N×3×H×W float32 in 0..1, channels last in memory."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float().div_(255.0)


@dataclass
class Learner:
    """The network, its optimiser and its average."""

    net: Compact
    plan: Plan
    half: bool

    def __post_init__(self) -> None:
        self.net = self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for layer in self.net.body:
            if isinstance(layer, nn.PReLU):
                layer.requires_grad_(False)
        self.body = plain_body(self.net)
        head = list(self.net.body[-1].parameters())
        first = [p for p in self.net.parameters() if p.requires_grad and all(p is not h for h in head)]
        self.optimiser = torch.optim.Adam(
            [{"params": first}, {"params": head}], lr=self.plan.lr, betas=(0.9, 0.99), fused=True
        )
        self.ema: Ema[Compact] = Ema(self.net, self.plan.ema)

    def step(self, number: int, rate: float, low: Tensor, high: Tensor) -> float:
        """Learn from one batch; returns the loss. A loss that is not finite changes nothing."""
        body, head = self.optimiser.param_groups
        body["lr"], head["lr"] = (0.0 if number < self.plan.head_only else rate), rate
        with torch.autocast("cpu", torch.bfloat16) if self.half else nullcontext():
            residual = self.body(low)
        loss = combined(self.net.compose(low, residual.float()), high, self.plan.losses)
        value = float(loss.detach())
        if math.isfinite(value):
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            self.ema.update(self.net, number)
        return value
