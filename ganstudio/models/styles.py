"""Named styles: what a style model's Card says of the codes stored in its file. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.errors import BadModel
from ganstudio.core.text import _
from ganstudio.models.cards import Card


@dataclass(frozen=True)
class NamedStyle:
    """`id` is what people type; the artwork it was read from is named for the person."""

    id: str
    title: str
    artist: str = ""
    year: str = ""


def styles_of(card: Card) -> list[NamedStyle]:
    """In the order of the stored codes; none for a model without."""
    listed = card.settings.get("styles", [])
    try:
        return [NamedStyle(**one) for one in listed]
    except TypeError as error:
        raise BadModel(
            _("The Card of {model} describes its styles in a way not known here.").format(model=card.name)
        ) from error
