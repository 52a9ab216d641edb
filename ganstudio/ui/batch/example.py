"""Example: what a template is filled with to show the name of a result before there is one."""

from __future__ import annotations

from pathlib import Path

from ganstudio.jobs.changes import Row
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.batch.cells import Sizes


def name_values(recipe: Recipe | None, row: Row | None, sizes: Sizes | None) -> tuple[dict[str, str], str]:
    """The words of a template for a row of the table, as far as they are known, and the suffix of its file."""
    values = dict(recipe.words) if recipe is not None else {}
    if row is None:
        return values, ".jpg"
    path = Path(row.name)
    values |= {"stem": path.stem, "ext": path.suffix.lstrip(".")}
    if sizes and sizes[2]:
        scale = f"{round(sizes[2] / sizes[0], 2):g}"
        values |= {"scale": scale, "width": str(sizes[2]), "height": str(sizes[3])}
    return values, path.suffix.lower() or ".jpg"
