"""Size: the semantic type of a wanted picture size, in the forms people write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Kind

LARGEST_SIDE = 1_000_000
_BOX = re.compile(r"(\d+)?x(\d+)?")
_SIDE = re.compile(r"(long|short):(\d+)")


@dataclass(frozen=True)
class TargetSize:
    """A size to reach, proportions kept: inside a box (either side may be None), or by one side."""

    width: int | None = None
    height: int | None = None
    long: int | None = None
    short: int | None = None

    def factor(self, width: int, height: int) -> float:
        """How much larger a picture of width×height pixels becomes."""
        if self.long is not None:
            return self.long / max(width, height)
        if self.short is not None:
            return self.short / min(width, height)
        factors = [want / have for want, have in ((self.width, width), (self.height, height)) if want is not None]
        return min(factors)

    def of(self, width: int, height: int) -> tuple[int, int]:
        """The size reached, in whole pixels, at least 1×1."""
        factor = self.factor(width, height)
        return max(1, round(width * factor)), max(1, round(height * factor))


@dataclass(frozen=True)
class Size(Kind):
    """Text forms: `3840x2160` (fits inside), `4000x` (width), `x3000` (height), `long:4000`, `short:1080`."""

    def parse(self, text: str) -> TargetSize:
        word = text.strip().lower().replace("×", "x").removesuffix("px")
        if match := _SIDE.fullmatch(word):
            return self.check(TargetSize(**{match[1]: int(match[2])}))
        match = _BOX.fullmatch(word)
        if match is None or match[1] is match[2] is None:
            raise UsageError(
                f"“{text}” is not a size.",
                "Write 3840x2160, 4000x (width), x3000 (height), long:4000 or short:1080.",
            )
        return self.check(TargetSize(*(int(group) if group else None for group in match.groups())))

    def check(self, value: Any) -> TargetSize:
        if not isinstance(value, TargetSize):
            raise UsageError(f"“{value}” is not a size.")
        ways = (value.width is not None or value.height is not None, value.long is not None, value.short is not None)
        if sum(ways) != 1:
            raise UsageError("A size is a box, or a longer or a shorter side: one of them.")
        for side in (value.width, value.height, value.long, value.short):
            if side is not None and not 1 <= side <= LARGEST_SIDE:
                raise UsageError(f"A side of {side} pixels is outside 1 … {LARGEST_SIDE}.")
        return value

    def text(self, value: TargetSize) -> str:
        if value.long is not None:
            return f"long:{value.long}"
        if value.short is not None:
            return f"short:{value.short}"
        return f"{value.width or ''}x{value.height or ''}"

    def to_json(self, value: TargetSize) -> str:
        return self.text(value)

    def from_json(self, data: Any) -> TargetSize:
        if not isinstance(data, str):
            raise UsageError(f"“{data}” is not a size.")
        return self.parse(data)

    @property
    def metavar(self) -> str:
        return "SIZE"
