"""Recipe: at most one source, then filters, and how the result is saved, as JSON without paths or names."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.errors import UsageError, UserError
from ganstudio.core.params import ModelOf, Params
from ganstudio.core.paths import has_folder, is_file
from ganstudio.core.text import _
from ganstudio.tools.tool import Context, Source, Tool, step_named

if TYPE_CHECKING:
    from ganstudio.core.raster import Header, Raster
    from ganstudio.models.library import Library

FORMAT = "ganstudio-recipe"
FORMAT_VERSION = 1
# The strongest word wins when several steps each deserve a DigitalSourceType; weakest first.
SOURCE_TYPES = (
    "",
    "algorithmicallyEnhanced",
    "compositeWithTrainedAlgorithmicMedia",
    "trainedAlgorithmicMedia",
)


@dataclass(frozen=True)
class Step:
    """One filter or source with its Params."""

    tool: Tool | Source
    params: Params

    def to_json(self, keep_paths: bool = False) -> dict[str, Any]:
        params = self.params.to_json()
        for name in self._models():
            if has_folder(params[name]) and not keep_paths:
                params[name] = re.split(r"[/\\]", params[name])[-1]
        return {"tool": self.tool.id, "version": self.tool.version, "params": params}

    @classmethod
    def from_json(cls, data: Any) -> Step:
        if not isinstance(data, dict) or not isinstance(data.get("tool"), str):
            raise UsageError("A step of the recipe names no Tool.")
        tool = step_named(data["tool"])
        _check_keys(data, ("tool", "version", "params"), f"The recipe's {tool.title}")
        if _version(data, f"The recipe's {tool.title}", usual=tool.version) > tool.version:
            raise UsageError(f"The recipe's {tool.title} comes from a newer version of the program.", "Update it.")
        return cls(tool, tool.params.from_json(data.get("params", {})))

    def located(self, names: Collection[str]) -> Step:
        """The step with model files by their whole path; `names` are the Library's own."""
        files = {
            name: os.path.abspath(os.path.expanduser(word))
            for name in self._models()
            if (word := getattr(self.params, name)).strip().lower() not in names and is_file(word)
        }
        return replace(self, params=replace(self.params, **files)) if files else self

    def _models(self) -> list[str]:
        return [one.name for one in self.params.parameters() if isinstance(one.kind, ModelOf)]


def _version(data: dict[str, Any], what: str, usual: int | None = None) -> int:
    version = data.get("version", usual)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise UsageError(f"{what} has no version that is a whole number.")
    return version


def _check_keys(data: dict[str, Any], known: Sequence[str], what: str) -> None:
    """Raise UsageError for words nobody reads: a misspelt one would silently change nothing."""
    if unknown := [key for key in data if key not in known]:
        raise UsageError(f"{what} has an unknown part “{unknown[0]}”; known are {', '.join(known)}.")


