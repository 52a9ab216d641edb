"""A trained generator as files: NAME (the average, what is used) and NAME.train (both networks, to go on from)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor, nn

from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.models.filing import TRAINING, write_whole
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training.generator.plan import GeneratorPlan


def card_for(
    plan: GeneratorPlan, classes: Sequence[str], base: Card | None, training_data: str, facts: Mapping[str, Any]
) -> Card:
    """The Card. Without a word on the pictures they are the person's own; a base's licence is inherited."""
    published = bool(training_data)
    settings: dict[str, Any] = {"plan": plan.name, "classes": list(classes), "size": plan.size, **facts}
    licence = "Apache-2.0" if published else "your own"
    allowed = (
        "Yes: our own weights, trained on pictures that are free."
        if published
        else "As the pictures you trained it on allow."
    )
    if base is not None:
        settings["begun_from"] = base.name
        if base.licence not in (licence, "your own"):
            licence = f"{licence}; begun from {base.name}: {base.licence}"
            allowed = f"{allowed} Of {base.name}, from which it was begun: {base.commercial_use}"
    return Card(
        name=plan.name,
        title=plan.title or plan.name,
        kind="generator",
        family=plan.network,
        channels=plan.channels,
        value_range="-1..1",
        group=plan.group,
        summary=plan.summary or f"Makes pictures of {plan.size} pixels; trained on this computer.",
        purpose=plan.purpose,
        licence=licence,
        commercial_use=allowed,
        origin="GANStudio" if published else "trained on this computer",
        training_data=training_data or "your own pictures",
        gan=True,
        settings=settings,
    )


def export(
    folder: Path, plan: GeneratorPlan, g: GeneratorNet, d: nn.Module, classes: Sequence[str], base: Card | None,
    training_data: str, facts: Mapping[str, Any],
) -> list[Path]:  # fmt: skip
    """Both files, in float16, each whole or not at all."""
    card = card_for(plan, classes, base, training_data, facts)
    path = folder / f"{plan.name}.safetensors"
    _write(path, g.state_dict(), card)
    both = {f"G.{key}": value for key, value in g.state_dict().items()}
    both |= {f"D.{key}": value for key, value in d.state_dict().items()}
    beside = folder / f"{plan.name}{TRAINING}.safetensors"
    further = replace(
        card, name=f"{plan.name}{TRAINING}", title=f"{card.title}, to train on from", figures={},
        purpose="To train on from, with your own pictures",
        summary=f"Generator and discriminator of {card.title}: begin your own training from it.",
    )  # fmt: skip
    _write(beside, both, further)
    return [path, beside]


def _write(path: Path, tensors: Mapping[str, Tensor], card: Card) -> None:
    stored = {
        key: (one.detach().cpu().half() if one.is_floating_point() else one.detach().cpu()).contiguous().clone()
        for key, one in tensors.items()
    }
    write_whole(path, save(stored, metadata={HEADER_KEY: card.to_json(), "format": "pt"}))
