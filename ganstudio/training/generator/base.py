"""The file a generator's training goes on from: G and D of a model trained before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from ganstudio.core.errors import UsageError
from ganstudio.models import filing
from ganstudio.models.cards import Card


@dataclass(frozen=True)
class Base:
    """`tensors`: those of both networks, named `G.…` and `D.…`, in float32."""

    tensors: dict[str, Tensor]
    classes: tuple[str, ...]
    card: Card


def base_of(path: Path) -> Base:
    """Read the base. UsageError where the discriminator is not there: without it most of the gain is lost."""
    from safetensors.torch import load_file

    file = filing.training_file(path)
    if not file.is_file():
        raise UsageError(
            f"{path.name} alone cannot be trained on: its discriminator is missing.",
            f"It lies in {file.name}, beside the model.",
        )
    card = filing.header_card(file)
    tensors = load_file(file)
    if card is None or card.kind != "generator" or not any(key.startswith("D.") for key in tensors):
        raise UsageError(f"{file.name} is no generator with its discriminator.")
    classes = tuple(str(name) for name in card.settings.get("classes", ()))
    floats = {key: one.float() if one.is_floating_point() else one for key, one in tensors.items()}
    return Base(floats, classes, card)
