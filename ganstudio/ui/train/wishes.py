"""What is asked for on the page of a new training, and what the folder says to it. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress
from ganstudio.training.planning import NOTHING, Proposal, propose
from ganstudio.training.run import Run, usual_place

__all__ = ["NOTHING", "Answer", "Wishes", "answer", "free_name"]


@dataclass(frozen=True)
class Wishes:
    """`start` is a model's name, NOTHING, or empty for what the preset begins from; `fields` are those of the Plan
    that the person changed."""

    goal: str
    preset: str
    pictures: Path | None
    name: str
    start: str = ""
    minutes: float = 0.0
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """Either a proposal or the sentence that says why there is none."""

    wishes: Wishes
    proposal: Proposal | None = None
    trouble: str = ""


def answer(wishes: Wishes, progress: Progress) -> Answer:
    """Look at the folder. Takes seconds for thousands of pictures."""
    if wishes.pictures is None:
        return Answer(wishes)
    try:
        proposal = propose(
            wishes.goal, wishes.pictures, wishes.name, preset=wishes.preset, start=wishes.start,
            minutes=wishes.minutes, wishes=dict(wishes.fields),
        )  # fmt: skip
    except UserError as error:
        return Answer(wishes, trouble=str(error))
    return Answer(wishes, proposal)


def free_name(word: str) -> str:
    """A name like this one for which there is no Run yet."""
    base = "".join(letter if letter.isalnum() or letter in "-_ " else "-" for letter in word).strip(" -") or "training"
    name, number = base, 2
    while Run(usual_place() / name).folder.exists():
        name, number = f"{base} {number}", number + 1
    return name
