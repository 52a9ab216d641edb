"""The two networks of a GAN: made from a Plan, taken from a file, grown to twice the size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from ganstudio.core.errors import UsageError
from ganstudio.nets import dcgan, mlp_gan, stylegan2, stylegan2_discriminator
from ganstudio.nets.equalised import Convolution, FullyConnected
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training.generator.plan import GeneratorPlan

_HINT = "Take the preset that the base was trained with (--preset NAME); its Card says which."

Critic = stylegan2_discriminator.Discriminator | dcgan.Discriminator | mlp_gan.Discriminator


@dataclass
class Pair:
    """Generator and discriminator. Both take N×classes labels, or None where there are no classes."""

    g: GeneratorNet
    d: Critic

    def compute_in(self, dtype: torch.dtype) -> None:
        """What StyleGAN2's layers compute in; the weights stay float32."""
        if isinstance(self.g, stylegan2.Generator):
            self.g.synthesis.compute = dtype
        if isinstance(self.d, stylegan2_discriminator.Discriminator):
            self.d.compute = dtype


def make(plan: GeneratorPlan, classes: int, grown_from: Sequence[int] = ()) -> Pair:
    """New networks, drawn from the Plan's seed. `classes` 0: unconditional."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        pair = _MAKERS[plan.network](plan, classes, grown_from)
        if plan.spectral_norm:
            for module in pair.d.modules():
                if isinstance(module, (nn.Conv2d, nn.Linear, Convolution, FullyConnected)):
                    parametrizations.spectral_norm(module)
    return pair


def _stylegan2(plan: GeneratorPlan, classes: int, grown_from: Sequence[int]) -> Pair:
    if plan.size & (plan.size - 1) or plan.size < 8:
        raise UsageError(f"StyleGAN2 makes pictures of 8, 16, 32 … pixels, not of {plan.size}.")
    widths = stylegan2.channels_for(plan.size, plan.width, plan.most)
    latent, channels, attention = plan.latent, plan.channels, plan.attention
    return Pair(
        stylegan2.Generator(widths, latent, latent, classes, channels=channels, attention_at=attention),
        stylegan2_discriminator.Discriminator(
            widths, classes, channels=channels, attention_at=attention, grown_from=grown_from
        ),
    )


def _dcgan(plan: GeneratorPlan, classes: int, grown_from: Sequence[int]) -> Pair:
    try:
        first = dcgan.sides(plan.size)[0]
    except ValueError as error:
        raise UsageError(f"DCGAN makes pictures of 28, 32, 48, 64 … pixels, not of {plan.size}.") from error
    widths = dcgan.widths_for(plan.size, plan.width, plan.most)
    return Pair(
        dcgan.Generator(widths, first, plan.latent, classes, plan.channels),
        dcgan.Discriminator(widths, first, classes, plan.channels),
    )


def _mlp(plan: GeneratorPlan, classes: int, grown_from: Sequence[int]) -> Pair:
    return Pair(
        mlp_gan.Generator(plan.size, plan.width, plan.latent, classes, plan.channels),
        mlp_gan.Discriminator(plan.size, plan.width, classes, plan.channels),
    )


_MAKERS = {"stylegan2": _stylegan2, "dcgan": _dcgan, "mlp": _mlp}


def begun_from(
    plan: GeneratorPlan, classes: Sequence[str], base: Mapping[str, Tensor], base_classes: Sequence[str]
) -> Pair:
    """Networks that go on from a base: tensors `G.…` and `D.…` of a file for fine-tuning.

    A base of half the size (or a quarter …) is grown: the new blocks begin without any effect. A class the base does
    not know begins at the mean of those it knows.
    """
    old = {"G": _under(base, "G."), "D": _under(base, "D.")}
    before = _largest(old["G"]) or plan.size  # only StyleGAN2 is made of blocks and can be grown
    entrances = sorted(_entrances(old["D"]) | ({before} if before < plan.size else set()), reverse=True)
    pair = make(plan, len(classes), [one for one in entrances if one < plan.size])
    if before > plan.size:
        raise UsageError(f"The base makes pictures of {before} pixels; it cannot be made smaller to {plan.size}.")
    for name, net in (("G", pair.g), ("D", pair.d)):
        new = net.state_dict()
        for key, value in new.items():
            given = old[name].get(key)
            if given is not None:
                new[key] = _fitted(key, _by_class(key, given, classes, base_classes), value)
            elif _is_silent(name, key, before):
                new[key] = torch.zeros_like(value)
            elif not _may_be_new(key, before):
                raise UsageError("The base is another kind of network than this Plan's.", _HINT)
        net.load_state_dict(new)
    return pair


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value.float() for key, value in tensors.items() if key.startswith(prefix)}


def _resolution(key: str) -> int:
    """Of the block a name belongs to; 0 for other names."""
    parts = [part for part in key.split(".") if part[:1] == "b" and part[1:].isdigit()]
    return int(parts[0][1:]) if parts else 0


def _largest(tensors: Mapping[str, Tensor]) -> int:
    return max((_resolution(key) for key in tensors), default=0)


def _entrances(tensors: Mapping[str, Tensor]) -> set[int]:
    return {_resolution(key) for key in tensors if ".fromrgb." in key}


def _by_class(key: str, given: Tensor, classes: Sequence[str], base_classes: Sequence[str]) -> Tensor:
    """Tensors with a slice a class, put in the order of the new classes."""
    axis = {"mapping.embed.weight": 1, "mapping.class_w_avg": 0}.get(key)
    if axis is None or not classes or not base_classes:
        return given
    known = {name: given.select(axis, index) for index, name in enumerate(base_classes)}
    return torch.stack([known.get(name, given.mean(dim=axis)) for name in classes], dim=axis)


def _fitted(key: str, given: Tensor, value: Tensor) -> Tensor:
    if given.shape != value.shape:
        raise UsageError(f"The base has another width at {key} than this Plan's network.", _HINT)
    return given


def _is_silent(name: str, key: str, before: int) -> bool:
    """What makes new blocks begin without effect: G's RGB, the convolutions of D that lead into what was there."""
    resolution = _resolution(key)
    if name == "G":
        return resolution > before and key.endswith(("torgb.weight", "torgb.bias"))
    return resolution == 2 * before and key.endswith(("conv1.weight", "conv1.bias", "skip.weight"))


def _may_be_new(key: str, before: int) -> bool:
    return _resolution(key) > before or ".attention." in key
