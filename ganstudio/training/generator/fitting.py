"""A Plan fitted to a folder of pictures: safe values, each with its reason. Torch-free. Sources: docs/training.md."""

from __future__ import annotations

from dataclasses import replace

from ganstudio.core.errors import BadInput
from ganstudio.training.data.survey import Survey
from ganstudio.training.generator.plan import GeneratorPlan

LEAST_PICTURES = 8
_FEW = 500
_VERY_FEW = 200
_MANY = 2000
_SMALL_CLASS = 20
_FINE_TUNING_KIMG = 100.0  # of ADA, where the networks know already what pictures are


def heuristic_gamma(size: int, batch: int) -> float:
    """NVIDIA's first guess for R1: 0.0002 · size² / batch."""
    return 0.0002 * size**2 / batch


def suggest(survey: Survey, plan: GeneratorPlan) -> tuple[GeneratorPlan, list[str]]:
    """The Plan with what fits the folder, and a sentence for each change. BadInput with fewer than eight pictures."""
    said: list[str] = []
    if survey.count < LEAST_PICTURES:
        raise BadInput(
            f"{survey.count} pictures are too few to learn from: {LEAST_PICTURES} are needed, a hundred are few, "
            "a thousand are good."
        )
    if survey.gray >= 1.0 and not plan.gray:
        plan = replace(plan, gray=True)
        said.append("One channel, because all pictures are gray.")
    elif survey.gray < 0.5 and plan.gray:
        plan = replace(plan, gray=False)
        said.append("Three channels, because the pictures are coloured.")
    plan = _size(survey, plan, said)
    plan = _few(survey, plan, said)
    plan = _going_on(survey, plan, said)
    if plan.by_class and len(survey.classes) > 1 and (least := min(survey.classes.values())) < _SMALL_CLASS:
        name = min(survey.classes, key=lambda one: survey.classes[one])
        said.append(f"“{name}” has only {least} pictures: what is made of it will vary little.")
    if survey.square < 0.5:
        said.append("Many pictures are not square: each time another square along the longer side is shown.")
    return plan, said


def _size(survey: Survey, plan: GeneratorPlan, said: list[str]) -> GeneratorPlan:
    if survey.at_least(plan.size) < 0.8 * survey.count and plan.network == "stylegan2":
        wanted = plan.size
        while wanted > 8 and survey.at_least(wanted) < 0.8 * survey.count:
            wanted //= 2
        scale = (wanted / plan.size) ** 2
        plan = replace(plan, size=wanted, gamma=round(plan.gamma * scale, 6))
        said.append(f"{wanted} pixels, because many of the pictures are smaller than was asked for.")
    return plan


def _few(survey: Survey, plan: GeneratorPlan, said: list[str]) -> GeneratorPlan:
    """What few pictures need."""
    if plan.network != "stylegan2":
        return plan
    if survey.count < _MANY and plan.gamma > 0.0:
        strong = round(4.0 * heuristic_gamma(plan.size, plan.batch), 6)
        if plan.gamma < strong:
            plan = replace(plan, gamma=strong)
            said.append(f"R1 {strong:g}, four times the usual first guess, because {survey.count:,} pictures are few.")
    if survey.count < _FEW and plan.augment == "none":
        plan = replace(plan, augment="diffaugment")
        said.append("Augmentation, without which so few pictures would be learnt by heart.")
    if survey.count < _FEW and plan.augment == "ada" and plan.p0 == 0.0:
        plan = replace(plan, p0=0.2)
        said.append("Adaptive augmentation begins at p = 0.2, because the pictures are few.")
    return plan


def _going_on(survey: Survey, plan: GeneratorPlan, said: list[str]) -> GeneratorPlan:
    """What training that goes on from a model needs (Karras et al. 2020; Freeze-D: Mo et al. 2020)."""
    if not plan.start_from or plan.network != "stylegan2":
        return plan
    if plan.augment == "ada" and plan.ada_kimg > _FINE_TUNING_KIMG:
        plan = replace(plan, ada_kimg=_FINE_TUNING_KIMG)
        said.append("Adaptive augmentation moves faster, because the networks begin from a trained model.")
    if survey.count < _VERY_FEW:
        plan = replace(plan, lr=min(plan.lr, 1e-3), freeze_d=max(plan.freeze_d, 2))
        said.append("The discriminator's two largest blocks stay as they are, and the learning rate is lower.")
    return plan
