"""Keeping: what Batch was set to, from one start of the program to the next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.core.errors import UserError
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.batch.runner import Inputs
from ganstudio.ui.batch.side import Side

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_INPUTS = "batch.inputs"
_MOST = 10_000  # paths of one batch


def state_of(side: Side) -> dict[str, Any]:
    """The panels as JSON."""
    recipe = side.recipe
    return {
        "output": side.output.state(),
        "recipe": Recipe(recipe.steps).to_json(keep_paths=True) if recipe.steps else None,
        "name": recipe.name,
        "after": side.after.select.current,
        "folded": side.folded(),
    }


def restore(side: Side, state: dict[str, Any]) -> bool:
    """Set the panels again; False when something of it could not be read and the usual settings apply."""
    whole = True
    try:
        side.output.restore(state.get("output"))
        if state.get("recipe"):
            name = state.get("name")
            side.recipe.set_recipe(Recipe.from_json(state["recipe"]), name if isinstance(name, str) else "")
        side.after.select.set_current(state.get("after", "notify"))
    except (UserError, KeyError):
        whole = False
    folded = state.get("folded")
    side.fold([one for one in folded if isinstance(one, str)] if isinstance(folded, list) else [])
    return whole


class KeptInputs:
    """What each batch that nothing was done of yet was made of, so that it can be made anew with another recipe."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.value: Inputs = {}

    def load(self) -> None:
        kept = self._desk.settings.remembered(_INPUTS, {})
        if isinstance(kept, dict):
            self.value = {int(id): [Path(one) for one in paths] for id, paths in kept.items() if id.isdigit()}

    def put(self, inputs: Inputs) -> None:
        self.value = {id: paths for id, paths in inputs.items() if len(paths) < _MOST}
        kept = {str(id): [str(path) for path in paths] for id, paths in self.value.items()}
        self._desk.settings.remember(_INPUTS, kept)

    def add(self, batch: int, paths: list[Path]) -> None:
        self.put({**self.value, batch: paths})
