"""The generator of a fully connected GAN as our training writes it: four linear layers in `main`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes

if TYPE_CHECKING:
    from torch import Tensor

_CLASSES = "known_classes"
_PLACES = (0, 2, 4, 6)


def _picture(size: int) -> tuple[int, int]:
    """(channels, side) of so many numbers; (0, 0) where they make no square picture."""
    for channels in (1, 3):
        side = math.isqrt(size // channels)
        if side**2 * channels == size:
            return channels, side
    return 0, 0


def detect(shapes: Shapes) -> bool:
    names = {f"main.{n}.{part}" for n in _PLACES for part in ("weight", "bias")}
    if set(shapes) - {_CLASSES} != names or any(len(shapes[f"main.{n}.weight"]) != 2 for n in _PLACES):
        return False
    outer = [shapes[f"main.{n}.weight"][0] for n in _PLACES]
    inner = [shapes[f"main.{n}.weight"][1] for n in _PLACES]
    width = inner[-1]
    return outer[:-1] == inner[1:] == [width // 4, width // 2, width] and _picture(outer[-1])[0] > 0


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.mlp_gan import Generator

    channels, side = _picture(state["main.6.weight"].shape[0])
    classes = len(state.get(_CLASSES, ()))
    net = Generator(side, state["main.6.weight"].shape[1], state["main.0.weight"].shape[1] - classes, classes, channels)
    net.load_state_dict(state)
    tags = (f"{side} px", *((f"{classes} classes",) if classes else ()))
    return Built(
        net, "mlp", "Fully connected GAN", 1, channels, ("-1..1",), gan=True, tags=tags, makes="generator", tiles=False
    )
