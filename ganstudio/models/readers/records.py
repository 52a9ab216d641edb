"""What an object of a pickle becomes when nothing of it is built: a name, or a record of a name and its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class GlobalRef(NamedTuple):
    """The name of a class or function that a file mentions. It is never imported or looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True, repr=False)
class Record:
    """An object that a file asked to have built, kept as data.

    `ref` names the class or function, `args` are what it was to be called with, `state` is what its `__dict__`
    was to be filled with, `items` what was put into it as a list or dict. Records may refer to each other in a
    ring (a module and its owner do): walk them with an explicit stack and a set of what was seen.
    """

    ref: GlobalRef
    args: tuple[Any, ...]
    state: Any = None
    items: list[Any] | dict[Any, Any] | None = None

    def __repr__(self) -> str:
        return f"<Record of {self.ref}>"
