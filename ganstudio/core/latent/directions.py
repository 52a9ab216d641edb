"""Directions: named ways to move in one model's latent space, as values; finding, renaming, filling in a Latent's."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.kinds import number_of
from ganstudio.core.latent.latent import Latent
from ganstudio.core.latent.parts import Push, packed, unpacked
from ganstudio.core.text import _

ORIGINS = ("sefa", "pca", "picks", "folders", "own")
USUAL_REACH = 3.0
_MOST = 4096  # directions of one model
_LONGEST_NAME = 80
_NOT_IN_A_NAME = re.compile(r"[=,@\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Direction:
    """`vector` is one σ of it (w_dim float32, little-endian): so far apart do pictures lie along it by themselves.

    It moves the layers `first` to `last` (None: to the end); its slider goes from `low` to `high` σ. `id` stays when
    the name changes. `origin` says how it was found: one of ORIGINS.
    """

    id: str
    name: str
    vector: bytes = field(repr=False)
    first: int = 0
    last: int | None = None
    origin: str = "own"
    low: float = -USUAL_REACH
    high: float = USUAL_REACH

    def __post_init__(self) -> None:
        check_name(self.name)
        if not self.id or _NOT_IN_A_NAME.search(self.id) or self.origin not in ORIGINS:
            raise UsageError(f"The direction “{self.name}” does not say what it is.")
        if self.first < 0 or (self.last is not None and self.last < self.first):
            raise UsageError(f"The layers of “{self.name}” run backwards.")
        if not number_of(self.low, "σ") < number_of(self.high, "σ"):
            raise UsageError(f"The range of “{self.name}” runs backwards.")
        numbers = np.frombuffer(self.vector, "<f4") if len(self.vector) % 4 == 0 else np.zeros(0)
        if not numbers.size or not np.isfinite(numbers).all():
            raise UsageError(f"The numbers of the direction “{self.name}” are damaged.")

    @classmethod
    def of(cls, id: str, name: str, vector: NDArray[np.floating], origin: str, **more: Any) -> Self:
        """From an array, w_dim."""
        return cls(id, name, np.ascontiguousarray(vector, "<f4").tobytes(), origin=origin, **more)

    @property
    def array(self) -> NDArray[np.float32]:
        """w_dim float32."""
        return np.frombuffer(self.vector, "<f4").astype(np.float32)

    def push(self, amount: float) -> Push:
        """So many σ along it, as a Latent holds it."""
        return Push(self.name, amount, self.first, self.last, self.vector)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "first": self.first, "last": self.last, "origin": self.origin,
            "low": self.low, "high": self.high, "vector": packed(self.vector),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Raises UsageError in a sentence."""
        if not isinstance(data, dict) or not isinstance(data.get("name"), str):
            raise UsageError("A direction has no name.")
        first, last = data.get("first", 0), data.get("last")
        if not all(one is None or (isinstance(one, int) and not isinstance(one, bool)) for one in (first, last)):
            raise UsageError(f"The layers of “{data['name']}” are no numbers.")
        return cls(
            str(data.get("id") or data["name"]), data["name"], unpacked(data.get("vector")), first or 0, last,
            str(data.get("origin", "own")), data.get("low", -USUAL_REACH), data.get("high", USUAL_REACH),
        )  # fmt: skip


