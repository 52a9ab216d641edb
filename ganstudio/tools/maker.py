"""Maker: a Tool that makes something else than a filtered picture (a film, a Latent of a photograph), declared once."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ganstudio.core.discovery import discover
from ganstudio.core.errors import UsageError
from ganstudio.core.params import Params

if TYPE_CHECKING:
    from ganstudio.tools.tool import Context

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Forecast:
    """What a maker would do: `words` for the person, `facts` for a program (seconds and bytes among them)."""

    words: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One result that a maker was asked for, so that another program can make it another day: its `output`, which
    appears whole or not at all, with `params`, from `files`, all by their whole paths. `subject` tells a person what it
    is (“12 keyframes”), `models` are the words for the models that it takes, and `inputs` what `run` takes beside, as
    JSON. On a second try after a kill `run` is given the input `goes_on`.
    """

    params: Params
    output: Path
    subject: str
    files: tuple[Path, ...] = ()
    models: tuple[str, ...] = ()
    inputs: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "output", Path(os.path.abspath(self.output)))
        object.__setattr__(self, "files", tuple(Path(os.path.abspath(one)) for one in self.files))


@dataclass(frozen=True, eq=False)
class Made:
    """What came of it: whole files, lines for the person, the same as facts (`notes` among them, the `bytes` of all
    files; `skipped`: why nothing was made), and what it is in the program."""

    files: tuple[Path, ...]
    words: str
    facts: dict[str, Any] = field(default_factory=dict)
    value: Any = None


@dataclass(frozen=True)
class Maker:
    """`run(params, inputs, context) -> Made`. Inputs by name, each may be left out:

    files    paths the person named
    output   Path of the result; where it goes by itself when left out
    exists   "skip", "rename" or "overwrite": what becomes of a result that is there already ("skip" refuses)
    show     called with a value to look at on the way
    enough   asked now and then; True ends the work with what it has
    tell     called with a sentence on the way

    and what a maker takes beside, which its module names. `takes` says in words what its files are; `keeps`: what it
    has on the way is worth keeping, so that a first Ctrl-C is *enough* and not *stop*. `forecast` says the same work's
    size without doing it; its facts have `seconds` and `bytes`. `asked` tells the results one by one, each a Job of
    the queue, and makes nothing: params, files, output and inputs of one are what `run` is given.
    All raise UserErrors; `run` also Cancelled.
    """

    id: str
    version: int
    title: str
    summary: str
    params: type[Params]
    run: Callable[[Any, Inputs, Context], Made]
    forecast: Callable[[Any, Inputs, Context], Forecast]
    asked: Callable[[Any, Inputs, Context], Sequence[Asked]]
    takes: str
    keeps: bool = False
    kind: Literal["maker"] = "maker"
    example: str = ""


@cache
def all_makers() -> dict[str, Maker]:
    """Every maker by id: the modules of `ganstudio.tools` that declare a MAKER. Torch-free."""
    import ganstudio.tools as package

    found: dict[str, Maker] = {}
    for module in discover(package).values():
        maker = getattr(importlib.import_module(module), "MAKER", None)
        if isinstance(maker, Maker):
            found[maker.id] = maker
    return found


def maker_named(name: str) -> Maker:
    try:
        return all_makers()[name]
    except KeyError:
        raise UsageError(f"There is no maker “{name}”; known are {', '.join(all_makers())}.") from None
