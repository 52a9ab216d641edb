"""The Trainee of generators: both networks, their optimisers, the average; one step at a time."""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganstudio.nets import stylegan2
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training.augment import ada, diffaugment
from ganstudio.training.generator import ema
from ganstudio.training.generator.base import base_of
from ganstudio.training.generator.export import export
from ganstudio.training.generator.judging import FEWEST, Judge
from ganstudio.training.generator.networks import Pair, begun_from, make
from ganstudio.training.generator.pictures import Material
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.generator.shown import Pixels, rows_of
from ganstudio.training.generator.step import (
    Batch,
    Draws,
    PathMean,
    Rules,
    discriminator_gradients,
    generator_gradients,
)
from ganstudio.training.losses.adversarial import LOSSES
from ganstudio.training.parallel import sum_gradients, sum_values
from ganstudio.training.precision import faster
from ganstudio.training.trainee import Check, Facts

_ADJUST_EVERY = 4  # steps
_LATENTS, _NOISE, _AUGMENT = 21, 22, 23  # purposes of random streams
_COLUMNS = 10  # of the sheet of samples


def stream(seed: int, purpose: int, step: int, share: int = 0) -> torch.Generator:
    """Random numbers that depend on these and on nothing else."""
    word = np.random.SeedSequence([seed, purpose, step, share]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(word >> np.uint64(1)))


def as_tensor(pixels: Pixels, device: str) -> Tensor:
    """N×H×W×C uint8 → N×C×H×W float32 in -1..1."""
    turned = torch.from_numpy(np.ascontiguousarray(pixels)).to(device).permute(0, 3, 1, 2)
    return turned.float().div_(127.5).sub_(1.0).contiguous()