@dataclass(frozen=True)
class DirectionSet:
    """The directions of the model whose file has the SHA-256 `weights`; names are unlike each other, also in case."""

    weights: str = ""
    model: str = ""
    items: tuple[Direction, ...] = ()

    def __post_init__(self) -> None:
        if len(self.items) > _MOST:
            raise UsageError(f"More than {_MOST:,} directions of one model are not kept.")
        for words in ([one.id for one in self.items], [one.name.casefold() for one in self.items]):
            if len(set(words)) < len(words):
                raise UsageError("Two directions have the same name.")
        if len({len(one.vector) for one in self.items}) > 1:
            raise UsageError("The directions are of different models.")

    def find(self, word: str) -> Direction:
        """By id or name. UsageError naming the nearest where there is none."""
        wanted = word.strip().casefold()
        for one in self.items:
            if wanted in (one.id.casefold(), one.name.casefold()):
                return one
        known = [one.name for one in self.items]
        near = difflib.get_close_matches(wanted, [name.casefold() for name in known], 1, 0.5)
        hint = _known(known)
        if near:
            hint = _("Did you mean {name}?").format(name=next(n for n in known if n.casefold() == near[0]))
        raise UsageError(_("There is no direction “{name}”.").format(name=word), hint)

    def has(self, word: str) -> bool:
        wanted = word.strip().casefold()
        return any(wanted in (one.id.casefold(), one.name.casefold()) for one in self.items)

    def adding(self, one: Direction) -> DirectionSet:
        """With one more: that of the same id is replaced, a name that is taken gets a number."""
        others = tuple(other for other in self.items if other.id != one.id)
        taken = {other.name.casefold() for other in others}
        name, number = one.name, 2
        while name.casefold() in taken:
            name, number = f"{one.name} {number}", number + 1
        one = replace(one, name=name)
        place = next((n for n, other in enumerate(self.items) if other.id == one.id), len(others))
        return replace(self, items=(*others[:place], one, *others[place:]))

    def joined(self, more: Iterable[Direction]) -> DirectionSet:
        """With those added whose id is not here yet: what was renamed stays as it is."""
        found, known = self, {one.id for one in self.items}
        for one in more:
            if one.id not in known:
                found = found.adding(one)
        return found

    def without(self, word: str) -> DirectionSet:
        gone = self.find(word)
        return replace(self, items=tuple(one for one in self.items if one is not gone))

    def renamed(self, word: str, name: str) -> DirectionSet:
        """UsageError where another has the name."""
        one = self.find(word)
        if any(other is not one and other.name.casefold() == name.strip().casefold() for other in self.items):
            raise UsageError(_("There is a direction “{name}” already.").format(name=name.strip()))
        return self._with(one, replace(one, name=name.strip()))

    def in_layers(self, word: str, first: int, last: int | None) -> DirectionSet:
        one = self.find(word)
        return self._with(one, replace(one, first=first, last=last))

    def filled(self, latent: Latent) -> Latent:
        """The Latent with the numbers of directions that it only names; a push that says no layers takes the
        direction's own. UsageError for an unknown one."""
        if all(one.vector for one in latent.pushes):
            return latent
        pushes = tuple(one if one.vector else self._filled(one) for one in latent.pushes)
        return replace(latent, pushes=pushes)

    def _filled(self, push: Push) -> Push:
        known = self.find(push.name)
        own = (push.first, push.last) == (0, None)
        first, last = (known.first, known.last) if own else (push.first, push.last)
        return Push(known.name, push.amount, first, last, known.vector)

    def _with(self, old: Direction, new: Direction) -> DirectionSet:
        return replace(self, items=tuple(new if one is old else one for one in self.items))

    def free_id(self, word: str) -> str:
        """An id made of a name, unlike all others."""
        base = re.sub(r"[^a-z0-9]+", "-", word.casefold()).strip("-") or "direction"
        taken, found, number = {one.id for one in self.items}, base, 2
        while found in taken:
            found, number = f"{base}-{number}", number + 1
        return found


def check_name(name: str) -> None:
    """Raise UsageError for a name that could not be written in a command line or a sentence."""
    if not name.strip() or name != name.strip() or len(name) > _LONGEST_NAME:
        said = _("“{name}” cannot be the name of a direction.").format(name=name[:_LONGEST_NAME])
        raise UsageError(said, _("Use a few words."))
    if _NOT_IN_A_NAME.search(name):
        said = _("“{name}” cannot be the name of a direction.").format(name=name)
        raise UsageError(said, _("Leave out = , and @."))


def _known(names: list[str]) -> str:
    return _("There are {names}.").format(names=", ".join(names)) if names else _("The model has none yet.")
