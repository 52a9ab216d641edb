"""From a folder and a few wishes to an Order: preset, survey, what the folder suggests, what was said. Torch-free.

The terminal and the panel both come through here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.names import shown
from ganstudio.models.filing import name_of
from ganstudio.models.library import Library
from ganstudio.training import plans
from ganstudio.training.data.folder import Pictures
from ganstudio.training.data.survey import Survey, survey_of
from ganstudio.training.goal import goal as find_goal
from ganstudio.training.plan import Plan
from ganstudio.training.run import Order

NOTHING = "none"  # --from none: begin from nothing
_OF_THE_PRESET = ("title", "group", "summary", "purpose")


@dataclass(frozen=True)
class Proposal:
    """An Order fitted to a folder; `said`: sentences on the folder and on what was chosen because of it."""

    order: Order
    survey: Survey
    pictures: Pictures
    said: tuple[str, ...]


def propose(
    goal: str, path: Path, name: str, *, preset: str = "", start: str = "", minutes: float = 0.0, threads: int = 0,
    data_note: str = "", wishes: dict[str, Any] | None = None,
) -> Proposal:  # fmt: skip
    """What to train, for a new Run called `name`. `wishes`: fields of the Plan as the person wants them; they win.

    Raises UsageError for wishes that cannot be, BadInput for a folder nothing can be learnt from.
    """
    kind, wishes = find_goal(goal), wishes or {}
    base = plan_of(goal, preset)
    plan = _named(replace(base, **wishes), base, name_of(Path(name)), wishes)
    if start and start != NOTHING:
        plan = replace(plan, start_from=name_of(Path(start)))  # so that fitting knows that it goes on from a model
    pictures, found = survey_of(path, plan.allowed_licences())
    fitted, why = kind.suggest(found, plan)
    start, begins = _start(start, fitted)
    order = Order(replace(fitted, **wishes), str(path.resolve()), start, minutes, threads, data_note)
    return Proposal(order, found, pictures, (_told(found), *found.notes, *why, *begins))


def plan_of(goal: str, preset: str = "") -> Plan:
    """The Plan of a preset (or of the goal's usual one). UsageError when it is for another goal."""
    kind = find_goal(goal)
    plan = plans.load(preset or kind.preset)
    if goal != plan.GOAL:
        known = ", ".join(plans.of_goal(goal))
        raise UsageError(f"The preset {shown(preset)} trains a {plan.GOAL}, not a {goal}.", f"Known: {known}.")
    return plan


def _named(plan: Plan, preset: Plan, name: str, wishes: dict[str, Any]) -> Plan:
    """A person's model has a name of its own, and what the preset's is praised for is not said of it."""
    called = wishes.get("name") or name
    if called == preset.name:
        return replace(plan, name=called)
    own = {word: "" for word in _OF_THE_PRESET if word not in wishes}
    return replace(plan, name=called, **own)


def _told(found: Survey) -> str:
    classes = f" in {len(found.classes)} classes" if len(found.classes) > 1 else ""
    sides = f"{found.smallest}" if found.smallest == found.short[-1] else f"{found.smallest} to {found.short[-1]}"
    return (
        f"{found.count:,} picture{'s' if found.count != 1 else ''}{classes}, {found.megapixels:,.1f} megapixels, "
        f"the shorter side {sides} pixels."
    )


def _start(word: str, plan: Plan) -> tuple[str, list[str]]:
    """The model to begin from (a name or file, or an empty word) and a sentence on it."""
    if word == NOTHING:
        return "", ["Begins from nothing."]
    if word:
        entry = Library().find(word)
        return word if not Path(word).exists() else str(Path(word).resolve()), [f"Begins from {entry.name}."]
    if not plan.start_from:
        return "", []
    try:
        entry = Library().find(plan.start_from)
    except BadModel:
        return "", [f"{plan.start_from}, from which this is best begun, is not in the Library: it begins from nothing."]
    return plan.start_from, [f"Begins from {entry.name} (another: --from MODEL, or --from {NOTHING})."]
