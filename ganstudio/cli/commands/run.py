"""`ganstudio run RECIPE.json INPUT…`: a saved recipe on pictures and folders; or one that makes its own picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.flags import take
from ganstudio.cli.tool_command import add_batch_flags, batch_parser, start
from ganstudio.core.errors import UsageError

if TYPE_CHECKING:
    from ganstudio.tools.recipe import Recipe

SUMMARY = "apply a saved recipe to pictures and folders"


def run(words: Sequence[str]) -> int:
    from dataclasses import replace

    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.tools.recipe import Recipe

    parser = batch_parser("ganstudio run", SUMMARY.capitalize() + ".", "ganstudio run recipe.json photos/ -o out/")
    add_batch_flags(parser)
    found = parser.parse(words)
    if not found.inputs:
        raise UsageError("No recipe is named.", "Write `ganstudio run RECIPE.json INPUT…`.")
    recipe = Recipe.load(Path(found.inputs.pop(0)))
    recipe = replace(recipe, save=take(SaveOptions, found, base=recipe.save))
    if recipe.source is None or found.inputs or found.more:
        return start(recipe, found)
    return _make(recipe, found)


def _make(recipe: Recipe, found: argparse.Namespace) -> int:
    """A recipe that makes its own picture."""
    from ganstudio.cli.generating import MakingOptions, generate
    from ganstudio.core.progress import Progress
    from ganstudio.jobs.series import Series
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.tool import Context

    library, where = Library(), take(RuntimeOptions, found)
    runtime = Runtime(where.device, where.precision, tile=where.tile)
    try:
        recipe = recipe.located(library).settled(library)
        context = Context(library, runtime, Progress(), priority=0)
        return generate(Series(recipe), take(MakingOptions, found), context, dry_run=found.dry_run, as_json=found.json)
    finally:
        runtime.close()
