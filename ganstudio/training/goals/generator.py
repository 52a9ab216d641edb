"""Generators: networks that make pictures of their own, like those they were shown."""

from __future__ import annotations

from ganstudio.training.data.folder import Pictures
from ganstudio.training.generator.fitting import suggest
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.goal import Goal
from ganstudio.training.trainee import Facts, Trainee


def begin(plan: GeneratorPlan, pictures: Pictures, facts: Facts) -> Trainee:
    from ganstudio.training.generator.base import base_of
    from ganstudio.training.generator.pictures import classes_in, material
    from ganstudio.training.generator.trainee import GeneratorTrainee

    classes = classes_in(pictures, plan)
    by_class = facts.start is not None and bool(base_of(facts.start).classes)
    if by_class and not classes:
        classes = (pictures.path.stem,)  # a base by class goes on with one class of its own
    labelled = classes if len(pictures.classes) > 1 and classes != (pictures.path.stem,) else ()
    return GeneratorTrainee(plan, material(pictures, plan, labelled), facts, classes)


GOAL = Goal(
    id="generator",
    title="Generator",
    summary="a network that makes pictures of its own, like those it was shown",
    plan=GeneratorPlan,
    preset="small",
    suggest=suggest,
    begin=begin,
    example="ganstudio train generator --pictures paintings/ --minutes 180 -o my-generator",
)
