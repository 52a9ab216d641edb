"""Recipe: filters one after the other and how the result is saved, as JSON without paths or names."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.errors import UsageError, UserError
from ganstudio.core.params import ModelOf, Params
from ganstudio.core.paths import is_file_name
from ganstudio.tools.tool import Context, Tool, tool_named

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
    """One filter with its Params."""

    tool: Tool
    params: Params

    def to_json(self, keep_paths: bool = False) -> dict[str, Any]:
        params = self.params.to_json()
        for one in self.params.parameters():
            if isinstance(one.kind, ModelOf) and is_file_name(params[one.name]):
                path = Path(params[one.name])
                params[one.name] = str(path.expanduser().absolute()) if keep_paths else path.name
        return {"tool": self.tool.id, "version": self.tool.version, "params": params}

    @classmethod
    def from_json(cls, data: Any) -> Step:
        if not isinstance(data, dict) or not isinstance(data.get("tool"), str):
            raise UsageError("A step of the recipe names no Tool.")
        tool = tool_named(data["tool"])
        if data.get("version", tool.version) > tool.version:
            raise UsageError(
                f"The recipe's {tool.title} comes from a newer version of the program.", "Update it."
            )
        return cls(tool, tool.params.from_json(data.get("params", {})))


@dataclass(frozen=True)
class Recipe:
    """What is done to a picture: `steps` in order, then saved as `save` says."""

    steps: tuple[Step, ...]
    save: SaveOptions = field(default_factory=SaveOptions)

    def to_json(self, keep_paths: bool = False) -> dict[str, Any]:
        """The recipe as it may be shown and shared; `keep_paths` only for this computer's own journal."""
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
        if not isinstance(data.get("version"), int) or data["version"] > FORMAT_VERSION:
            raise UsageError("The recipe comes from a newer version of the program.", "Update it.")
        if not isinstance(data.get("steps"), list):
            raise UsageError("The recipe has no list of steps.")
        return cls(
            tuple(Step.from_json(step) for step in data["steps"]), SaveOptions.from_json(data.get("save", {}))
        )

    @classmethod
    def load(cls, path: Path) -> Recipe:
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise UsageError(f"The recipe {path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise UsageError(f"The recipe {path} is not valid JSON.") from error
        except UserError as error:
            raise UsageError(f"The recipe {path} cannot be used. {error.message}", error.hint) from error

    def with_save(self, **changes: Any) -> Recipe:
        return replace(self, save=replace(self.save, **changes))

    def identity(self, library: Library) -> str:
        """SHA-256 of the recipe and of the weights it uses: equal when the result would be the same."""
        weights = [[entry.sha256 for entry in step.tool.models(step.params, library)] for step in self.steps]
        return hashlib.sha256(json.dumps([self.to_json(), weights], sort_keys=True).encode()).hexdigest()

    def out_size(self, header: Header, library: Library) -> tuple[int, int]:
        """The result's width and height, without running anything."""
        for step in self.steps:
            width, height = step.tool.out_size(step.params, header, library)
            header = replace(header, width=width, height=height)
        return header.width, header.height

    def source_type(self, library: Library) -> str:
        """The IPTC DigitalSourceType of the result: the strongest of the steps'."""
        found = [step.tool.source_type(step.params, library) for step in self.steps]
        return max(found, key=SOURCE_TYPES.index, default="")

    @cached_property
    def words(self) -> dict[str, str]:
        """What a file name's template may say of the recipe ({model}); the last step that says it wins."""
        return {name: word for step in self.steps for name, word in step.tool.words(step.params).items()}

    def apply(self, raster: Raster, context: Context) -> Raster:
        """The result as a Raster whose rows are computed when asked for; closing it closes `raster`."""
        for step in self.steps:
            raster = step.tool.run(step.params, raster, context)
        return raster
