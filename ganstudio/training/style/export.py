"""A trained style network as a file: float16 safetensors, its named styles stored as codes, the Card in its header."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save

from ganstudio.core.styles import SHORT_SIDE
from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.models.families.microast import STYLES
from ganstudio.models.filing import write_whole
from ganstudio.models.styles import NamedStyle
from ganstudio.nets.microast import MicroAST
from ganstudio.training.data.reading import Pixels
from ganstudio.training.style.plan import StylePlan


def export(
    path: Path,
    net: MicroAST,
    plan: StylePlan,
    training_data: str,
    settings: dict[str, Any],
    styles: Mapping[NamedStyle, Pixels] | None = None,
) -> None:
    """Write the network and the codes of its named styles; the file appears whole or not at all."""
    named = styles or {}
    net = copy.deepcopy(net).cpu()  # the training goes on with its own, where it is
    tensors = {key: value.detach().half().contiguous() for key, value in net.state_dict().items()}
    if named:
        tensors[STYLES] = torch.cat([code_of(net, picture) for picture in named.values()]).half()
        settings = {**settings, "styles": [asdict(one) for one in named]}
    card = card_for(plan, training_data, settings)
    write_whole(path, save(tensors, metadata={HEADER_KEY: card.to_json(), "format": "pt"}))


@torch.inference_mode()
def code_of(net: MicroAST, picture: Pixels) -> torch.Tensor:
    """The code 1×512 of a picture, seen as large as styles are learnt."""
    image = Image.fromarray(picture)
    factor = SHORT_SIDE / min(image.size)
    image = image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))
    return net.code(torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() / 255.0)


def card_for(plan: StylePlan, training_data: str, settings: dict[str, Any]) -> Card:
    """The Card of a new model. Without a word on the pictures they are the person's own, and so is it."""
    published = bool(training_data)
    return Card(
        name=plan.name,
        title=plan.title or plan.name,
        kind="stylizer",
        family="microast",
        group=plan.group,
        summary=plan.summary or "Paints photographs like any picture. Trained on this computer.",
        purpose=plan.purpose,
        licence="Apache-2.0" if published else "your own",
        commercial_use="Yes: our own weights, trained on freely licensed photographs and old paintings."
        if published
        else "As the pictures you trained it on allow.",
        origin="GANStudio" if published else "trained on this computer",
        training_data=training_data or "your own pictures",
        settings=settings,
    )