@dataclass(frozen=True)
class Recipe:
    """What is done to a picture: `steps` in order, then saved as `save` says. A source, which makes the picture, can
    only be the first of them."""

    steps: tuple[Step, ...]
    save: SaveOptions = field(default_factory=SaveOptions)

    def __post_init__(self) -> None:
        for step in self.steps[1:]:
            if isinstance(step.tool, Source):
                raise UsageError(f"{step.tool.title} makes a picture of its own: it can only be the first step.")

    @property
    def source(self) -> Step | None:
        """The step that makes the picture, where there is one."""
        return next((step for step in self.steps[:1] if isinstance(step.tool, Source)), None)

    @property
    def filters(self) -> tuple[Step, ...]:
        return self.steps[1:] if self.source is not None else self.steps

    def to_json(self, keep_paths: bool = False) -> dict[str, Any]:
        """The recipe as it may be shown and shared; `keep_paths` only for this computer's own journal (`located`)."""
        return {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "steps": [step.to_json(keep_paths) for step in self.steps],
            "save": self.save.to_json(),
        }

    def text(self) -> str:
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, data: Any) -> Recipe:
        """Raises UsageError in a sentence naming the step or the parameter."""
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise UsageError("This is not a GANStudio recipe.")
        if _version(data, "The recipe") > FORMAT_VERSION:
            raise UsageError("The recipe comes from a newer version of the program.", "Update it.")
        _check_keys(data, ("format", "version", "steps", "save", "identity"), "The recipe")
        if not isinstance(data.get("steps"), list) or not data["steps"]:
            raise UsageError("The recipe has no steps.")
        return cls(tuple(Step.from_json(step) for step in data["steps"]), SaveOptions.from_json(data.get("save", {})))

    @classmethod
    def load(cls, path: Path) -> Recipe:
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8-sig")))
        except OSError as error:
            raise UsageError(f"The recipe {path} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise UsageError(f"The recipe {path} is not valid JSON.") from error
        except UserError as error:
            raise UsageError(f"The recipe {path} cannot be used. {error.message}", error.hint) from error

    def located(self, library: Library) -> Recipe:
        """The recipe with model files by their whole path, so that it means the same from any folder."""
        names = {name for entry in library.entries() for name in (entry.name, entry.card.group) if name}
        return replace(self, steps=tuple(step.located(names) for step in self.steps))

    def with_save(self, **changes: Any) -> Recipe:
        return replace(self, save=replace(self.save, **changes))

    def weights(self, library: Library) -> list[list[str]]:
        """The SHA-256 of the model files that each step may use."""
        return [[entry.sha256 for entry in step.tool.models(step.params, library)] for step in self.steps]

    def identity(self, library: Library, weights: list[list[str]] | None = None) -> str:
        """SHA-256 of the recipe and of the weights it uses: equal when the result would be the same. `weights` are
        those of a recipe with the same models, where there are many such."""
        weights = self.weights(library) if weights is None else weights
        return hashlib.sha256(json.dumps([self.to_json(), weights], sort_keys=True).encode()).hexdigest()

    def for_pictures(self) -> Recipe:
        """The recipe, if it works on pictures that are there; UsageError for one that makes its own."""
        if self.source is not None:
            raise UsageError(
                _("This recipe makes its own picture ({tool}): it takes none.").format(tool=_(self.source.tool.title)),
                _("`ganstudio run RECIPE.json -o DIR` makes it."),
            )
        return self

    def settled(self, library: Library) -> Recipe:
        """The recipe with its source's Params so that they mean the same wherever it goes. Raises UserError for what
        the source needs and is not here."""
        step = self.source
        if step is None or not isinstance(step.tool, Source):
            return self
        first = replace(step, params=step.tool.located(step.params, library))
        return replace(self, steps=(first, *self.filters))

    def begin(self, header: Header | None, library: Library) -> Header:
        """The header of the picture that the filters begin with: the source's, or `header`. UsageError without."""
        step = self.source
        if step is not None and isinstance(step.tool, Source):
            return step.tool.header(step.params, library)
        if header is None:
            raise UsageError("The recipe works on a picture.", "Name one.")
        return header

    def out_size(self, header: Header | None, library: Library) -> tuple[int, int]:
        """The result's width and height, without running anything."""
        found = self.begin(header, library)
        for step in self.filters:
            assert isinstance(step.tool, Tool)
            width, height = step.tool.out_size(step.params, found, library)
            found = replace(found, width=width, height=height)
        return found.width, found.height

    def source_type(self, library: Library) -> str:
        """The IPTC DigitalSourceType of the result: the strongest of the steps'."""
        found = [step.tool.source_type(step.params, library) for step in self.steps]
        return max(found, key=SOURCE_TYPES.index, default="")

    @cached_property
    def words(self) -> dict[str, str]:
        """What a file name's template may say of the recipe ({model}); the last step that says it wins."""
        return {name: word for step in self.steps for name, word in step.tool.words(step.params).items()}

    def apply(self, raster: Raster | None, context: Context) -> Raster:
        """The result as a Raster whose rows are computed when asked for; closing it closes `raster`.

        Without a source it takes a picture: UsageError for None. With one it makes its own, and `raster` is closed.
        """
        step = self.source
        if step is not None and isinstance(step.tool, Source):
            if raster is not None:
                raster.close()
            raster = step.tool.run(step.params, context)
        if raster is None:
            raise UsageError("The recipe works on a picture.", "Name one.")
        return self.applied(raster, context)

    def applied(self, raster: Raster, context: Context) -> Raster:
        """The filters alone, on a picture that is there."""
        quiet = replace(context, on_tile=None)
        for step in self.filters:
            assert isinstance(step.tool, Tool)
            raster = step.tool.run(step.params, raster, context if step is self.filters[-1] else quiet)
        return raster
