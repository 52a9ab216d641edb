"""Goal: what is trained. One module of `training.goals` each, found by itself; torch is imported inside `begin`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ganstudio.core.discovery import discover, load
from ganstudio.core.errors import UsageError
from ganstudio.training.plan import Plan

if TYPE_CHECKING:
    from ganstudio.training.data.folder import Pictures
    from ganstudio.training.data.survey import Survey
    from ganstudio.training.trainee import Facts, Trainee


@dataclass(frozen=True)
class Goal:
    """`preset`: the one taken where none is named. `suggest(survey, plan)` fits a Plan to the folder and says why,
    a sentence for each thing it changed or that the person should know; it raises BadInput where the pictures cannot
    do. `begin(plan, pictures, facts)` reads the pictures and makes the Trainee (imports torch)."""

    id: str
    title: str
    summary: str
    plan: type[Plan]
    preset: str
    suggest: Callable[[Survey, Any], tuple[Plan, list[str]]]
    begin: Callable[[Any, Pictures, Facts], Trainee]
    example: str = ""


@cache
def all_goals() -> dict[str, Goal]:
    """Every goal by its id. Torch-free."""
    from ganstudio.training import goals

    return {name: load(goals, name).GOAL for name in discover(sys.modules[goals.__name__])}


def goal(name: str) -> Goal:
    """The goal of that id; UsageError when there is none."""
    found = all_goals().get(name)
    if found is None:
        raise UsageError(f"There is no goal “{name}” to train.", f"Known: {', '.join(all_goals())}.")
    return found
