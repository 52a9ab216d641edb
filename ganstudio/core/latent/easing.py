"""Easing: how a value goes from one keyframe to the next. Curve: a value over the time of a film."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Kind

_HALVINGS = 48  # of an interval of 1: to the last bits of a float
_HOLD = "hold"
_MOST_POINTS = 10_000


@dataclass(frozen=True)
class Easing:
    """A cubic Bézier from (0, 0) to (1, 1) with the handles (x1, y1) and (x2, y2): share of the time → share of the
    way, as in CSS. `holds`: it stays where it is until the next keyframe."""

    x1: float = 0.0
    y1: float = 0.0
    x2: float = 1.0
    y2: float = 1.0
    holds: bool = False

    def __post_init__(self) -> None:
        if not all(
            isinstance(one, (int, float)) and math.isfinite(one) for one in (self.x1, self.y1, self.x2, self.y2)
        ):
            raise UsageError("The handles of an easing are numbers.")
        if not (0.0 <= self.x1 <= 1.0 and 0.0 <= self.x2 <= 1.0):
            raise UsageError("The handles of an easing lie between its ends: x from 0 to 1.")
        if not (-2.0 <= self.y1 <= 3.0 and -2.0 <= self.y2 <= 3.0):
            raise UsageError("The handles of an easing lie too high or too low: y from -2 to 3.")

    @property
    def straight(self) -> bool:
        return not self.holds and (self.x1, self.x2) == (self.y1, self.y2)

    def at(self, share: float) -> float:
        """Share of the time, 0..1 → share of the way: 0 at 0 and 1 at 1, between them as the handles have it."""
        if self.holds:
            return 0.0 if share < 1.0 else 1.0
        if self.straight or share <= 0.0 or share >= 1.0:
            return min(max(share, 0.0), 1.0)
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):  # x rises with s, so halving finds it
            s = (low + high) / 2
            if _bezier(self.x1, self.x2, s) < share:
                low = s
            else:
                high = s
        return _bezier(self.y1, self.y2, (low + high) / 2)


def _bezier(a: float, b: float, s: float) -> float:
    return 3 * a * s * (1 - s) ** 2 + 3 * b * s * s * (1 - s) + s**3


NAMED = {
    "linear": Easing(),
    "ease-in": Easing(0.42, 0.0, 1.0, 1.0),
    "ease-out": Easing(0.0, 0.0, 0.58, 1.0),
    "ease": Easing(0.42, 0.0, 0.58, 1.0),
    _HOLD: Easing(holds=True),
}
LINEAR = NAMED["linear"]


@dataclass(frozen=True)
class EasingKind(Kind):
    """`linear`, `ease`, `ease-in`, `ease-out`, `hold`, or the handles of a Bézier: `0.4,0,0.2,1`."""

    def parse(self, text: str) -> Easing:
        word = text.strip().lower()
        if word in NAMED:
            return NAMED[word]
        try:
            x1, y1, x2, y2 = (float(part) for part in word.split(","))
        except ValueError as error:
            known = ", ".join(NAMED)
            raise UsageError(f"“{text}” is no easing.", f"There are {known}, and handles like 0.4,0,0.2,1.") from error
        return Easing(x1, y1, x2, y2)

    def check(self, value: Any) -> Easing:
        if not isinstance(value, Easing):
            raise UsageError(f"“{value}” is no easing.")
        return value

    def text(self, value: Easing) -> str:
        for name, one in NAMED.items():
            if one == value:
                return name
        return ",".join(repr(float(one)) for one in (value.x1, value.y1, value.x2, value.y2))

    def to_json(self, value: Easing) -> Any:
        return self.text(value)

    def from_json(self, data: Any) -> Easing:
        return self.parse(str(data))

    @property
    def metavar(self) -> str:
        return "EASING"


@dataclass(frozen=True)
class Dot:
    """A value at a time; `easing` is the way to the next dot."""

    seconds: float
    value: float
    easing: Easing = LINEAR


@dataclass(frozen=True)
class Curve:
    """A value over the time of a film: through the dots, before the first and behind the last as they are. In a film
    that loops it goes on from the last to the first."""

    dots: tuple[Dot, ...]

    def __post_init__(self) -> None:
        if not self.dots or len(self.dots) > _MOST_POINTS:
            raise UsageError("A curve needs at least one point.")
        numbers = [number for dot in self.dots for number in (dot.seconds, dot.value)]
        if not all(isinstance(one, (int, float)) and math.isfinite(one) for one in numbers):
            raise UsageError("The points of a curve are numbers.")
        if self.dots[0].seconds < 0 or any(
            after.seconds <= before.seconds for before, after in zip(self.dots, self.dots[1:], strict=False)
        ):
            raise UsageError("The points of a curve follow each other in time, each at a time of its own.")

    def at(self, seconds: float, loop: float | None = None) -> float:
        """The value at a time; `loop` is the length of a film that goes round."""
        dots = self.dots
        if loop is not None:
            seconds %= loop
            inside = tuple(dot for dot in dots if dot.seconds < loop) or (replace(dots[0], seconds=0.0),)
            before = replace(inside[-1], seconds=inside[-1].seconds - loop)
            dots = (before, *inside, replace(inside[0], seconds=inside[0].seconds + loop))
        index = bisect_right([dot.seconds for dot in dots], seconds) - 1
        if index < 0 or index == len(dots) - 1:
            return dots[max(index, 0)].value
        here, there = dots[index], dots[index + 1]
        share = (seconds - here.seconds) / (there.seconds - here.seconds)
        return here.value + (there.value - here.value) * here.easing.at(share)


@dataclass(frozen=True)
class CurveKind(Kind):
    """`0:0.7,2.5:1.2,4:0.7`: seconds and values; an easing may follow a value: `0:0.7:ease`."""

    low: float
    high: float

    def parse(self, text: str) -> Curve:
        dots = []
        for part in filter(None, (one.strip() for one in text.split(","))):
            seconds, _, rest = part.partition(":")
            value, _, easing = rest.partition(":")
            try:
                dots.append(Dot(float(seconds), float(value), EasingKind().parse(easing.replace("/", ",") or "linear")))
            except ValueError as error:
                raise UsageError(
                    f"“{part}” is no point of a curve.", "Write SECONDS:VALUE, as in 0:0.7,2:1."
                ) from error
        return self.check(Curve(tuple(dots)))

    def check(self, value: Any) -> Curve:
        if not isinstance(value, Curve):
            raise UsageError("This is no curve.")
        for dot in value.dots:
            if not self.low <= dot.value <= self.high:
                raise UsageError(f"{dot.value:g} is outside {self.low:g} … {self.high:g}.")
        return value

    def text(self, value: Curve) -> str:
        return ",".join(
            f"{dot.seconds!r}:{dot.value!r}"
            + ("" if dot.easing == LINEAR else f":{EasingKind().text(dot.easing).replace(',', '/')}")
            for dot in value.dots
        )

    def to_json(self, value: Curve) -> Any:
        return self.text(value)

    def from_json(self, data: Any) -> Curve:
        return self.parse(str(data))

    @property
    def metavar(self) -> str:
        return "SECONDS:VALUE,…"


def curve(*dots: tuple[float, float]) -> Curve:
    """A curve of straight lines through (seconds, value)."""
    return Curve(tuple(Dot(seconds, value) for seconds, value in dots))
