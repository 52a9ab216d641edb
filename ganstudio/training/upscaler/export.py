"""A trained upscaler or restorer as a file: float16 safetensors, the Card in its header."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor, nn

from ganstudio.core.errors import BadModel
from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.models.filing import header_card, write_header_card, write_whole
from ganstudio.training.upscaler.plan import PairPlan

FAMILIES = {"compact": "compact", "rlfn": "rlfn", "srresnet": "srgan"}


def card_for(plan: PairPlan, training_data: str, settings: dict[str, Any]) -> Card:
    """The Card of a new model. Without a word on the pictures they are the person's own, and so is it."""
    published = bool(training_data)
    return Card(
        name=plan.name,
        title=plan.title or plan.name,
        kind=plan.GOAL,
        family=FAMILIES[plan.network],
        scale=plan.enlarges,
        group=plan.group,
        summary=plan.summary or f"Trained on this computer to {_does(plan)}.",
        purpose=plan.purpose,
        licence="Apache-2.0" if published else "your own",
        commercial_use="Yes: our own weights, trained on freely licensed photographs."
        if published
        else "As the pictures you trained it on allow.",
        origin="GANStudio" if published else "trained on this computer",
        training_data=training_data or "your own pictures",
        gan=plan.discriminator != "none",
        settings=settings,
    )


def _does(plan: PairPlan) -> str:
    return f"enlarge pictures ×{plan.enlarges}" if plan.enlarges > 1 else "mend pictures"


def export(path: Path, net: nn.Module, card: Card) -> None:
    """Write the network's weights in float16 with its Card; the file appears whole or not at all."""
    tensors = {key: _stored(value.detach().cpu()) for key, value in net.state_dict().items()}
    write_whole(path, save(tensors, metadata={HEADER_KEY: card.to_json(), "format": "pt"}))


def _stored(tensor: Tensor) -> Tensor:
    return (tensor.half() if tensor.is_floating_point() else tensor).contiguous()


def put_card(path: Path, plan: PairPlan, training_data: str, settings: dict[str, Any]) -> None:
    """Give an exported file the Card of a Plan; the weights stay bit for bit. BadModel when it has none to replace."""
    write_header_card(path, card_for(plan, training_data, settings))


def add_figures(path: Path, figures: dict[str, Any]) -> None:
    """Write measured figures into the Card of an exported file; the weights stay bit for bit."""
    card = header_card(path)
    if card is None:
        raise BadModel(f"{path.name} has no Card.")
    write_header_card(path, replace(card, figures={**card.figures, **figures}))
