"""Links: the layers with weights of a chain, in the order of its file, and where a class enters. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganstudio.models.families import Shapes

NORM = ("weight", "bias", "running_mean", "running_var")
MOST_SIDE = 1024
_MOST_LINKS = 16
_USUAL_Z = (100, 64, 128, 50, 62, 32, 20, 16, 256, 512)
_USUAL_CLASSES = (10, 2, 26, 47, 40, 100)


@dataclass(frozen=True)
class Link:
    """A layer with weights: `shape` of its kernel, name and width of the norm that follows it."""

    name: str
    shape: tuple[int, ...]
    bias: bool
    norm: str = ""
    norm_width: int = 0


@dataclass(frozen=True)
class Chain:
    """`embedding` is the name of a table classes×width that makes numbers of a class, "" where there is none.
    `form`: "linear", "transposed" or "enlarging"."""

    links: tuple[Link, ...]
    form: str
    embedding: str = ""
    classes: int = 0
    width: int = 0

    @property
    def inner(self) -> int:
        """What the first layer takes: z, and what stands for the class."""
        shape = self.links[0].shape
        return shape[0] if len(shape) == 4 else shape[1]

    @property
    def scales(self) -> bool:
        """Whether z is multiplied by the class's numbers; else they stand beside it."""
        return self.embedding != "" and self.width == self.inner


def chain_of(shapes: Shapes) -> Chain | None:
    """None where some tensor belongs to nothing, or the layers do not fit each other."""
    groups: dict[str, dict[str, tuple[int, ...]]] = {}
    for key, shape in shapes.items():
        path, _, leaf = key.rpartition(".")
        groups.setdefault(path, {})[leaf] = shape
    tables = [path for path, leaves in groups.items() if _is_table(path, leaves)]
    if len(tables) > 1:
        return None
    links = _links({path: leaves for path, leaves in groups.items() if path not in tables})
    form = _form(links) if links else ""
    if links is None or not form:
        return None
    if not tables:
        return _with_guess(Chain(tuple(links), form))
    classes, width = groups[tables[0]]["weight"]
    found = Chain(tuple(links), form, tables[0], classes, width)
    return found if classes > 1 and 1 <= width <= found.inner else None


def _is_table(path: str, leaves: dict[str, tuple[int, ...]]) -> bool:
    named = any(word in path.lower() for word in ("emb", "label"))
    return named and set(leaves) == {"weight"} and len(leaves["weight"]) == 2


def _with_guess(chain: Chain) -> Chain:
    """110 numbers are usually 100 of z and one for each of ten classes."""
    if chain.inner in _USUAL_Z:
        return chain
    found = next((one for one in _USUAL_CLASSES if chain.inner - one in _USUAL_Z), 0)
    return replace(chain, classes=found, width=found)


def takes_classes(inner: int) -> bool:
    """Whether so many numbers are likely z and a class."""
    return _with_guess(Chain((Link("", (1, inner), False),), "linear")).classes > 0


def _links(groups: dict[str, dict[str, tuple[int, ...]]]) -> list[Link] | None:
    links: list[Link] = []
    for path, leaves in groups.items():
        kernel = leaves.get("weight", ())
        if set(leaves) == set(NORM) and all(len(leaves[one]) == 1 for one in NORM):
            if not links or links[-1].norm:
                return None
            links[-1] = replace(links[-1], norm=path, norm_width=kernel[0])
        elif set(leaves) <= {"weight", "bias"} and len(kernel) in (2, 4) and 0 not in kernel:
            if len(kernel) == 4 and kernel[2] != kernel[3]:
                return None
            links.append(Link(path, kernel, "bias" in leaves))
        else:
            return None
    return links if 2 <= len(links) <= _MOST_LINKS else None


def picture_of(size: int) -> tuple[int, int]:
    """(channels, side) of so many numbers, (0, 0) for those that make no square picture."""
    for channels in (1, 3):
        side = math.isqrt(size // channels)
        if side**2 * channels == size and 8 <= side <= MOST_SIDE:
            return channels, side
    return 0, 0


def _form(links: Sequence[Link]) -> str:
    """ "" where a layer does not take what the one before gives."""
    flat = [link.shape for link in links if len(link.shape) == 2]
    maps = [link.shape for link in links if len(link.shape) == 4]
    if not maps:
        fits = all(before[0] == after[1] for before, after in pairwise(flat)) and picture_of(flat[-1][0])[0]
        return "linear" if fits else ""
    if flat and (len(flat) > 1 or len(links[0].shape) == 4):
        return ""
    if maps[-1][1] in (1, 3) and all(before[1] == after[0] for before, after in pairwise(maps)):
        return "transposed" if not flat or first_side(flat[0][0], maps[0][0]) else ""
    plain = all(shape[2] == 3 for shape in maps) and all(before[0] == after[1] for before, after in pairwise(maps))
    return "enlarging" if flat and plain and maps[-1][0] in (1, 3) and first_side(flat[0][0], maps[0][1]) else ""


def first_side(features: int, channels: int) -> int:
    """The side of the first maps that so many features make, else 0."""
    side = math.isqrt(features // channels)
    return side if side**2 * channels == features and 2 <= side <= 16 else 0
