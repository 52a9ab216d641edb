"""Stylizers: networks that paint photographs like any picture."""

from __future__ import annotations

from dataclasses import replace

from ganstudio.core.errors import BadInput
from ganstudio.training.data.folder import Pictures
from ganstudio.training.data.survey import Survey
from ganstudio.training.goal import Goal
from ganstudio.training.style.plan import STYLES, StylePlan
from ganstudio.training.trainee import Facts, Trainee


def begin(plan: StylePlan, pictures: Pictures, facts: Facts) -> Trainee:
    from ganstudio.training.style.trainee import StyleTrainee

    return StyleTrainee(plan, pictures, facts)


def suggest(survey: Survey, plan: StylePlan) -> tuple[StylePlan, list[str]]:
    """Crops no larger than most pictures; refuses a folder without styles or without photographs."""
    styles = survey.classes.get(STYLES, 0)
    photographs = survey.count - styles
    if not styles or not photographs:
        what = "no sub-folder “styles” with pictures to paint like" if not styles else "no photographs beside “styles”"
        raise BadInput(f"The folder has {what}.", "Put photographs into it, and paintings into its folder “styles”.")
    why = [f"{photographs:,} photographs are painted like {styles:,} pictures of “styles”."]
    if photographs + styles < 60:
        why.append("That is little: the network will paint well only like these pictures.")
    if survey.middle < plan.final_size:
        size = max(64, survey.middle // 16 * 16)
        plan = replace(plan, size=min(plan.size, size), final_size=size)
        why.append(f"Crops of {size} pixels, because the pictures are small.")
    return plan, why


GOAL = Goal(
    id="stylizer",
    title="Style",
    summary="a network that paints photographs like any picture",
    plan=StylePlan,
    preset="style",
    suggest=suggest,
    begin=begin,
    example="ganstudio train stylizer --pictures photos-and-styles/ --minutes 90 -o my-style",
)
