"""Upscalers: networks that make photographs larger."""

from __future__ import annotations

from ganstudio.training.data.folder import Pictures
from ganstudio.training.goal import Goal
from ganstudio.training.trainee import Facts, Trainee
from ganstudio.training.upscaler.fitting import suggest
from ganstudio.training.upscaler.plan import UpscalerPlan


def begin(plan: UpscalerPlan, pictures: Pictures, facts: Facts) -> Trainee:
    from ganstudio.training.upscaler.trainee import PairTrainee

    return PairTrainee(plan, pictures, facts)


GOAL = Goal(
    id="upscaler",
    title="Upscaler",
    summary="a network that makes photographs larger",
    plan=UpscalerPlan,
    preset="photo-x2",
    suggest=suggest,
    begin=begin,
    example="ganstudio train upscaler --pictures photos/ --minutes 60 -o my-upscaler",
)
