"""What each row becomes: the recipe of its batch, or that of the panel for batches that have not begun."""

from __future__ import annotations

import threading

from ganstudio.core.errors import UserError
from ganstudio.core.raster import Header
from ganstudio.jobs.changes import Row
from ganstudio.jobs.making import is_making
from ganstudio.jobs.records import Batch, State
from ganstudio.models.library import Library
from ganstudio.tools.recipe import Recipe


class Recipes:
    """Thread-safe: told by the window, asked by the threads that make thumbnails."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._batches: dict[int, Batch] = {}
        self._known: dict[int, Recipe | None] = {}
        self._draft: Recipe | None = None
        self._drafts: set[int] = set()

    def set_batches(self, batches: dict[int, Batch]) -> None:
        with self._lock:
            self._batches = dict(batches)
            self._known = {id: recipe for id, recipe in self._known.items() if id in batches}

    def set_drafts(self, recipe: Recipe | None, batches: set[int]) -> None:
        """`recipe` is what batches that have not begun will be run with."""
        with self._lock:
            self._draft, self._drafts = recipe, batches

    def result_size(self, row: Row, header: Header) -> tuple[int, int]:
        """Width and height of the result; raises UserError where there will be none."""
        with self._lock:
            recipe = self._recipe(row)
        return (0, 0) if recipe is None else recipe.out_size(header, self._library)

    def _recipe(self, row: Row) -> Recipe | None:
        if row.batch in self._drafts and row.state in (State.WAITING, State.PAUSED) and self._draft is not None:
            return self._draft
        if row.batch not in self._known:
            batch = self._batches.get(row.batch)
            if batch is None or is_making(batch):
                return None
            try:
                self._known[row.batch] = Recipe.from_json(batch.recipe)
            except UserError:
                self._known[row.batch] = None
        return self._known[row.batch]
