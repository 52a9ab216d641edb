"""Families: one module for each kind of state dict that can be recognised by its tensors and built.

A family module offers

    detect(shapes) -> bool      does this state dict look like mine? By names and shapes alone, without torch.
    build(state) -> Built       the network with these weights in it, and what is known about it.

and may say `FALLBACK = True`: then it is asked after all others. Adding a family is adding its module here.
"""

from __future__ import annotations

import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, cast

from ganstudio.core.discovery import discover

if TYPE_CHECKING:
    from torch import Tensor, nn

    Tensors = dict[str, Tensor]
else:
    Tensors = dict

Shapes = Mapping[str, tuple[int, ...]]


class Weights(Tensors):
    """A state dict as `build` gets it; `said` is what the file says beside it (see `readers.state_dict`)."""

    said: Mapping[str, Any] = MappingProxyType({})


def said(state: Mapping[str, Tensor]) -> Mapping[str, Any]:
    """What the file says of these tensors; nothing where they come from elsewhere."""
    return state.said if isinstance(state, Weights) else {}


class Refused(Exception):
    """A family knows the network and says why it cannot be run; the text completes “FILE is …”."""


@dataclass(frozen=True)
class Built:
    """A network with its weights, and what its tensors tell.

    `module` maps N×C×H×W to N×C×(H·scale)×(W·scale). `ranges` are the value ranges it may have been trained for, the
    likeliest first: one when the family is always the same. Its sides must be multiples of `size_multiple`, at least
    `size_minimum`, and equal where `square`. `tiles` is False where a network looks at the whole picture and tiling
    is discouraged. `half` and `bfloat16` tell whether it stands those precisions. `gan` means that networks of this
    family are commonly trained against a discriminator. `tags` are the family's words for its size. `makes` is the
    Card's kind where the scale does not tell it.
    """

    module: nn.Module
    family: str
    title: str
    scale: int
    channels: int = 3
    ranges: tuple[str, ...] = ("0..1",)
    size_multiple: int = 1
    size_minimum: int = 1
    square: bool = False
    tiles: bool = True
    half: bool = True
    bfloat16: bool = True
    gan: bool = False
    tags: tuple[str, ...] = ()
    makes: str = ""

    @property
    def kind(self) -> str:
        return self.makes or ("restorer" if self.scale == 1 else "upscaler")


class Family(Protocol):
    """What a module of this package offers."""

    def detect(self, shapes: Shapes) -> bool: ...

    def build(self, state: dict[str, Tensor]) -> Built: ...


@cache
def all_families() -> dict[str, Family]:
    """Every family by its module's name, in the order they are asked. Torch-free."""
    found = {name: import_module(module) for name, module in discover(sys.modules[__name__]).items()}
    ordered = sorted(found.items(), key=lambda item: (getattr(item[1], "FALLBACK", False), item[0]))
    return {name: cast(Family, module) for name, module in ordered}


def recognise(shapes: Shapes) -> Family | None:
    """The family these tensors belong to, or None."""
    return next((family for family in all_families().values() if family.detect(shapes)), None)


def has_kernels(shapes: Shapes, *names: str) -> bool:
    """Whether each of the names is a convolution's kernel: four dimensions, none of them empty."""
    return all(len(shapes.get(name, ())) == 4 and 0 not in shapes[name] for name in names)


def reason(error: Exception) -> str:
    """The first telling line of an error from building: torch's name the class, then list every tensor."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[1] if len(lines) > 1 and lines[0].startswith("Error(s) in loading") else "".join(lines[:1])
    return text[:200].rstrip(".") or type(error).__name__


def count(names: Container[str], pattern: str, first: int = 1) -> int:
    """How many of `pattern` with the numbers `first`, `first` + 1, … there are, without a gap."""
    number = first
    while pattern.format(number) in names:
        number += 1
    return number - first


def sequence(shapes: Shapes, prefix: str) -> int:
    """How long the numbered list `prefix.0.… prefix.N.…` is: N + 1, or 0."""
    start = prefix + "."
    numbers = {key[len(start) :].partition(".")[0] for key in shapes if key.startswith(start)}
    return max((int(number) for number in numbers if number.isdecimal()), default=-1) + 1
