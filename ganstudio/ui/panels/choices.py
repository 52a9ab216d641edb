"""The models one can choose between, as cards say it: the scales of one model are one choice. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ganstudio.core.paths import resource
from ganstudio.core.text import _
from ganstudio.models.cards import Card
from ganstudio.models.library import Entry, Library, Refusal

_SCALE_WORD = re.compile(r"\s*(×|x)\s*\d+\s*$|\s*\d+\s*×\s*$", re.IGNORECASE)
MOST_PURPOSE = 42


@dataclass(frozen=True)
class ModelChoice:
    """`name` is what the parameter becomes; `entries` the files it may mean, the smallest scale first."""

    name: str
    title: str
    purpose: str
    entries: tuple[Entry, ...]

    @property
    def scales(self) -> tuple[int, ...]:
        return tuple(sorted({entry.card.scale for entry in self.entries}))

    @property
    def card(self) -> Card:
        return self.entries[0].card

    @property
    def bundled(self) -> bool:
        return self.entries[0].bundled

    @property
    def nbytes(self) -> int:
        """On the disk; files that are gone count nothing."""
        return sum(_size(entry.path) for entry in self.entries)

    @property
    def missing(self) -> Path | None:
        """A file of it that is not there any more."""
        return next((entry.path for entry in self.entries if not entry.path.is_file()), None)

    @property
    def thumbnail(self) -> Path | None:
        """Its picture: what it makes of the crop that all bundled models of the kind are shown with."""
        path = resource("thumbs", f"{self.name}.jpg")
        return path if self.bundled and path.is_file() else None

    def entry_for(self, factor: float) -> Entry:
        """The file that is used for a factor (see `Library.find`)."""
        ordered = sorted(self.entries, key=lambda entry: entry.card.scale)
        return next((entry for entry in ordered if entry.card.scale >= factor - 1e-3), ordered[-1])


def choices(entries: list[Entry], kind: str, usual: str = "") -> list[ModelChoice]:
    """The models of a kind in the order to show: the `usual` one first, then those that ship, then the person's."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.card.kind == kind:
            groups.setdefault(entry.card.group or entry.name, []).append(entry)
    made = [_choice(name, found) for name, found in groups.items()]
    return sorted(made, key=lambda one: (one.name != usual, not one.bundled, one.title.lower()))


def _choice(name: str, entries: list[Entry]) -> ModelChoice:
    ordered = tuple(sorted(entries, key=lambda entry: entry.card.scale))
    card = ordered[0].card
    title = _SCALE_WORD.sub("", card.title) or card.title
    return ModelChoice(name, _(title) or name, _(card.purpose) or _first_words(card), ordered)


def _first_words(card: Card) -> str:
    """What a Card without a purpose can say: the first sentence of its summary, or what it is."""
    sentence = card.summary.partition(". ")[0].rstrip(".")
    return sentence or f"{card.family}, {card.licence}".strip(", ")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class Listed(Library):
    """A Library as it was when it was listed: questions about it touch no folder."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__(opening=False)
        self._known = entries

    def entries(self) -> list[Entry]:
        return list(self._known)

    def refused(self) -> list[Refusal]:
        return []
