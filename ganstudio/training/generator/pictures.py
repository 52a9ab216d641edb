"""A folder's pictures as a generator learns from them: one size, their classes, some held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ganstudio.core.errors import BadInput
from ganstudio.training.data.folder import Pictures, read_many
from ganstudio.training.data.reading import Pixels
from ganstudio.training.data.squares import Squares, squares_of
from ganstudio.training.generator.plan import GeneratorPlan


@dataclass(frozen=True)
class Material:
    """`held`: None where nothing is held out. `notes`: sentences on what was left out."""

    train: Squares
    held: Squares | None
    notes: list[str]


def classes_in(pictures: Pictures, plan: GeneratorPlan) -> tuple[str, ...]:
    """The classes to learn: none where the Plan wants none or the folder has only one."""
    found = pictures.classes
    return found if plan.by_class and len(found) > 1 else ()


def material(pictures: Pictures, plan: GeneratorPlan, classes: Sequence[str]) -> Material:
    """Read all pictures. `classes` empty: everything is one class."""
    learning, kept = pictures.split(plan.hold_out)
    names = tuple(classes) or ("",)

    def squares(some: Sequence[tuple[str, Pixels]]) -> Squares:
        return squares_of(
            [(label if classes else "", pixels) for label, pixels in some], names, plan.size, plan.channels
        )

    found, notes = read_many(learning)
    held, more = read_many(kept)
    if not found:
        raise BadInput("None of the pictures to learn from can be read.")
    return Material(
        squares([(one.label, pixels) for one, pixels in found]),
        squares([(one.label, pixels) for one, pixels in held]) if held else None,
        notes + more,
    )
