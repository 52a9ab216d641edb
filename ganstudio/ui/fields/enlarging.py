"""How much larger: Scale and Size of a Tool as one thing that people say in ×, %, px or cm. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Maybe, Number, Parameter
from ganstudio.core.sizes import LARGEST_SIDE, Size, TargetSize
from ganstudio.core.text import _
from ganstudio.ui.fields.context import USUAL_DPI

CM_PER_INCH = 2.54
UNITS = ("×", "%", "px", "cm")
CHIPS = (2.0, 3.0, 4.0)


@dataclass(frozen=True)
class Enlargement:
    """A scale, or a size to reach, or neither (the Tool's own)."""

    scale: float | None = None
    size: TargetSize | None = None

    def factor(self, width: int, height: int, own: float) -> float:
        """How many times larger a picture becomes; `own` when nothing is said."""
        if self.size is not None:
            return self.size.factor(width, height)
        return self.scale if self.scale is not None else own

    @property
    def chip(self) -> float | None:
        """The chip that says the same; None: a number of one's own."""
        return self.scale if self.size is None and self.scale in CHIPS else None


def of_number(number: float, unit: str, dpi: float = USUAL_DPI) -> Enlargement:
    """What a number in a unit asks for; px and cm mean the longer side. UsageError for sizes that cannot be."""
    if unit in ("×", "%"):
        return Enlargement(scale=number if unit == "×" else number / 100)
    side = round(number if unit == "px" else number / CM_PER_INCH * dpi)
    if not 1 <= side <= LARGEST_SIDE:
        raise UsageError(_("A side of {side} pixels cannot be.").format(side=side))
    return Enlargement(size=TargetSize(long=side))


def number_in(
    enlargement: Enlargement, unit: str, width: int, height: int, own: float, dpi: float = USUAL_DPI
) -> float:
    """The same in a unit, for a picture of width×height pixels."""
    factor = enlargement.factor(width, height, own)
    if unit == "×":
        return factor
    if unit == "%":
        return factor * 100
    side = factor * max(width, height)
    return side if unit == "px" else side / dpi * CM_PER_INCH


def pair(parameters: Sequence[Parameter]) -> tuple[Parameter, Parameter] | None:
    """The two parameters of a Tool that together say how much larger: a Scale in × and a Size, both optional."""
    scale = next((one for one in parameters if _optional(one, Number) and one.kind.of.unit == "×"), None)  # type: ignore[attr-defined]
    size = next((one for one in parameters if _optional(one, Size)), None)
    return None if scale is None or size is None else (scale, size)


def _optional(parameter: Parameter, kind: type) -> bool:
    return isinstance(parameter.kind, Maybe) and isinstance(parameter.kind.of, kind)
