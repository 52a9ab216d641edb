"""Readings: every way to read a chain that ends in a picture of a usual size. Strides, paddings, activations, the range
of its end and the place of a class are in no tensor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from ganstudio.models.chains.links import MOST_SIDE, Chain, first_side
from ganstudio.nets.chain import Part

# (stride, padding, output padding) of a transposed convolution by its kernel: with padding, and without
_PADDED = {1: ((1, 0, 0),), 2: ((2, 0, 0),), 3: ((2, 1, 1), (1, 1, 0)), 4: ((2, 1, 0),), 5: ((2, 2, 1), (1, 2, 0)),
           6: ((2, 2, 0),), 7: ((1, 3, 0), (2, 3, 1))}  # fmt: skip
_BARE = {kernel: ((2, 0, 0), (1, 0, 0)) for kernel in (2, 3, 4, 5)}
_NARROW_EPS = 0.8  # what `BatchNorm2d(128, 0.8)` of a much copied example sets, meaning the momentum
# What stands between the layers: those that are looked at by themselves, then those that a person may choose.
_USUAL = {"linear": ("leaky", "relu"), "transposed": ("relu",), "enlarging": ("leaky",)}
_OTHER = {"linear": ("slight",), "transposed": ("leaky", "slight"), "enlarging": ("relu", "slight")}
_SAID = {"relu": "ReLU", "leaky": "leaky ReLU 0.2", "slight": "leaky ReLU 0.01"}
_ENDS = ("tanh", "sigmoid")


@dataclass(frozen=True)
class Reading:
    """`words` say in which points it is what it is, `usual`: one that is looked at by itself."""

    parts: tuple[Part, ...]
    words: tuple[str, ...]
    usual: bool


def labels_of(chain: Chain) -> list[tuple[Part | None, str]]:
    """How a class may enter, the most usual first; one None where there is none."""
    if not chain.classes:
        return [(None, "")]
    if chain.scales:
        return [(Part("scaled", chain.classes, chain.width), "the class scales z")]
    kind = "embedding" if chain.embedding else "onehot"
    after = Part(kind, chain.classes, chain.width), "the class after z"
    before = Part(kind, chain.classes, chain.width, padding=1), "the class before z"
    return [after, before] if chain.embedding else [after, before, (None, "no classes")]


def readings_of(chain: Chain, label: Part | None = None, said: str = "") -> Iterator[Reading]:
    """With a class as `label` says; the usual ones first."""
    usual = _USUAL[chain.form]
    for end, between in product(_ENDS, (*usual, *_OTHER[chain.form])):
        for body, words in _bodies(chain, between):
            parts = ([label] if label else []) + [*body, Part(end)]
            if is_usual(_side(parts)) or chain.form == "linear":
                told = tuple(filter(None, (said, *words, _SAID[between], end)))
                yield Reading(tuple(parts), told, end == "tanh" and between in usual)


def is_usual(side: int) -> bool:
    return side == 28 or (8 <= side <= MOST_SIDE and side & (side - 1) == 0)


def _bodies(chain: Chain, between: str) -> Iterator[tuple[list[Part], tuple[str, ...]]]:
    """All but the end."""
    if chain.form == "linear":
        yield _linear(chain, between), ()
    elif chain.form == "enlarging":
        for eps in (_NARROW_EPS, 1e-5):
            yield _enlarging(chain, between, eps), (f"norms with {eps:g}",)
    else:
        for choice in _choices(chain):
            strides = ", ".join(f"{stride}" for stride, _, _ in choice)
            yield _transposed(chain, between, choice), (f"strides {strides}",)


def _choices(chain: Chain) -> Iterator[tuple[tuple[int, int, int], ...]]:
    kernels = [link.shape[2] for link in chain.links if len(link.shape) == 4]
    kernels = kernels[1:] if len(kernels) == len(chain.links) else kernels
    for options in (_PADDED, _BARE):
        if all(kernel in options for kernel in kernels):
            yield from product(*(options[kernel] for kernel in kernels))


def _side(parts: Sequence[Part]) -> int:
    side = 1
    for part in parts:
        side = part.side_after(side)
    return side


def _linear(chain: Chain, between: str) -> list[Part]:
    parts: list[Part] = []
    for link in chain.links:
        outer, inner = link.shape
        parts.append(Part("linear", inner, outer, bias=link.bias))
        parts += [Part("norm", outer)] if link.norm else []
        parts.append(Part(between))
    return parts[:-1]


def _transposed(chain: Chain, between: str, choice: Sequence[tuple[int, int, int]]) -> list[Part]:
    """The first layer gives the first side; `choice` is of all others."""
    links = chain.links
    first, parts = links[0], list[Part]()
    if len(first.shape) == 2:
        outer, inner = first.shape
        channels = links[1].shape[0]
        parts = [Part("linear", inner, outer, bias=first.bias)]
        parts += [Part("norm", outer), Part(between)] if first.norm_width == outer else []
        parts.append(Part("reshape", channels, first_side(outer, channels)))
        parts += [Part("norm", channels), Part(between)] if first.norm_width == channels != outer else []
        parts += [] if first.norm else [Part(between)]
    else:
        choice = ((1, 0, 0), *choice)
    maps = [link for link in links if len(link.shape) == 4]
    for link, (stride, padding, extra) in zip(maps, choice, strict=True):
        inner, outer, kernel = link.shape[:3]
        parts.append(Part("transposed", inner, outer, kernel, stride, padding, extra, link.bias))
        parts += [Part("norm", outer)] if link.norm else []
        parts.append(Part(between))
    return parts[:-1]


def _enlarging(chain: Chain, between: str, eps: float) -> list[Part]:
    """linear, norm, then (double, convolution, norm, leaky ReLU) … convolution."""
    first, channels = chain.links[0], chain.links[1].shape[1]
    side = first_side(first.shape[0], channels)
    parts = [Part("linear", first.shape[1], first.shape[0], bias=first.bias), Part("reshape", channels, side)]
    parts += [Part("norm", channels)] if first.norm_width == channels else []
    for link in chain.links[1:]:
        last = link is chain.links[-1]
        outer, inner = link.shape[:2]
        parts += [] if last else [Part("double")]
        parts.append(Part("convolution", inner, outer, 3, 1, 1, bias=link.bias))
        parts += [Part("norm", outer, eps=eps)] if link.norm else []
        parts += [] if last else [Part(between)]
    return parts
