"""Order: a batch as it is worked through: recipe, options and destination, read back from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.errors import BadModel
from ganstudio.core.text import _
from ganstudio.jobs.options import BatchOptions
from ganstudio.jobs.records import Batch
from ganstudio.tools.recipe import Recipe

if TYPE_CHECKING:
    from ganstudio.models.library import Library


@dataclass(frozen=True)
class Destination:
    """Where results go: into `folder`, keeping the structure below what was named; or to the one `file`; or, with
    neither, beside each input."""

    folder: Path | None = None
    file: Path | None = None

    @property
    def beside(self) -> bool:
        return self.folder is None and self.file is None

    def naming(self, template: str) -> str:
        """What, besides input, recipe and folder, makes a Job's identity: how its result is named."""
        return f"={self.file.name}" if self.file is not None else template


@dataclass(frozen=True)
class Order:
    """`dry`: only looked at, no folder is made for it."""

    batch: Batch
    recipe: Recipe
    options: BatchOptions
    destination: Destination
    dry: bool = False

    @classmethod
    def of(cls, batch: Batch, library: Library, dry: bool = False) -> Order:
        """Raises BadModel when the batch's model is not what it was when the batch was added."""
        recipe = Recipe.from_json(batch.recipe)
        if recipe.identity(library) != batch.recipe_hash:
            raise BadModel(
                _("A model of this batch was changed since it was added."), _("Start the batch anew.")
            )
        folder, file = batch.options["folder"], batch.options["file"]
        destination = Destination(Path(folder) if folder else None, Path(file) if file else None)
        return cls(batch, recipe, BatchOptions.from_json(batch.options["options"]), destination, dry)

    @property
    def naming(self) -> str:
        return self.destination.naming(self.options.name)
