"""Generators from elsewhere, put once into a safetensors file under the names of our own networks.

The copy holds the generator alone (an official `.pkl` is three times as large), what was measured or chosen when it
was opened (means of w, strides), and the Card. Opening the file again, by its hash, opens the copy.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core import paths
from ganstudio.models import filing
from ganstudio.models.cards import HEADER_KEY, Card

if TYPE_CHECKING:
    from torch import Tensor, nn

_VERSION = 1  # rises when the same file is converted differently


def _place(sha256: str) -> Path:
    return paths.cache() / "generators" / f"{sha256}.v{_VERSION}.safetensors"


def converted(sha256: str) -> Path | None:
    """The copy of the file with that hash, if there is one."""
    place = _place(sha256)
    return place if place.is_file() else None


def write(sha256: str, net: nn.Module, card: Card) -> None:
    """Make the copy. Raises OSError."""
    filing.write_whole(_place(sha256), content(net, card))


def keep(sha256: str, net: nn.Module, card: Card) -> None:
    """Make the copy. A full or read-only disk is no reason not to open the model."""
    try:
        write(sha256, net, card)
    except OSError as error:
        logging.getLogger(__name__).warning("%s is not kept as safetensors: %s", card.name, error)


def forget(sha256: str) -> None:
    """Delete the copy."""
    _place(sha256).unlink(missing_ok=True)


def content(net: nn.Module, card: Card) -> bytes:
    """The network's weights as a safetensors file with the Card in its header."""
    from safetensors.torch import save

    tensors: dict[str, Tensor] = {}
    told: set[int] = set()
    for name, one in net.state_dict().items():
        tensor = one.detach().cpu().contiguous()
        place = tensor.untyped_storage().data_ptr()
        tensors[name] = tensor.clone() if place in told else tensor  # a file holds each by itself
        told.add(place)
    return save(tensors, metadata={HEADER_KEY: card.to_json(), "format": "pt"})
