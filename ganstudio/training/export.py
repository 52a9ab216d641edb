"""A trained upscaler as a file: float16 safetensors, the Card in its header."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import nn

from ganstudio.core.errors import BadModel
from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.models.filing import header_card, write_header_card
from ganstudio.training.plans import Plan


def card_for(plan: Plan, training_data: str, settings: dict[str, Any]) -> Card:
    """The Card of a new model. Without a word on the pictures they are the person's own, and so is it."""
    published = bool(training_data)
    return Card(
        name=plan.name,
        title=plan.title,
        kind="upscaler",
        family="compact",
        scale=plan.scale,
        group=plan.group,
        summary=plan.summary,
        purpose=plan.purpose,
        licence="Apache-2.0" if published else "your own",
        commercial_use="Yes: our own weights, trained on freely licensed photographs."
        if published
        else "As the pictures you trained it on allow.",
        origin="GANStudio" if published else "trained on this computer",
        training_data=training_data or "your own pictures",
        gan=False,
        settings=settings,
    )


def export(path: Path, net: nn.Module, card: Card) -> None:
    """Write the network's weights in float16 with its Card; the file appears whole or not at all."""
    tensors = {key: value.detach().half().contiguous() for key, value in net.state_dict().items()}
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(save(tensors, metadata={HEADER_KEY: card.to_json(), "format": "pt"}))
    os.replace(temporary, path)


def add_figures(path: Path, figures: dict[str, Any]) -> None:
    """Write measured figures into the Card of an exported file; the weights stay bit for bit."""
    card = header_card(path)
    if card is None:
        raise BadModel(f"{path.name} has no Card.")
    write_header_card(path, replace(card, figures={**card.figures, **figures}))
