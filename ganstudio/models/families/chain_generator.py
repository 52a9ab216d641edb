"""Small generators of others (DCGAN and fully connected), under any names: a chain of layers that fit each other.

Strides, paddings and activations are in no tensor. Every way to read the chain that ends in a usual size is made, and
the one with the smoothest pictures is taken: a wrong stride leaves a pattern of squares.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.nets.chain import Generator, Part

FALLBACK = True

_NORM = ("weight", "bias", "running_mean", "running_var")
_MOST_LINKS, _MOST_SIDE, _MOST_WAYS = 16, 1024, 48
_SEEDS = 8
# (stride, padding, output padding) of a transposed convolution by its kernel: with padding, and without
_PADDED = {1: ((1, 0, 0),), 2: ((2, 0, 0),), 3: ((2, 1, 1), (1, 1, 0)), 4: ((2, 1, 0),), 5: ((2, 2, 1), (1, 2, 0)),
           6: ((2, 2, 0),), 7: ((1, 3, 0), (2, 3, 1))}  # fmt: skip
_BARE = {kernel: ((2, 0, 0), (1, 0, 0)) for kernel in (2, 3, 4, 5)}
_NARROW_EPS = 0.8  # what `BatchNorm2d(128, 0.8)` of a much copied example sets, meaning the momentum


@dataclass(frozen=True)
class _Link:
    """A layer with weights: `shape` of its kernel, name and width of the norm that follows it."""

    name: str
    shape: tuple[int, ...]
    bias: bool
    norm: str = ""
    norm_width: int = 0


def _links(shapes: Shapes) -> list[_Link] | None:
    """The chain in the order of the file; None where some tensor belongs to nothing."""
    groups: dict[str, dict[str, tuple[int, ...]]] = {}
    for key, shape in shapes.items():
        path, _, leaf = key.rpartition(".")
        groups.setdefault(path, {})[leaf] = shape
    links: list[_Link] = []
    for path, leaves in groups.items():
        kernel = leaves.get("weight", ())
        if set(leaves) == set(_NORM) and all(len(leaves[one]) == 1 for one in _NORM):
            if not links or links[-1].norm:
                return None
            last = links[-1]
            links[-1] = _Link(last.name, last.shape, last.bias, path, kernel[0])
        elif set(leaves) <= {"weight", "bias"} and len(kernel) in (2, 4) and 0 not in kernel:
            if len(kernel) == 4 and kernel[2] != kernel[3]:
                return None
            links.append(_Link(path, kernel, "bias" in leaves))
        else:
            return None
    return links if 2 <= len(links) <= _MOST_LINKS else None


def _picture(size: int) -> tuple[int, int]:
    """(channels, side) of so many numbers, (0, 0) for those that make no square picture."""
    for channels in (1, 3):
        side = math.isqrt(size // channels)
        if side**2 * channels == size and 8 <= side <= _MOST_SIDE:
            return channels, side
    return 0, 0


def _form(links: Sequence[_Link]) -> str:
    """ "linear", "transposed" or "enlarging" where each layer takes what the one before gives; "" otherwise."""
    flat = [link.shape for link in links if len(link.shape) == 2]
    maps = [link.shape for link in links if len(link.shape) == 4]
    if not maps:
        fits = all(before[0] == after[1] for before, after in pairwise(flat)) and _picture(flat[-1][0])[0]
        return "linear" if fits else ""
    if flat and (len(flat) > 1 or len(links[0].shape) == 4):
        return ""
    begins = {"transposed": maps[0][0], "enlarging": maps[0][1]}
    if maps[-1][1] in (1, 3) and all(before[1] == after[0] for before, after in pairwise(maps)):
        return "transposed" if not flat or _side(flat[0][0], begins["transposed"]) else ""
    plain = all(shape[2] == 3 for shape in maps) and all(before[0] == after[1] for before, after in pairwise(maps))
    return "enlarging" if flat and plain and maps[-1][0] in (1, 3) and _side(flat[0][0], begins["enlarging"]) else ""


def _side(features: int, channels: int) -> int:
    """The side of the first maps that so many features make, else 0."""
    side = math.isqrt(features // channels)
    return side if side**2 * channels == features and 2 <= side <= 16 else 0


def detect(shapes: Shapes) -> bool:
    if "parts" in shapes:
        return len(shapes["parts"]) == 2 and all(name == "parts" or name.startswith("layers.") for name in shapes)
    links = _links(shapes)
    return links is not None and _form(links) != ""


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.chain import restored

    if "parts" in state:
        net, ways = _own(state, restored(state["parts"])), 1
    else:
        net, ways = _smoothest(state)
    linear = all(part.kind not in ("transposed", "convolution") for part in restored(net.parts))
    tags = (f"{net.resolution} px", *((f"the smoothest of {ways} readings",) if ways > 1 else ()))
    return Built(
        net, "chain", "Fully connected GAN" if linear else "DCGAN", 1, net.channels, ("-1..1",), gan=True, tags=tags,
        makes="generator", tiles=False,
    )  # fmt: skip


def _own(state: dict[str, Tensor], parts: Sequence[Part]) -> Generator:
    net = _made(parts)
    counters = {name: one for name, one in net.state_dict().items() if name.endswith("num_batches_tracked")}
    net.load_state_dict(counters | state)
    return net


def _made(parts: Sequence[Part]) -> Generator:
    from ganstudio.nets.chain import Generator

    side, channels = 1, 0
    for part in parts:
        side = _after(part, side)
        channels = part.outer if part.kind in ("transposed", "convolution", "linear") else channels
    if all(part.kind not in ("transposed", "convolution") for part in parts):
        channels, side = _picture(channels)
    return Generator(parts, parts[0].inner, channels, side)


def _after(part: Part, side: int) -> int:
    if part.kind == "transposed":
        return (side - 1) * part.stride - 2 * part.padding + part.kernel + part.extra
    if part.kind == "convolution":
        return side + 2 * part.padding - part.kernel + 1
    return part.outer if part.kind == "reshape" else 2 * side if part.kind == "double" else side


def _is_usual(side: int) -> bool:
    return side == 28 or (8 <= side <= _MOST_SIDE and side & (side - 1) == 0)


def _smoothest(state: dict[str, Tensor]) -> tuple[Generator, int]:
    """The reading whose pictures vary least, and how many there are. Raises ValueError when there is none."""
    import torch

    links = _links({key: tuple(value.shape) for key, value in state.items()})
    assert links is not None
    found: list[tuple[float, Generator]] = []
    for parts in _readings(links):
        if len(found) == _MOST_WAYS:
            break
        net = _filled(state, links, parts)
        z = torch.randn(_SEEDS, net.z_dim, generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            found.append((_roughness(net.eval()(z)), net))
    if not found:
        raise ValueError("no way to read its layers ends in a picture of 28 px or 8, 16, 32 … px")
    return min(found, key=lambda one: one[0])[1], len(found)


def _roughness(images: Tensor) -> float:
    """Total variation of a picture of side 1, by its contrast."""
    across, down = images.diff(dim=3).abs().mean(), images.diff(dim=2).abs().mean()
    return float((across + down) * images.shape[3] / images.std().clamp(min=1e-6))


def _filled(state: dict[str, Tensor], links: Sequence[_Link], parts: Sequence[Part]) -> Generator:
    net = _made(parts)
    places = [n for n, part in enumerate(parts) if part.kind in ("linear", "transposed", "convolution")]
    norms = [n for n, part in enumerate(parts) if part.kind == "norm"]
    own = net.state_dict()
    for place, link in zip(places, links, strict=True):
        for leaf in ("weight", "bias") if link.bias else ("weight",):
            own[f"layers.{place}.{leaf}"] = state[f"{link.name}.{leaf}"]
    for place, link in zip(norms, [one for one in links if one.norm], strict=True):
        for leaf in _NORM:
            own[f"layers.{place}.{leaf}"] = state[f"{link.norm}.{leaf}"]
    net.load_state_dict(own)
    return net


def _readings(links: Sequence[_Link]) -> Iterator[list[Part]]:
    """Every way to read the chain that ends in a usual size, the most usual first."""
    form = _form(links)
    if form == "linear":
        yield from (_linear(links, activation) for activation in ("leaky", "relu"))
        return
    if form == "enlarging":
        yield from _enlarging(links)
        return
    for options in (_PADDED, _BARE):
        kernels = [link.shape[2] for link in links if len(link.shape) == 4]
        kernels = kernels[1:] if len(kernels) == len(links) else kernels
        if any(kernel not in options for kernel in kernels):
            continue
        for choice in product(*(options[kernel] for kernel in kernels)):
            parts = _transposed(links, choice)
            side = 1
            for part in parts:
                side = _after(part, side)
            if _is_usual(side):
                yield parts


def _linear(links: Sequence[_Link], activation: str) -> list[Part]:
    from ganstudio.nets.chain import Part

    parts: list[Part] = []
    for number, link in enumerate(links):
        outer, inner = link.shape
        parts.append(Part("linear", inner, outer, bias=link.bias))
        parts += [Part("norm", outer)] if link.norm else []
        parts.append(Part(activation if number < len(links) - 1 else "tanh"))
    return parts


def _transposed(links: Sequence[_Link], choice: Sequence[tuple[int, int, int]]) -> list[Part]:
    """The first layer gives the first side; `choice` is of all others."""
    from ganstudio.nets.chain import Part

    first, parts = links[0], list[Part]()
    if len(first.shape) == 2:
        outer, inner = first.shape
        channels = links[1].shape[0]
        parts = [Part("linear", inner, outer, bias=first.bias)]
        parts += [Part("norm", outer), Part("relu")] if first.norm_width == outer else []
        parts.append(Part("reshape", channels, _side(outer, channels)))
        parts += [Part("norm", channels), Part("relu")] if first.norm_width == channels != outer else []
        parts += [] if first.norm else [Part("relu")]
    else:
        choice = ((1, 0, 0), *choice)
    maps = [link for link in links if len(link.shape) == 4]
    for link, (stride, padding, extra) in zip(maps, choice, strict=True):
        inner, outer, kernel = link.shape[:3]
        parts.append(Part("transposed", inner, outer, kernel, stride, padding, extra, link.bias))
        parts += [Part("norm", outer)] if link.norm else []
        parts.append(Part("tanh" if link is links[-1] else "relu"))
    return parts


def _enlarging(links: Sequence[_Link]) -> Iterator[list[Part]]:
    """linear, norm, then (double, convolution, norm, leaky ReLU) … convolution, tanh."""
    from ganstudio.nets.chain import Part

    first, channels = links[0], links[1].shape[1]
    side = _side(first.shape[0], channels)
    for eps in (_NARROW_EPS, 1e-5):
        parts = [Part("linear", first.shape[1], first.shape[0], bias=first.bias), Part("reshape", channels, side)]
        parts += [Part("norm", channels)] if first.norm_width == channels else []
        for link in links[1:]:
            last = link is links[-1]
            outer, inner = link.shape[:2]
            parts += [] if last else [Part("double")]
            parts.append(Part("convolution", inner, outer, 3, 1, 1, bias=link.bias))
            parts += [Part("norm", outer, eps=eps)] if link.norm else []
            parts.append(Part("tanh" if last else "leaky"))
        if side and _is_usual(side * 2 ** (len(links) - 2)):
            yield parts
