"""The semantic types of a walk in the terminal: seeds, classes one after the other, directions over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.easing import CurveKind
from ganstudio.core.latent.kinds import Blend, Pushes, layers_of, layers_text, seed_of
from ganstudio.core.latent.parts import Push, Weighted
from ganstudio.core.latent.walk import MOST_KEYS, Track
from ganstudio.core.params import Kind

_AMOUNT = CurveKind(-100.0, 100.0)


@dataclass(frozen=True)
class SeedRow(Kind):
    """Seeds in their order: `3,17,5-9`."""

    def parse(self, text: str) -> tuple[int, ...]:
        found: list[int] = []
        for part in filter(None, (one.strip() for one in text.split(","))):
            first, dash, last = part.partition("-")
            low, high = seed_of(first), seed_of(last) if dash else seed_of(first)
            if high < low or high - low >= MOST_KEYS:
                raise UsageError(f"The seeds “{part}” run backwards or are too many; {MOST_KEYS:,} are the most.")
            found += range(low, high + 1)
        return self.check(tuple(found))

    def check(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, tuple) or len(value) > MOST_KEYS:
            raise UsageError(f"This is no row of at most {MOST_KEYS:,} seeds.", "Write 3,17,5-9.")
        return tuple(seed_of(one) for one in value)

    def text(self, value: tuple[int, ...]) -> str:
        return ",".join(map(str, value))

    def to_json(self, value: tuple[int, ...]) -> Any:
        return list(value)

    def from_json(self, data: Any) -> tuple[int, ...]:
        return self.check(tuple(data) if isinstance(data, list) else data)

    @property
    def metavar(self) -> str:
        return "SEED,SEED-SEED,…"


@dataclass(frozen=True)
class ClassRow(Kind):
    """Classes (or blends of them) one after the other: `monet,aivazovsky:0.5+monet:0.5`."""

    def parse(self, text: str) -> tuple[tuple[Weighted, ...], ...]:
        return self.check(tuple(Blend().parse(part) for part in text.split(",") if part.strip()))

    def check(self, value: Any) -> tuple[tuple[Weighted, ...], ...]:
        if not isinstance(value, tuple) or len(value) > MOST_KEYS:
            raise UsageError("This is no row of classes.", "Write monet,aivazovsky.")
        return tuple(Blend().check(one) for one in value)

    def text(self, value: tuple[tuple[Weighted, ...], ...]) -> str:
        return ",".join(map(Blend().text, value))

    def to_json(self, value: tuple[tuple[Weighted, ...], ...]) -> Any:
        return [Blend().to_json(one) for one in value]

    def from_json(self, data: Any) -> tuple[tuple[Weighted, ...], ...]:
        if not isinstance(data, list):
            raise UsageError("This is no row of classes.")
        return tuple(Blend().from_json(one) for one in data)

    @property
    def metavar(self) -> str:
        return "CLASS,…"


@dataclass(frozen=True)
class Tracks(Kind):
    """Directions over the time of the film: `warm=0:-2,3:2`, `warm@4-8=…`, several with semicolons."""

    def parse(self, text: str) -> tuple[Track, ...]:
        found = []
        for part in filter(None, (one.strip() for one in text.split(";"))):
            words, equals, curve = part.partition("=")
            name, _, layers = words.partition("@")
            if not equals or not name.strip():
                raise UsageError(
                    f"“{part}” is no direction over time.", "Write NAME=SECONDS:AMOUNT,…, as warm=0:-2,3:2."
                )
            first, last = layers_of(layers) if layers else (0, None)
            found.append(Track(Push(name.strip(), 0.0, first, last), _AMOUNT.parse(curve)))
        return self.check(tuple(found))

    def check(self, value: Any) -> tuple[Track, ...]:
        if not isinstance(value, tuple) or not all(isinstance(one, Track) for one in value):
            raise UsageError("This is no list of directions over time.")
        pushes = Pushes().check(tuple(replace(one.push, amount=0.0) for one in value))
        return tuple(Track(push, _AMOUNT.check(one.amount)) for push, one in zip(pushes, value, strict=True))

    def text(self, value: tuple[Track, ...]) -> str:
        return ";".join(
            one.push.name
            + ("" if (one.push.first, one.push.last) == (0, None) else "@" + layers_text(one.push.first, one.push.last))
            + "="
            + _AMOUNT.text(one.amount)
            for one in value
        )

    def to_json(self, value: tuple[Track, ...]) -> Any:
        return [{**one.push.to_json(), "curve": _AMOUNT.to_json(one.amount)} for one in value]

    def from_json(self, data: Any) -> tuple[Track, ...]:
        if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
            raise UsageError("This is no list of directions over time.")
        pushes = Pushes().from_json([{k: v for k, v in one.items() if k != "curve"} for one in data])
        curves = [_AMOUNT.from_json(one.get("curve", "")) for one in data]
        return self.check(tuple(map(Track, pushes, curves)))

    @property
    def metavar(self) -> str:
        return "NAME=SECONDS:AMOUNT,…"
