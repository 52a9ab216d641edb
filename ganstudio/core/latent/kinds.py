"""The semantic types of a Latent's parts: their text form for the terminal, their JSON for recipes and Sessions."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.parts import Mix, Point, Push, Weighted, packed, unpacked, unpacked_bytes
from ganstudio.core.params import Kind
from ganstudio.core.text import _

MOST_SEED = 2**32 - 1  # what RandomState takes
_MOST_SIGMA = 100.0
_LAYERS = re.compile(r"(\d+)(?:-(\d+))?")


def seed_of(text: Any) -> int:
    """A seed. Raises UsageError."""
    word = str(text).strip().replace("\u202f", "").replace(" ", "")
    if isinstance(text, bool) or not (word.isascii() and word.isdecimal()) or int(word) > MOST_SEED:
        said = _("“{text}” is not a seed: a whole number from 0 to {most}.")
        raise UsageError(said.format(text=text, most=MOST_SEED))
    return int(word)


def number_of(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UsageError(f"“{value}” is not a number ({what}).")
    return float(value)


def layers_of(text: str) -> tuple[int, int | None]:
    """`8-13`, `8` (one layer) or `8-` (to the end)."""
    word = text.strip()
    if word.endswith("-") and word[:-1].isdecimal():
        return int(word[:-1]), None
    found = _LAYERS.fullmatch(word)
    if found is None:
        raise UsageError(f"“{text}” names no layers.", "Write them like 4-8, 4- or 4.")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise UsageError(f"The layers “{text}” run backwards.")
    return first, last


def layers_text(first: int, last: int | None) -> str:
    return f"{first}-" if last is None else f"{first}-{last}"


@dataclass(frozen=True)
class Blend(Kind):
    """Words with weights: `monet` or `monet:0.7+aivazovsky:0.3`. `seeds`: the words are seeds."""

    seeds: bool = False

    def parse(self, text: str) -> tuple[Weighted, ...]:
        found = []
        for part in filter(None, (one.strip() for one in text.split("+"))):
            word, colon, weight = part.rpartition(":")
            try:
                found.append(Weighted(word.strip(), float(weight)) if colon else Weighted(part))
            except ValueError as error:
                raise UsageError(f"“{weight}” in “{text}” is not a weight.", "Write 3:0.7+5:0.3.") from error
        return self.check(tuple(found))

    def check(self, value: Any) -> tuple[Weighted, ...]:
        if not isinstance(value, tuple) or not all(isinstance(one, Weighted) and one.word for one in value):
            raise UsageError("This is no list of words with weights.")
        if value and not sum(number_of(one.weight, "a weight") for one in value) > 1e-6:
            raise UsageError("The weights must add up to more than nothing.")
        if self.seeds:
            return tuple(Weighted(str(seed_of(one.word)), float(one.weight)) for one in value)
        return tuple(Weighted(one.word, float(one.weight)) for one in value)

    def text(self, value: tuple[Weighted, ...]) -> str:
        if len(value) == 1 and value[0].weight == 1.0 and ":" not in value[0].word:
            return value[0].word
        return "+".join(f"{one.word}:{one.weight:g}" for one in value)

    def to_json(self, value: tuple[Weighted, ...]) -> Any:
        return [[one.word, one.weight] for one in value]

    def from_json(self, data: Any) -> tuple[Weighted, ...]:
        if not isinstance(data, list) or not all(isinstance(one, list) and len(one) == 2 for one in data):
            raise UsageError("This is no list of words with weights.")
        return self.check(tuple(Weighted(str(word), weight) for word, weight in data))

    @property
    def metavar(self) -> str:
        return "SEED[:WEIGHT+…]" if self.seeds else "CLASS[:WEIGHT+…]"


@dataclass(frozen=True)
class Pushes(Kind):
    """`warm=1.5`, `warm=1.5@8-13`, several with commas. Their vectors come from the directions of the model."""

    def parse(self, text: str) -> tuple[Push, ...]:
        found = []
        for part in filter(None, (one.strip() for one in text.split(","))):
            words, _, layers = part.partition("@")
            name, equals, amount = words.rpartition("=")
            try:
                first, last = layers_of(layers) if layers else (0, None)
                found.append(Push(name.strip(), float(amount), first, last))
            except ValueError as error:
                raise UsageError(f"“{part}” says no amount.", "Write a direction like NAME=1.5.") from error
            if not equals:
                raise UsageError(f"“{part}” says no amount.", "Write a direction like NAME=1.5.")
        return self.check(tuple(found))

    def check(self, value: Any) -> tuple[Push, ...]:
        if not isinstance(value, tuple) or not all(isinstance(one, Push) for one in value):
            raise UsageError("This is no list of directions.")
        for one in value:
            if abs(number_of(one.amount, "σ")) > _MOST_SIGMA:
                raise UsageError(f"{one.amount:g} σ is too far; ±{_MOST_SIGMA:g} is the most.")
            if not one.name or one.first < 0 or (one.last is not None and one.last < one.first):
                raise UsageError("A direction needs a name and layers that run forwards.")
        return value

    def text(self, value: tuple[Push, ...]) -> str:
        return ",".join(
            f"{one.name}={one.amount:g}"
            + ("" if (one.first, one.last) == (0, None) else "@" + layers_text(one.first, one.last))
            for one in value
        )

    def to_json(self, value: tuple[Push, ...]) -> Any:
        return [one.to_json() for one in value]

    def from_json(self, data: Any) -> tuple[Push, ...]:
        if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
            raise UsageError("This is no list of directions.")
        try:
            return self.check(
                tuple(
                    Push(
                        str(one["name"]),
                        number_of(one["amount"], "σ"),
                        _whole(one.get("first", 0)),
                        None if one.get("last") is None else _whole(one["last"]),
                        unpacked(one.get("vector", "")),
                    )
                    for one in data
                )
            )
        except KeyError as error:
            raise UsageError(f"A direction lacks its {error.args[0]}.") from error

    @property
    def metavar(self) -> str:
        return "NAME=AMOUNT[@LAYERS]"


@dataclass(frozen=True)
class Mixed(Kind):
    """`88:8-13`: the layers 8 to 13 of seed 88."""

    def parse(self, text: str) -> Mix:
        seed, _, layers = text.partition(":")
        return self.check(Mix(seed_of(seed), *layers_of(layers)))

    def check(self, value: Any) -> Mix:
        if not isinstance(value, Mix) or value.first < 0:
            raise UsageError("This is no seed with layers.", "Write 88:8-13.")
        seed_of(value.seed)
        return value

    def text(self, value: Mix) -> str:
        return f"{value.seed}:{layers_text(value.first, value.last)}"

    def to_json(self, value: Mix) -> Any:
        return self.text(value)

    def from_json(self, data: Any) -> Mix:
        return self.parse(str(data))

    @property
    def metavar(self) -> str:
        return "SEED:LAYERS"


@dataclass(frozen=True)
class Noise(Kind):
    """`fixed` (the model's own), `off`, or the seed it is drawn from."""

    def parse(self, text: str) -> str:
        return self.check(text.strip().lower())

    def check(self, value: Any) -> str:
        return value if value in ("fixed", "off") else str(seed_of(value))

    @property
    def metavar(self) -> str:
        return "fixed|off|SEED"


@dataclass(frozen=True)
class OwnPoint(Kind):
    """A point of w as `LAYERS:base64`, and `:base64` of its noise where it has some; nobody types it."""

    def parse(self, text: str) -> Point:
        layers, _, values = text.partition(":")
        values, _, noise = values.partition(":")
        if not layers.isdecimal():
            raise UsageError("This is no point.")
        return self.check(Point(unpacked(values), int(layers), unpacked_bytes(noise)))

    def check(self, value: Any) -> Point:
        if (
            not isinstance(value, Point)
            or value.layers < 1
            or not value.values
            or len(value.values) % (4 * value.layers)
        ):
            raise UsageError("The numbers of a point are damaged.")
        if not np.isfinite(value.array).all():
            raise UsageError("The numbers of a point are damaged.")
        return value

    def text(self, value: Point) -> str:
        noise = f":{packed(value.noise)}" if value.noise else ""
        return f"{value.layers}:{packed(value.values)}{noise}"

    def to_json(self, value: Point) -> Any:
        return self.text(value)

    def from_json(self, data: Any) -> Point:
        return self.parse(str(data))

    @property
    def metavar(self) -> str:
        return "POINT"


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"“{value}” is no layer.")
    return value
