"""Lightweight GAN's generator as lucidrains' lightweight_gan writes it: the average (`GE`) in its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.core.text import _
from ganstudio.models.families import Built, Refused, Shapes, count, has_kernels

if TYPE_CHECKING:
    from torch import Tensor

_LAYER = "GE.layers.{}."
_MOST_LAYERS = 9


def _layers(shapes: Shapes) -> int:
    return count(shapes, _LAYER + "0.2.1.weight", 0)


def detect(shapes: Shapes) -> bool:
    layers = _layers(shapes)
    kernels = [_LAYER.format(n) + part for n in range(layers) for part in ("0.0.net.0.weight", "0.2.1.weight")]
    return 0 < layers <= _MOST_LAYERS and has_kernels(
        shapes, "GE.initial_conv.0.weight", "GE.out_conv.weight", *kernels
    )


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.lightweight_gan import Generator, Layer

    ours = {name: one for name, one in state.items() if name.startswith("GE.")}
    shapes = {key: tuple(value.shape) for key, value in ours.items()}
    layers = []
    for number in range(_layers(shapes)):
        prefix = _LAYER.format(number)
        outer, inner = shapes[f"{prefix}0.2.1.weight"][:2]
        gate = (shapes.get(f"{prefix}1.net.0.weight", (0,))[0], shapes.get(f"{prefix}1.net.2.weight", (0,))[0])
        if f"{prefix}1.to_k.weight" not in shapes and any(name.startswith(f"{prefix}1.") for name in shapes):
            raise Refused(_("a Lightweight GAN generator with another gate than is known here"))
        layers.append(Layer(inner, outer // 2, gate, shapes.get(f"{prefix}2.fn.to_q.weight", (0,))[0]))
    channels, _inner, end = shapes["GE.out_conv.weight"][:3]
    net = Generator(shapes["GE.initial_conv.0.weight"][0], layers, channels, end)
    counters = {name: one for name, one in net.state_dict().items() if name.endswith("num_batches_tracked")}
    net.load_state_dict(counters | ours)
    return Built(
        net, "lightweight-gan", "Lightweight GAN", 1, channels, ("-1..1",), gan=True, tags=(f"{net.resolution} px",),
        makes="generator", tiles=False,
    )  # fmt: skip
