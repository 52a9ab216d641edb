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


def nothing_idle(params: Any, library: Library) -> dict[str, str]:
    """Every parameter can do something."""
    return {}


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
    identity), `source_type` the IPTC DigitalSourceType its result deserves, `words` what a file name may say of it,
    `idle` which parameters cannot do anything with these Params, and why in a sentence.
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
    idle: Callable[[Any, Library], dict[str, str]] = nothing_idle
    kind: Literal["filter"] = "filter"
    example: str = ""


@dataclass(frozen=True)
class Source:
    """Makes a Raster from nothing but its Params: the first step of a Recipe, if it has one.

    All else as in a Tool. `located` gives the Params that mean the same wherever the recipe goes (a model's hash, a
    direction's numbers); it raises UserError for what is not here.
    """

    id: str
    version: int
    title: str
    summary: str
    params: type[Params]
    run: Callable[[Any, Context], Raster]
    header: Callable[[Any, Library], Header]
    located: Callable[[Any, Library], Any]
    models: Callable[[Any, Library], list[Entry]]
    source_type: Callable[[Any, Library], str]
    words: Callable[[Any], dict[str, str]]
    kind: Literal["source"] = "source"
    example: str = ""


@cache
def _declared() -> dict[str, Tool | Source]:
    """The modules of `ganstudio.tools` that declare a TOOL, by its id. Torch-free."""
    import ganstudio.tools as package

    found: dict[str, Tool | Source] = {}
    for module in discover(package).values():
        tool = getattr(importlib.import_module(module), "TOOL", None)
        if isinstance(tool, (Tool, Source)):
            if tool.id in found:
                raise RuntimeError(f"two Tools are called {tool.id}")
            found[tool.id] = tool
    return found


@cache
def all_tools() -> dict[str, Tool]:
    """Every filter by id: what works on a picture that is there."""
    return {name: tool for name, tool in _declared().items() if isinstance(tool, Tool)}


@cache
def all_sources() -> dict[str, Source]:
    """Every source by id: what makes pictures of nothing."""
    return {name: tool for name, tool in _declared().items() if isinstance(tool, Source)}


def tool_named(name: str) -> Tool:
    """A filter. UsageError where there is none of that name."""
    try:
        return all_tools()[name]
    except KeyError:
        raise UsageError(f"There is no Tool “{name}”; known are {', '.join(all_tools())}.") from None


def step_named(name: str) -> Tool | Source:
    """A filter or a source. UsageError where there is none of that name."""
    try:
        return _declared()[name]
    except KeyError:
        raise UsageError(f"There is no Tool “{name}”; known are {', '.join(_declared())}.") from None
