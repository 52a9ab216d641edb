"""A trained upscaler as a file: float16 safetensors, the Card in its header."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save

from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.nets.compact import Compact
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
        licence="Apache-2.0" if published else "your own",
        commercial_use="Yes: our own weights, trained on freely licensed photographs."
        if published
        else "As the pictures you trained it on allow.",
        origin="GANStudio" if published else "trained on this computer",
        training_data=training_data or "your own pictures",
        gan=False,
        settings=settings,
    )


def _save(path: Path, tensors: dict[str, torch.Tensor], card: Card) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(save(tensors, metadata={HEADER_KEY: card.to_json(), "format": "pt"}))
    os.replace(temporary, path)


def export(path: Path, net: Compact, card: Card) -> None:
    """Write the network's weights in float16 with its Card; the file appears whole or not at all."""
    _save(path, {k: v.detach().half().contiguous() for k, v in net.state_dict().items()}, card)


def load(path: Path) -> tuple[Compact, Card]:
    """A Compact written by `export`, as float32, and its Card."""
    with safe_open(path, "pt") as handle:
        card = Card.from_json(handle.metadata()[HEADER_KEY])
        tensors = {key: handle.get_tensor(key).float() for key in handle.keys()}  # noqa: SIM118
    convs = [tensor for key, tensor in tensors.items() if tensor.ndim == 4]
    net = Compact(3, 3, features=convs[0].shape[0], convs=len(convs) - 2, scale=card.scale)
    net.load_state_dict(tensors)
    return net.eval(), card


def add_figures(path: Path, figures: dict[str, Any]) -> None:
    """Write measured figures into the Card of an existing file; the weights stay bit for bit."""
    with safe_open(path, "pt") as handle:
        card = Card.from_json(handle.metadata()[HEADER_KEY])
        tensors = {key: handle.get_tensor(key) for key in handle.keys()}  # noqa: SIM118
    _save(path, tensors, replace(card, figures={**card.figures, **json.loads(json.dumps(figures))}))
