"""Params: a Tool's parameters, typed and validated; flags, widgets, recipe JSON and help all come from them.

A parameter has a *semantic type* (a `Kind`): it knows one text form, one JSON form and what is allowed.
A Params class is a frozen dataclass whose fields are made with `param(kind, default, label=…, help=…)`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from ganstudio.core.errors import UsageError

_TOLD = 1e15  # numbers beyond are not written out in a sentence


class Kind:
    """A semantic type. Subclasses define `parse` (text → value) and `check` (value → value or UsageError)."""

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def check(self, value: Any) -> Any:
        raise NotImplementedError

    def text(self, value: Any) -> str:
        """The one text form: `parse(text(value)) == value`."""
        return str(value)

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, data: Any) -> Any:
        return self.check(data)

    @property
    def metavar(self) -> str:
        return type(self).__name__.upper()


@dataclass(frozen=True)
class Choice(Kind):
    options: tuple[str, ...]

    def parse(self, text: str) -> str:
        return self.check(text.strip().lower())

    def check(self, value: Any) -> str:
        if value not in self.options:
            raise UsageError(f"“{value}” is not one of {', '.join(self.options)}.")
        return value

    @property
    def metavar(self) -> str:
        return "|".join(self.options)


@dataclass(frozen=True)
class Number(Kind):
    """`soft`: the range people usually want, inside the one that is allowed; a slider goes through it, a field takes
    all."""

    low: float
    high: float
    whole: bool = False
    unit: str = ""
    soft: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.soft is not None and not self.low <= self.soft[0] < self.soft[1] <= self.high:
            raise ValueError(f"the soft range {self.soft} is not inside {self.low} to {self.high}")

    def parse(self, text: str) -> float | int:
        word = text.strip().lower()
        if self.unit == "×":
            word = word.strip("x×")
        try:
            value = int(word) if self.whole else float(word)
        except ValueError as error:
            raise UsageError(f"“{text}” is not a {'whole ' if self.whole else ''}number.") from error
        return self.check(value)

    def check(self, value: Any) -> float | int:
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or (isinstance(value, float) and not math.isfinite(value))
            or (self.whole and value != int(value))
        ):
            raise UsageError(f"“{value}” is not a {'whole ' if self.whole else ''}number.")
        if not self.low <= value <= self.high:
            told = f"{value:g}" if abs(value) < _TOLD else "The number"
            raise UsageError(f"{told} is outside {self.low:g} … {self.high:g}.")
        return int(value) if self.whole else float(value)

    def text(self, value: float) -> str:
        return repr(int(value)) if float(value).is_integer() else repr(float(value))

    @property
    def metavar(self) -> str:
        return "N"


@dataclass(frozen=True)
class Switch(Kind):
    def parse(self, text: str) -> bool:
        words = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}
        if text.strip().lower() not in words:
            raise UsageError(f"“{text}” is neither yes nor no.")
        return words[text.strip().lower()]

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise UsageError(f"“{value}” is neither yes nor no.")
        return value

    def text(self, value: bool) -> str:
        return "yes" if value else "no"

    @property
    def metavar(self) -> str:
        return "yes|no"


@dataclass(frozen=True)
class Text(Kind):
    what: str = "TEXT"

    def parse(self, text: str) -> str:
        return self.check(text)

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise UsageError(f"“{value}” is not a text.")
        return value

    @property
    def metavar(self) -> str:
        return self.what


@dataclass(frozen=True)
class ModelOf(Text):
    """A model of one kind (`upscaler`, …) by its name in the Library, or by a file."""

    kind: str = ""
    what: str = "NAME|FILE"


@dataclass(frozen=True)
class Maybe(Kind):
    """Another kind, or nothing: None, written as an empty text or as one of `also`."""

    of: Kind
    also: tuple[str, ...] = ()

    def parse(self, text: str) -> Any:
        return None if text.strip().lower() in ("", *self.also) else self.of.parse(text)

    def check(self, value: Any) -> Any:
        return None if value is None else self.of.check(value)

    def text(self, value: Any) -> str:
        return "" if value is None else self.of.text(value)

    def to_json(self, value: Any) -> Any:
        return None if value is None else self.of.to_json(value)

    def from_json(self, data: Any) -> Any:
        return None if data is None else self.of.from_json(data)

    @property
    def metavar(self) -> str:
        return self.of.metavar


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: what flags, widgets and help are made from."""

    name: str
    kind: Kind
    default: Any
    label: str
    help: str
    group: str = ""
    flags: tuple[str, ...] = ()


def param(kind: Kind, default: Any, *, label: str, help: str, group: str = "", flags: Sequence[str] = ()) -> Any:
    """Declare a field of a Params class. `flags` are further names on the command line (`-n`) beside
    `--name`; `group` "advanced" folds the widget away."""
    about = {"kind": kind, "label": label, "help": help, "group": group, "flags": tuple(flags)}
    return dataclasses.field(default=default, metadata={"param": about})


@dataclass(frozen=True)
class Params:
    """Base of all parameter sets: validated when made, immutable, JSON both ways."""

    def __post_init__(self) -> None:
        for one in self.parameters():
            try:
                object.__setattr__(self, one.name, one.kind.check(getattr(self, one.name)))
            except UsageError as error:
                raise UsageError(f"{one.label}: {error.message}", error.hint) from error

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        made = []
        for f in dataclasses.fields(cls):
            about = f.metadata["param"]
            made.append(
                Parameter(
                    f.name,
                    about["kind"],
                    f.default,
                    about["label"],
                    about["help"],
                    about["group"],
                    about["flags"],
                )
            )
        return tuple(made)

    def to_json(self) -> dict[str, Any]:
        return {one.name: one.kind.to_json(getattr(self, one.name)) for one in self.parameters()}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Raises UsageError naming the parameter; unknown names are an error, missing ones are usual."""
        if not isinstance(data, dict):
            raise UsageError("The parameters are not a JSON object.")
        known = {one.name: one for one in cls.parameters()}
        for name in data:
            if name not in known:
                raise UsageError(f"There is no parameter “{name}”; known are {', '.join(known)}.")
        values = {}
        for name, value in data.items():
            try:
                values[name] = known[name].kind.from_json(value)
            except UsageError as error:
                raise UsageError(f"{known[name].label}: {error.message}", error.hint) from error
        return cls(**values)
