"""Tool: one thing a person can do, declared once; Context: what it may use while doing it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from ganstudio.core.discovery import discover
from ganstudio.core.errors import UsageError
from ganstudio.core.params import Params

if TYPE_CHECKING:
    import numpy as np

    from ganstudio.core.progress import Progress
    from ganstudio.core.raster import Header, Raster
    from ganstudio.models.library import Entry, Library
    from ganstudio.runtime import Runtime


OnTile = Callable[[int, int, "np.ndarray"], None]


@dataclass(frozen=True)
class Context:
    """What a Tool works with; there are no globals. `priority` 0 is a person waiting, 1 a batch; lower goes first.

    `on_tile(x, y, samples)` hears, in any thread, of parts of the last step's result before its rows are pulled, where
    that comes straight from a network; for a person who watches.
    """

    library: Library
    runtime: Runtime
    progress: Progress
    priority: int = 1
    on_tile: OnTile | None = None


@dataclass(frozen=True)
class Tool:
    """A filter: Params and a Raster in, a Raster out (computed on demand as its rows are asked for).

    `id` is permanent. `version` rises when the same Params give other pixels. `out_size` tells the result's
    size from the Card alone, `models` which model files it will use (their hashes belong to a recipe's
    identity), `source_type` the IPTC DigitalSourceType its result deserves, `words` what a file name may say of it.
    """

    id: str
    version: int
    title: str
    summary: str
    params: type[Params]
    run: Callable[[Any, Raster, Context], Raster]
    out_size: Callable[[Any, Header, Library], tuple[int, int]]
    models: Callable[[Any, Library], list[Entry]]
    source_type: Callable[[Any, Library], str]
    words: Callable[[Any], dict[str, str]]
    kind: Literal["filter"] = "filter"
    example: str = ""


@cache
def all_tools() -> dict[str, Tool]:
    """Every Tool by id: the modules of `ganstudio.tools` that declare a TOOL. Torch-free."""
    import ganstudio.tools as package

    found: dict[str, Tool] = {}
    for module in discover(package).values():
        tool = getattr(importlib.import_module(module), "TOOL", None)
        if isinstance(tool, Tool):
            if tool.id in found:
                raise RuntimeError(f"two Tools are called {tool.id}")
            found[tool.id] = tool
    return found


def tool_named(name: str) -> Tool:
    try:
        return all_tools()[name]
    except KeyError:
        raise UsageError(f"There is no Tool “{name}”; known are {', '.join(all_tools())}.") from None
