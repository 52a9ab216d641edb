"""Generators: networks that make pictures of their own, like those they were shown."""

from __future__ import annotations

from ganstudio.training.data.folder import Pictures
from ganstudio.training.generator.fitting import suggest
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.goal import Goal
from ganstudio.training.trainee import Facts, Trainee


def begin(plan: GeneratorPlan, pictures: Pictures, facts: Facts) -> Trainee:
    """A base by class goes on by class (a folder without classes becomes one class), one without goes on without."""
    from ganstudio.training.generator.base import base_of
    from ganstudio.training.generator.pictures import classes_in, material
    from ganstudio.training.generator.trainee import GeneratorTrainee

    found = classes_in(pictures, plan)
    base = None if facts.start is None else base_of(facts.start)
    if base is not None and not base.classes:
        found = ()
    classes = found or ((pictures.path.stem,) if base is not None and base.classes else ())
    return GeneratorTrainee(plan, material(pictures, plan, found), facts, classes)


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