class GeneratorTrainee:
    """Learns to make pictures like those of a folder."""

    def __init__(self, plan: GeneratorPlan, material: Material, facts: Facts, classes: tuple[str, ...]) -> None:
        """`classes` empty: none are told apart."""
        self.plan, self.facts, self.device, self.classes = plan, facts, facts.device, classes
        self.data, self.notes = material.train, material.notes
        self.precision = plan.precision if plan.network == "stylegan2" else "fp32"
        self.images, self.height, self.gamma = 0, 1.0, plan.gamma
        base = None if facts.start is None else base_of(facts.start)
        self.base_card = None if base is None else base.card
        pair = make(plan, len(classes)) if base is None else begun_from(plan, classes, base.tensors, base.classes)
        self.pair = Pair(pair.g.to(self.device), pair.d.to(self.device))
        self.ramp = base is None
        self.average: GeneratorNet = copy.deepcopy(self.pair.g).eval().requires_grad_(False)
        frozen = {id(one) for one in self.pair.d.top_layers(plan.freeze_d)}
        self.learns = [one for one in self.pair.d.parameters() if id(one) not in frozen]
        self.optimisers = {"g": self._adam(list(self.pair.g.parameters())), "d": self._adam(self.learns)}
        self.controller = ada.Controller(plan.p0, kimg=plan.ada_kimg)
        self.paths = PathMean()
        enough = material.held is not None and len(material.held) >= FEWEST
        self.judge = Judge(material.held, plan.seed) if material.held is not None and enough else None
        self._compute()

    def _adam(self, parameters: list[nn.Parameter]) -> torch.optim.Adam:
        betas = (self.plan.beta1, self.plan.beta2)
        return torch.optim.Adam(parameters, self.plan.lr, betas, eps=1e-8, fused=self.device != "mps")

    def _compute(self) -> None:
        self.pair.compute_in(torch.bfloat16 if self.precision == "bf16" else torch.float32)

    # one step

    def step(self, number: int, rate: float, micro_batches: int) -> dict[str, float]:
        """Learn from one batch. Where a number or a gradient is not finite nothing is changed and `skipped` is 1."""
        self._measure(number, micro_batches)
        buffers = [one for net in (self.pair.g, self.pair.d) for one in net.buffers()]
        before = [one.clone() for one in buffers]
        done = False
        try:
            told = self.gradients(number, micro_batches)
            done = all(math.isfinite(value) for value in told.values())
        finally:
            if not done:
                self.paths.seen = []
                for buffer, old in zip(buffers, before, strict=True):
                    buffer.copy_(old)
        if not done:
            return {**told, "skipped": 1.0}
        for optimiser in self.optimisers.values():
            optimiser.param_groups[0]["lr"] = self.plan.lr * self.height * rate
            optimiser.step()
        self.paths.settle()
        self.images += self.plan.batch
        self._adapt(number, told["sign"])
        decay = ema.decay_at(self.images, self.plan.batch, self.plan.ema, self.ramp)
        ema.follow(self.average, self.pair.g, decay)
        return told | ({"p": self.controller.p} if self.plan.augment == "ada" else {})

    def gradients(self, number: int, micro_batches: int) -> dict[str, float]:
        """Both networks' gradients at step `number` and the numbers to log, their lengths among them. Weights stay."""
        plan = self.plan
        rules = Rules(
            LOSSES[plan.loss], self.augmented, self.gamma, plan.r1_every, plan.gradient_penalty, plan.path_length
        )
        for optimiser in self.optimisers.values():
            optimiser.zero_grad(set_to_none=True)
        draws = Draws(*(stream(plan.seed, purpose, number, self.facts.share) for purpose in (_NOISE, _AUGMENT)))
        self.pair.g.train()
        self.pair.d.train()
        parts = self.batch(number).slices(micro_batches)
        fakes, told = generator_gradients(self.pair, parts, rules, draws, number, self.paths)
        told |= discriminator_gradients(self.pair, parts, fakes, rules, draws, number, self.learns)
        shares = self.facts.shares
        sum_gradients([*self.pair.g.parameters(), *self.learns], shares)
        told = sum_values(told, shares, self.device)
        return told | {f"norm_{name}": _length(optimiser) for name, optimiser in self.optimisers.items()}

    def batch(self, number: int) -> Batch:
        """This process's share of step `number`'s batch, a function of the seed and the number."""
        plan, whole = self.plan, self.plan.batch
        pixels, labels = self.data.batch(plan.seed, number, whole, plan.mirror)
        asked = self.data.classes_for(plan.seed, number, whole)
        draw = stream(plan.seed, _LATENTS, number)
        z, mixed = (torch.randn(whole, plan.latent, generator=draw).to(self.device) for _ in range(2))
        layers = self.pair.g.synthesis.num_ws if isinstance(self.pair.g, stylegan2.Generator) else 1
        fires = torch.rand(whole, generator=draw) < plan.style_mixing
        cut = torch.where(fires, torch.randint(1, max(2, layers), (whole,), generator=draw), layers)
        everything = Batch(
            as_tensor(pixels, self.device), self._one_hot(labels), z, self._one_hot(asked), mixed, cut.to(self.device)
        )
        shares = everything.slices(self.facts.shares)
        return shares[self.facts.share]

    def _one_hot(self, labels: NDArray[np.int64]) -> Tensor | None:
        if not self.classes:
            return None
        return torch.nn.functional.one_hot(torch.from_numpy(labels), len(self.classes)).float().to(self.device)

    def augmented(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """What stands in front of D, in the steps of both networks."""
        if self.plan.augment == "ada":
            return ada.augmented(images, self.controller.p, generator)
        return diffaugment.augmented(images, generator) if self.plan.augment == "diffaugment" else images

    def _adapt(self, number: int, sign: float) -> None:
        if self.plan.augment != "ada":
            return
        self.controller.saw(sign, self.plan.batch)
        if number % _ADJUST_EVERY == _ADJUST_EVERY - 1:
            self.controller.adjust()

    def _measure(self, number: int, micro_batches: int) -> None:
        """Decide once how to compute."""
        if self.precision != "auto":
            return
        buffers = [one for net in (self.pair.g, self.pair.d) for one in net.buffers()]
        before = [one.clone() for one in buffers]

        def attempt(half: bool) -> None:
            self.pair.compute_in(torch.bfloat16 if half else torch.float32)
            self.gradients(number, micro_batches)

        self.precision = faster(self.device, attempt)
        self.paths.seen = []
        for buffer, old in zip(buffers, before, strict=True):
            buffer.copy_(old)
        self._compute()

    def calm(self) -> None:
        """Half the learning rate, twice the penalty."""
        self.height *= 0.5
        self.gamma *= 2.0

    # what is kept

    def _nets(self) -> dict[str, nn.Module]:
        return {"g": self.pair.g, "d": self.pair.d, "average": self.average}

    def _scalars(self) -> dict[str, Any]:
        return {
            "images": self.images,
            "height": self.height,
            "gamma": self.gamma,
            "path_mean": self.paths.value,
            "ada": self.controller.state(),
        }

    def state(self) -> dict[str, Any]:
        return {
            **{name: net.state_dict() for name, net in self._nets().items()},
            **{f"adam_{name}": optimiser.state_dict() for name, optimiser in self.optimisers.items()},
            **self._scalars(),
            "precision": self.precision,
        }

    def take_up(self, state: dict[str, Any]) -> None:
        self.take_up_soft(state)
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state[f"adam_{name}"])
        self.precision = state["precision"]
        self._compute()

    def soft_state(self) -> dict[str, Any]:
        small = {
            name: {key: one.half() if one.is_floating_point() else one for key, one in net.state_dict().items()}
            for name, net in self._nets().items()
        }
        return {**small, **self._scalars()}

    def take_up_soft(self, state: dict[str, Any]) -> None:
        """The optimisers begin anew, how to compute is measured anew."""
        for name, net in self._nets().items():
            net.load_state_dict(state[name])
        self.images, self.height, self.gamma = int(state["images"]), float(state["height"]), float(state["gamma"])
        self.paths = PathMean(float(state["path_mean"]))
        self.controller.take_up(state["ada"])

    # what is shown

    def shown(self) -> GeneratorNet:
        """A copy of the average with its own statistics measured: what is judged, shown and exported."""
        net = copy.deepcopy(self.average)
        net.settle()
        return net.eval()

    def check(self) -> Check:
        if self.judge is None:
            return Check(None, {}, f"too few held-out pictures to judge by (it takes {FEWEST})")
        return self.judge.check(self.shown(), self.plan.judged)

    def samples(self) -> Pixels:
        return rows_of(self.shown(), _COLUMNS)

    def export(self, folder: Path, facts: dict[str, Any]) -> list[Path]:
        count = len(self.data)
        return export(
            folder, self.plan, self.shown(), self.pair.d, self.classes, self.base_card,
            self.facts.data_note.replace("{count}", str(count)), facts,
        )  # fmt: skip


def _length(optimiser: torch.optim.Optimizer) -> float:
    """Of the whole gradient."""
    gradients = [one.grad for group in optimiser.param_groups for one in group["params"] if one.grad is not None]
    return float(nn.utils.get_total_norm(gradients)) if gradients else 0.0
