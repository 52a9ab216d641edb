"""The Trainee of upscalers and restorers: one step, its state, its checks, the file that comes out."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import get_total_norm

from ganstudio.core.errors import BadInput
from ganstudio.measures import features
from ganstudio.measures.frozen import Features
from ganstudio.models import open_model
from ganstudio.training.data.folder import Pictures, read_many
from ganstudio.training.data.photographs import Ahead, Photographs, middle
from ganstudio.training.data.reading import Pixels
from ganstudio.training.ema import Ema
from ganstudio.training.losses.pixel import combined
from ganstudio.training.losses.srgan import lowpass, perceptual
from ganstudio.training.parallel import sum_gradients, sum_values
from ganstudio.training.precision import casting, faster
from ganstudio.training.trainee import Check, Facts
from ganstudio.training.upscaler.adversary import Adversary
from ganstudio.training.upscaler.export import card_for, export
from ganstudio.training.upscaler.held import Held, grid, hold, judged, to_tensor
from ganstudio.training.upscaler.initialise import borrow
from ganstudio.training.upscaler.networks import named
from ganstudio.training.upscaler.plan import PairPlan

_HELD_SIDE = 256
_LOOKED_AT = 16  # the gradients' norm is looked at every so many steps


class PairTrainee:
    """Learns from pairs (what was made of a photograph, the photograph)."""

    def __init__(self, plan: PairPlan, pictures: Pictures, facts: Facts) -> None:
        """Reads the pictures; `notes` says which of them were left out."""
        self.plan, self.facts, self.device = plan, facts, facts.device
        self.precision, self.images, self.calmness = plan.precision, 0, 1.0
        train, kept = pictures.split(plan.hold_out)
        found, self.notes = read_many(train)
        held, more = read_many(kept)
        self.notes += more
        self.count = len(found)
        if not found:
            raise BadInput("None of the pictures to learn from can be read.")
        self.batches = Ahead(Photographs(plan, [pixels for _, pixels in found]))
        self.held = [one for _, pixels in held if (one := self._hold(pixels)) is not None]
        self._build()

    def _hold(self, pixels: Pixels) -> Held | None:
        truth = middle(pixels, self.plan.enlarges, _HELD_SIDE)
        return hold(truth, self.plan) if min(truth.shape[:2]) >= 16 * self.plan.enlarges else None

    def _build(self) -> None:
        plan = self.plan
        kind = named(plan.network)
        net = kind.make(plan)
        kind.begin(net, plan.seed)
        if self.facts.start is not None:
            kept = borrow(net, open_model(self.facts.start).module.state_dict())
            if len(kept) == len(net.state_dict()):
                self.notes.append(f"{self.facts.start.name} has no layer of the same shape: nothing of it is used.")
        self.net = net.to(self.device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
        self.path = kind.path(self.net)
        head = kind.head(self.net)
        body = [p for p in self.net.parameters() if p.requires_grad and all(p is not one for one in head)]
        self.optimiser = torch.optim.Adam(
            [{"params": body}, {"params": head}], lr=plan.lr, betas=(0.9, 0.99), fused=self.device != "mps"
        )
        self.ema = Ema(self.net, plan.ema)
        self.adversary = Adversary(plan, self.device) if plan.discriminator != "none" else None
        self.eyes = self._eyes() if plan.perceptual > 0.0 else None

    def _eyes(self) -> Features:
        """The features of the perceptual loss, a copy on this device."""
        found = features.named(self.plan.perceptual_features)
        return replace(found, net=copy.deepcopy(found.net).to(self.device).requires_grad_(False))

    # one step

    def step(self, number: int, rate: float, micro_batches: int) -> dict[str, float]:
        parts = self._parts(self._batch(number, rate), micro_batches)
        self._measure(*parts[0][:2])
        told = self._gradients(parts)
        told = sum_values(told, self.facts.shares, self.device)
        if all(math.isfinite(value) for value in told.values()):
            sum_gradients(self._learning(), self.facts.shares)
            if number % _LOOKED_AT:
                self._move(number, rate)
                return told
            told["gradient"] = float(get_total_norm([p.grad for p in self._learning() if p.grad is not None]))
            if math.isfinite(told["gradient"]):
                self._move(number, rate)
                return told
        self._forget()
        return {**told, "skipped": 1.0}

    def _size(self, patch: int) -> int:
        """How many crops of `patch` a batch holds: as many pixels as of the first size."""
        return max(self.facts.shares, round(self.plan.batch * self.plan.patch**2 / patch**2))

    def _batch(self, number: int, rate: float) -> tuple[Pixels, Pixels]:
        """The whole batch of this step."""
        patch = self._patch(number, rate)
        return self.batches.batch(number, self._size(patch), patch)

    def _patch(self, number: int, rate: float) -> int:
        """Larger crops once the rate falls."""
        return self.plan.final_patch if rate < 1.0 and number >= self.plan.warmup else self.plan.patch

    def _parts(self, batch: tuple[Pixels, Pixels], micro_batches: int) -> list[tuple[Tensor, Tensor, float]]:
        """This process's share in micro-batches: (given, truth, its part of the whole batch)."""
        whole = len(batch[0])
        mine = np.array_split(np.arange(whole), self.facts.shares)[self.facts.share]
        pieces = [one for one in np.array_split(mine, min(micro_batches, len(mine))) if len(one)]
        return [
            (to_tensor(batch[0][i], self.device), to_tensor(batch[1][i], self.device), len(i) / whole) for i in pieces
        ]

    def _gradients(self, parts: list[tuple[Tensor, Tensor, float]]) -> dict[str, float]:
        """Add up the gradients of all losses; the sums of the losses. Nothing is changed yet."""
        self._forget()
        told: dict[str, float] = {}
        cast_to = casting(self.device, self.precision == "bf16")
        if self.adversary is not None:
            self.adversary.settle()
        for low, high, share in parts:
            result = self.path(low, cast_to)
            terms = dict(self._terms(result, low, high))
            loss = torch.stack([weight * value for weight, value in terms.values()]).sum()
            if loss.isfinite():
                (loss * share).backward()
            told["loss"] = told.get("loss", 0.0) + float(loss.detach()) * share
            for name, (_, value) in terms.items():
                told[name] = told.get(name, 0.0) + float(value.detach()) * share
            if self.adversary is not None:
                judged_loss = self.adversary.learn(result, high, cast_to)
                (judged_loss * share).backward()
                told["judge"] = told.get("judge", 0.0) + float(judged_loss.detach()) * share
        return told

    def _terms(self, result: Tensor, low: Tensor, high: Tensor) -> Iterator[tuple[str, tuple[float, Tensor]]]:
        """name → (weight, loss) of what the network is told."""
        plan = self.plan
        yield "pixel", (1.0, combined(result, high, plan.pixel_losses()))
        if plan.lowpass > 0.0:
            yield "lowpass", (plan.lowpass, lowpass(result, low))
        if self.eyes is not None:
            with torch.no_grad():
                truth = self.eyes.taps(high)
            yield "perceptual", (plan.perceptual, perceptual(self.eyes.taps(result.clamp(0.0, 1.0)), truth))
        if self.adversary is not None:
            weights = {"fooling": plan.adversarial, "matching": plan.matching}
            seen = self.adversary.fool(result, high, casting(self.device, self.precision == "bf16"))
            for name, value in seen.items():
                yield name, (weights[name], value)

    def _learning(self) -> list[torch.nn.Parameter]:
        own = [p for group in self.optimiser.param_groups for p in group["params"]]
        return own + (self.adversary.parameters() if self.adversary is not None else [])

    def _forget(self) -> None:
        for one in self._learning():
            one.grad = None

    def _move(self, number: int, rate: float) -> None:
        body, head = self.optimiser.param_groups
        lr = self.plan.lr * rate * self.calmness
        body["lr"], head["lr"] = (0.0 if number < self.plan.head_only else lr), lr
        self.optimiser.step()
        if self.adversary is not None:
            self.adversary.step(rate * self.calmness)
        self.ema.update(self.net, number)
        self.images += self._size(self._patch(number, rate))

    def _measure(self, low: Tensor, high: Tensor) -> None:
        """Decide once how to compute."""
        if self.precision != "auto":
            return

        def attempt(half: bool) -> None:
            loss = combined(self.path(low, casting(self.device, half)), high, self.plan.pixel_losses())
            torch.autograd.grad(loss, [p for p in self.net.parameters() if p.requires_grad])

        buffers = {name: one.clone() for name, one in self.net.named_buffers()}
        self.precision = faster(self.device, attempt)
        for name, one in self.net.named_buffers():
            one.copy_(buffers[name])

    # what is kept

    def state(self) -> dict[str, Any]:
        kept: dict[str, Any] = {
            "images": self.images,
            "precision": self.precision,
            "calmness": self.calmness,
            "net": self.net.state_dict(),
            "ema": self.ema.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        return {**kept, "adversary": self.adversary.state()} if self.adversary is not None else kept

    def take_up(self, state: dict[str, Any]) -> None:
        self.images, self.precision, self.calmness = state["images"], state["precision"], state["calmness"]
        self.net.load_state_dict(state["net"])
        self.ema.net.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        if self.adversary is not None:
            self.adversary.take_up(state["adversary"])

    def soft_state(self) -> dict[str, Any]:
        nets = {"net": self.net, "ema": self.ema.net}
        if self.adversary is not None:
            nets["judge"] = self.adversary.net
        halved = {name: _halved(one.state_dict()) for name, one in nets.items()}
        return {"images": self.images, "calmness": self.calmness, **halved}

    def take_up_soft(self, state: dict[str, Any]) -> None:
        """The optimisers begin anew, how to compute is measured anew."""
        self.images, self.calmness = state["images"], state["calmness"]
        self.net.load_state_dict(state["net"])
        self.ema.net.load_state_dict(state["ema"])
        if self.adversary is not None:
            self.adversary.net.load_state_dict(state["judge"])

    def calm(self) -> None:
        self.calmness *= 0.5

    # what is shown

    def check(self) -> Check:
        return judged(self.ema.net, self.held, self.plan, self.device)

    def samples(self) -> Pixels:
        return grid(self.ema.net, self.held, self.plan, self.device)

    def export(self, folder: Path, facts: dict[str, Any]) -> list[Path]:
        settings: dict[str, Any] = {"plan": self.plan.name, **facts}
        if self.facts.start is not None:
            settings["begun_from"] = self.facts.start.stem
        if self.eyes is not None:
            settings["features"] = self.plan.perceptual_features
        card = card_for(self.plan, self.facts.data_note.replace("{count}", str(self.count)), settings)
        path = folder / f"{self.plan.name}.safetensors"
        export(path, self.ema.net, card)
        return [path]


def _halved(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {key: value.half() if value.is_floating_point() else value for key, value in state.items()}
