"""Restorers: networks that mend photographs and leave their size as it is."""

from __future__ import annotations

from ganstudio.training.data.folder import Pictures
from ganstudio.training.goal import Goal
from ganstudio.training.trainee import Facts, Trainee
from ganstudio.training.upscaler.fitting import suggest
from ganstudio.training.upscaler.plan import RestorerPlan


def begin(plan: RestorerPlan, pictures: Pictures, facts: Facts) -> Trainee:
    from ganstudio.training.upscaler.trainee import PairTrainee

    return PairTrainee(plan, pictures, facts)


GOAL = Goal(
    id="restorer",
    title="Restorer",
    summary="a network that takes JPEG traces, noise and blur out of photographs",
    plan=RestorerPlan,
    preset="restore-x1",
    suggest=suggest,
    begin=begin,
    example="ganstudio train restorer --pictures photos/ --minutes 60 -o my-restorer",
)
