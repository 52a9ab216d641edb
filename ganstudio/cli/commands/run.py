"""`ganstudio run RECIPE.json INPUT…`: a saved recipe on pictures and folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ganstudio.cli.flags import take
from ganstudio.cli.tool_command import add_batch_flags, batch_parser, start
from ganstudio.core.errors import UsageError

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
    return start(replace(recipe, save=take(SaveOptions, found, base=recipe.save)), found)
