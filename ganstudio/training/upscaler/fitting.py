"""A Plan fitted to a folder of pictures: what is needed at least, and safe values for little folders. Torch-free."""

from __future__ import annotations

from dataclasses import replace

from ganstudio.core.errors import BadInput
from ganstudio.training.data.survey import Survey
from ganstudio.training.upscaler.plan import PairPlan

LEAST_PICTURES = 2
_LEAST_CROP = 16
_LITTLE_MEGAPIXELS = 5.0
_PIXELS_A_STEP = 48 * 48 * 64  # of what the network is given: more is cut into micro-batches


def suggest(survey: Survey, plan: PairPlan) -> tuple[PairPlan, list[str]]:
    """The Plan with crops that fit into most of the pictures, and a sentence for each change.

    BadInput where there are fewer than two pictures, or none large enough for a crop of 16 pixels.
    """
    scale, said = plan.enlarges, []
    if survey.count < LEAST_PICTURES:
        raise BadInput(f"{survey.count} picture is too few to learn from: {LEAST_PICTURES} are needed, 50 are good.")
    if survey.short[-1] < _LEAST_CROP * scale:
        raise BadInput(
            f"The pictures are too small: the shorter side of the largest is {survey.short[-1]} pixels, and at least "
            f"{_LEAST_CROP * scale} are needed to learn ×{scale}."
        )
    usual = max(plan.patch, plan.final_patch) * scale
    if survey.at_least(usual) < 0.8 * survey.count:
        fifth = survey.short[survey.count // 5]
        largest = max(_LEAST_CROP, fifth // scale // 4 * 4)
        plan = replace(plan, patch=min(plan.patch, largest), final_patch=min(plan.final_patch, largest))
        said.append(f"Crops of {plan.patch} pixels, because many of the pictures are small.")
    small = survey.count - survey.at_least(max(plan.patch, plan.final_patch) * scale)
    if small:
        said.append(f"{small:,} of the {survey.count:,} pictures are too small for that and will not be used.")
    if survey.megapixels < _LITTLE_MEGAPIXELS:
        plan = replace(plan, patience=plan.patience or 12)
        said.append(
            f"{survey.megapixels:.1f} megapixels are little to learn from: training ends by itself once the held-out "
            "pictures gain no more."
        )
    parts = -(-plan.batch * plan.patch**2 // _PIXELS_A_STEP)
    if parts > plan.micro_batches:
        plan = replace(plan, micro_batches=min(parts, plan.batch))
        said.append(f"Each batch is cut into {plan.micro_batches} parts to spare memory.")
    return plan, said
