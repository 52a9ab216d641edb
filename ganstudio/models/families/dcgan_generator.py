"""DCGAN's generator as our training writes it, in the plan of PyTorch's example: transposed convolutions in `main`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ganstudio.models.chains.links import takes_classes
from ganstudio.models.families import Built, Shapes

if TYPE_CHECKING:
    from torch import Tensor

_CLASSES = "known_classes"
_NORM = ("weight", "bias", "running_mean", "running_var")


def _places(shapes: Shapes) -> range:
    """The numbers of the convolutions: 0, 3, 6 …"""
    last = 0
    while f"main.{last + 3}.weight" in shapes:
        last += 3
    return range(0, last + 1, 3)


def detect(shapes: Shapes) -> bool:
    places = _places(shapes)
    if len(places) < 2:
        return False
    names = {f"main.{n}.weight" for n in places} | {f"main.{n + 1}.{part}" for n in places[:-1] for part in _NORM}
    if set(shapes) - {_CLASSES} != names:
        return False
    kernels = [shapes[f"main.{n}.weight"] for n in places]
    chained = all(a[1:2] == b[:1] for a, b in pairwise(kernels))
    if not chained or (_CLASSES not in shapes and takes_classes(kernels[0][0])):
        return False  # or another's, by class: how is to be found out
    first = kernels[0][2:]
    return first in ((4, 4), (5, 5), (6, 6), (7, 7)) and all(one[2:] == (4, 4) for one in kernels[1:])


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.dcgan import Generator

    kernels = [tuple(state[f"main.{n}.weight"].shape) for n in _places({k: tuple(v.shape) for k, v in state.items()})]
    classes = len(state.get(_CLASSES, ()))
    channels = kernels[-1][1]
    net = Generator(tuple(k[0] for k in kernels[1:]), kernels[0][2], kernels[0][0] - classes, classes, channels)
    net.load_state_dict(state, strict=False)  # BatchNorm's counters are not kept
    tags = (f"{net.resolution} px", *((f"{classes} classes",) if classes else ()))
    return Built(net, "dcgan", "DCGAN", 1, channels, ("-1..1",), gan=True, tags=tags, makes="generator", tiles=False)
