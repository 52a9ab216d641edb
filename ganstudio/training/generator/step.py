"""One step of a GAN: the gradients of both networks from one batch. What changes weights is in `trainee`.

The pictures D sees as fake are those G has just learnt from, so that G runs once a step. Penalties that are computed
every k steps count k times then; they add to the same gradient, so that the optimiser needs no correction. The batch
comes in parts (micro-batches, or the shares of several processes), each weighing as much as it holds of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor, nn

from ganstudio.nets import stylegan2
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training.generator.networks import Pair
from ganstudio.training.losses.adversarial import Adversarial
from ganstudio.training.losses.penalties import gradient_penalty, path_lengths, r1

PATH_EVERY = 4
PATH_DECAY = 0.01

Augment = Callable[[Tensor, torch.Generator], Tensor]


@dataclass(frozen=True)
class Rules:
    """How the game is played. `gamma`, `penalty` and `path` are weights; 0 turns a penalty off."""

    loss: Adversarial
    augment: Augment
    gamma: float = 0.0
    r1_every: int = 16
    penalty: float = 0.0
    path: float = 0.0


@dataclass
class Batch:
    """Real pictures N×C×R×R in -1..1 with their labels; latents and labels of what is to be generated. `share`: how
    much of the whole batch this is."""

    real: Tensor
    real_label: Tensor | None
    z: Tensor
    label: Tensor | None
    mixed: Tensor  # a second latent for each picture
    cut: Tensor  # N: the layer from which the second one rules; beyond the last: nowhere
    share: float = 1.0

    def __len__(self) -> int:
        return len(self.z)

    def slices(self, count: int) -> list[Batch]:
        """Cut into (at most) `count` parts of about equal size."""
        edges = [round(n * len(self) / min(count, len(self))) for n in range(min(count, len(self)) + 1)]
        return [self._part(slice(a, b)) for a, b in pairwise(edges)]

    def _part(self, s: slice) -> Batch:
        return Batch(
            self.real[s], _cut(self.real_label, s), self.z[s], _cut(self.label, s), self.mixed[s], self.cut[s],
            self.share * len(self.z[s]) / len(self),
        )  # fmt: skip


def _cut(label: Tensor | None, where: slice) -> Tensor | None:
    return None if label is None else label[where]


@dataclass
class Draws:
    """The random numbers of one step, one stream for each purpose."""

    noise: torch.Generator
    augment: torch.Generator


@dataclass
class PathMean:
    """The running mean of path lengths, and what this step has seen of them: (length, share)."""

    value: float = 0.0
    seen: list[tuple[float, float]] = field(default_factory=list)

    def settle(self) -> None:
        """Move towards the mean of what this step has seen."""
        if self.seen:
            mean = sum(length * share for length, share in self.seen) / sum(share for _, share in self.seen)
            self.value += PATH_DECAY * (mean - self.value)
            self.seen = []


def images_of(g: GeneratorNet, part: Batch, draws: Draws) -> tuple[Tensor, Tensor | None]:
    """(pictures, ws) as they are in training: random noise, mixed styles, and the means of w follow."""
    if not isinstance(g, stylegan2.Generator):
        return g(part.z, part.label), None
    w = g.mapping(part.z, part.label)
    g.mapping.follow(w.detach(), part.label)
    ws = g.ws(w)
    layers = torch.arange(g.synthesis.num_ws, device=w.device)
    second_rules = layers >= part.cut[:, None]
    if bool(second_rules.any()):
        ws = torch.where(second_rules[:, :, None], g.ws(g.mapping(part.mixed, part.label)), ws)
    return g.synthesis(ws, "random", draws.noise), ws


def generator_gradients(
    pair: Pair, parts: Sequence[Batch], rules: Rules, draws: Draws, number: int, paths: PathMean
) -> tuple[list[Tensor], dict[str, float]]:
    """Add G's gradients; the pictures it made (without gradients) and the numbers to log."""
    pair.g.requires_grad_(True)
    pair.d.requires_grad_(False)
    fakes, told = [], {"g": 0.0}
    smooth = rules.path > 0.0 and number % PATH_EVERY == 0
    for part in parts:
        images, ws = images_of(pair.g, part, draws)
        loss = rules.loss.generator(pair.d(rules.augment(images, draws.augment), part.label))
        told["g"] += float(loss.detach()) * part.share
        if smooth and ws is not None:
            noise = torch.randn(images.shape, generator=draws.noise).to(images.device)
            lengths = path_lengths(images, ws, noise)
            paths.seen.append((float(lengths.detach().mean()), part.share))
            loss = loss + rules.path * PATH_EVERY * (lengths - paths.value).square().mean()
        (loss * part.share).backward()
        fakes.append(images.detach())
    return fakes, told


def discriminator_gradients(
    pair: Pair, parts: Sequence[Batch], fakes: Sequence[Tensor], rules: Rules, draws: Draws, number: int,
    learns: Sequence[nn.Parameter],
) -> dict[str, float]:  # fmt: skip
    """Add the gradients of those of D's parameters that learn; the numbers to log."""
    pair.d.requires_grad_(False)
    for parameter in learns:
        parameter.requires_grad_(True)
    penalised = rules.gamma > 0.0 and number % rules.r1_every == 0
    told: dict[str, float] = {}
    for part, fake in zip(parts, fakes, strict=True):
        real = part.real.detach().requires_grad_(penalised)
        on_real = pair.d(rules.augment(real, draws.augment), part.real_label)
        on_fake = pair.d(rules.augment(fake, draws.augment), part.label)
        loss = rules.loss.discriminator(on_real, on_fake)
        found = {"d": loss, "real": on_real.mean(), "fake": on_fake.mean(), "sign": on_real.sign().mean()}
        if penalised:
            found["r1"] = r1(on_real, real)
            loss = loss + rules.gamma * rules.r1_every * found["r1"]
        if rules.penalty > 0.0:
            between = torch.rand(len(fake), generator=draws.augment).to(fake.device)
            label = part.real_label
            found["gp"] = gradient_penalty(lambda x, label=label: pair.d(x, label), real, fake, between)
            loss = loss + rules.penalty * found["gp"]
        (loss * part.share).backward()
        for name, value in found.items():
            told[name] = told.get(name, 0.0) + float(value.detach()) * part.share
    return told
