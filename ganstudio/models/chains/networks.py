"""Networks of a chain's readings, and which of them is taken by itself: a wrong stride leaves a pattern of squares, and
a class in the wrong place tells the pictures apart less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor

from ganstudio.models.chains.links import NORM, Chain, picture_of
from ganstudio.models.chains.readings import Reading, labels_of, readings_of
from ganstudio.nets.chain import Generator, Part

_MOST_WAYS, _MOST_OFFERED = 48, 24
_SEEDS, _CLASSES = 8, 5
_LAYERS = ("linear", "transposed", "convolution")
_ALIKE = 2.0 / 255.0  # mean difference of pictures that nobody can tell apart


@dataclass(frozen=True, eq=False)
class Read:
    """A reading as a network, a few of its pictures, and how restless they are."""

    reading: Reading
    net: Generator
    pictures: Tensor
    roughness: float


def made(parts: Sequence[Part]) -> Generator:
    """The network of so many parts, with weights of its own."""
    side, channels = 1, 0
    for part in parts:
        side = part.side_after(side)
        channels = part.outer if part.kind in _LAYERS else channels
    if all(part.kind not in ("transposed", "convolution") for part in parts):
        channels, side = picture_of(channels)
    return Generator(parts, channels, side)


def taken(state: Mapping[str, Tensor], chain: Chain) -> tuple[Read, int]:
    """The reading that is taken by itself, and of how many. Raises ValueError when there is none."""
    (label, said), *others = labels_of(chain)
    found = [_read(state, chain, one) for one in islice(_usual(chain, label, said), _MOST_WAYS)]
    if not found:
        raise ValueError("no way to read its layers ends in a picture of 28 px or 8, 16, 32 … px")
    best = min(found, key=lambda one: one.roughness)
    place = found.index(best)
    elsewhere = [(part, words) for part, words in others if part is not None]
    for part, words in elsewhere:
        other = _read(state, chain, next(islice(_usual(chain, part, words), place, None)))
        best = max((best, other), key=lambda one: _told_apart(one.net))
    return best, len(found) * (1 + len(elsewhere))


def offered(state: Mapping[str, Tensor], chain: Chain) -> list[Read]:
    """The one that is taken by itself, then others whose pictures are not the same, the smoother ones first."""
    first, _ = taken(state, chain)
    whole = [one for label, said in labels_of(chain) for one in readings_of(chain, label, said)]
    found = sorted((_read(state, chain, one) for one in whole[: 4 * _MOST_OFFERED]), key=lambda one: one.roughness)
    kept = [first]
    for one in found:
        if len(kept) < _MOST_OFFERED and not any(_alike(one.pictures, other.pictures) for other in kept):
            kept.append(one)
    return kept


def _alike(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and float((a - b).abs().mean()) <= _ALIKE


def _usual(chain: Chain, label: Part | None, said: str) -> list[Reading]:
    return [one for one in readings_of(chain, label, said) if one.usual]


def _read(state: Mapping[str, Tensor], chain: Chain, reading: Reading) -> Read:
    net = _filled(state, chain, reading.parts).eval()
    pictures = _some(net)
    return Read(reading, net, pictures, _roughness(pictures))


@torch.no_grad()
def _some(net: Generator) -> Tensor:
    """Pictures of a few seeds, the classes in turn."""
    z = torch.randn(_SEEDS, net.z_dim, generator=torch.Generator().manual_seed(0))
    return net(z, net.some_labels(_SEEDS, z.device))


@torch.no_grad()
def _told_apart(net: Generator) -> float:
    """How much of what makes pictures differ is their class, 0..1."""
    count = min(_CLASSES, net.classes)
    z = torch.randn(_SEEDS, net.z_dim, generator=torch.Generator().manual_seed(0))
    labels = torch.eye(net.classes)[:count].repeat_interleave(_SEEDS, 0)
    pictures = net(z.repeat(count, 1), labels).reshape(count, _SEEDS, -1)
    return float(pictures.mean(dim=1).var(dim=0).mean() / pictures.flatten(0, 1).var(dim=0).mean().clamp(min=1e-12))


def _roughness(images: Tensor) -> float:
    """Total variation of a picture of side 1, by its contrast."""
    across, down = images.diff(dim=3).abs().mean(), images.diff(dim=2).abs().mean()
    return float((across + down) * images.shape[3] / images.std().clamp(min=1e-6))


def _filled(state: Mapping[str, Tensor], chain: Chain, parts: Sequence[Part]) -> Generator:
    net = made(parts)
    own = net.state_dict()
    links = iter(chain.links)
    norms = iter([one for one in chain.links if one.norm])
    for place, part in enumerate(parts):
        if part.kind in _LAYERS:
            link = next(links)
            for leaf in ("weight", "bias") if link.bias else ("weight",):
                own[f"layers.{place}.{leaf}"] = state[f"{link.name}.{leaf}"]
        elif part.kind == "norm":
            name = next(norms).norm
            for leaf in NORM:
                own[f"layers.{place}.{leaf}"] = state[f"{name}.{leaf}"]
        elif part.kind in ("embedding", "scaled"):
            own[f"layers.{place}.table"] = state[f"{chain.embedding}.weight"]
    net.load_state_dict(own)
    return net
