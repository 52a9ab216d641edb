"""What a generated picture says of its making: the recipe that makes it again, and its name. No Qt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ganstudio.core.errors import UserError
from ganstudio.core.latent import Latent
from ganstudio.core.names import legal
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import all_sources, tool_named
from ganstudio.ui.explore.moves import seed_of

SOURCE_TYPE = "trainedAlgorithmicMedia"
GENERATE = "generate"


def recipe_of(latent: Latent, weights: str, upscaler: str = "", factor: float = 1.0) -> Recipe:
    """`weights` is the SHA-256 of the model's file; `upscaler` the model that enlarged the picture by `factor`."""
    steps = [Step(all_sources()[GENERATE], replace(latent, weights=weights or latent.weights))]
    if upscaler:
        tool = tool_named("upscale")
        steps.append(Step(tool, tool.params(model=upscaler, scale=factor)))  # type: ignore[call-arg]
    return Recipe(tuple(steps))


def latent_in(recipe: Recipe | None) -> Latent | None:
    """The Latent that a recipe makes its picture of; None where it is of another kind."""
    step = None if recipe is None else recipe.source
    return step.params if step is not None and isinstance(step.params, Latent) else None


def latent_of_layer(made_by: Any) -> Latent | None:
    """The Latent that a layer remembers."""
    if not made_by:
        return None
    try:
        return latent_in(Recipe.from_json(made_by.get("recipe", made_by)))
    except UserError:
        return None


def file_stem(latent: Latent) -> str:
    """ "paintings_seed-4217": how the file is called where nobody says."""
    seed = seed_of(latent)
    word = latent.model.replace("\\", "/").rsplit("/", 1)[-1].partition(".")[0]
    return legal(f"{word}_seed-{seed}" if seed is not None else f"{word}_point")
