"""R3GAN's generator in the official names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, count, has_kernels

if TYPE_CHECKING:
    from torch import Tensor

_STAGE = "Model.MainLayers.{}.Layers."
_EMBEDDING = "Model.EmbeddingLayer.weight"
_MOST_STAGES = 9


def _blocks(shapes: Shapes, stage: int) -> int:
    return count(shapes, _STAGE.format(stage) + "{}.LinearLayer2.Layer.weight")


def detect(shapes: Shapes) -> bool:
    stages = next((n for n in range(_MOST_STAGES + 2) if not _blocks(shapes, n)), 0)
    seconds = [_STAGE.format(n) + f"1.LinearLayer{at}.Layer.weight" for n in range(stages) for at in (1, 2)]
    return (
        0 < stages <= _MOST_STAGES
        and has_kernels(shapes, "Model.AggregationLayer.Layer.weight", *seconds)
        and len(shapes.get("Model.MainLayers.0.Layers.0.Basis", ())) == 3
        and len(shapes.get("Model.MainLayers.0.Layers.0.LinearLayer.weight", ())) == 2
        and len(shapes.get(_EMBEDDING, (0, 0))) == 2
    )


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.r3gan import Generator, Stage

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    stages: list[Stage] = []
    embedded, classes = shapes.get(_EMBEDDING, (0, 0))
    z_dim = shapes["Model.MainLayers.0.Layers.0.LinearLayer.weight"][1] - embedded
    inner = z_dim + embedded
    while blocks := _blocks(shapes, len(stages)):
        prefix = _STAGE.format(len(stages))
        wide, width = shapes[f"{prefix}1.LinearLayer1.Layer.weight"][:2]
        stages.append(Stage(inner, width, blocks, wide, wide // shapes[f"{prefix}1.LinearLayer2.Layer.weight"][1]))
        inner = width
    channels = shapes["Model.AggregationLayer.Layer.weight"][0]
    net = Generator(stages, z_dim, classes, embedded, channels)
    net.load_state_dict(state)
    tags = (f"{net.resolution} px", *((f"{classes} classes",) if classes else ()))
    return Built(
        net, "r3gan", "R3GAN", 1, channels, ("-1..1",), gan=True, tags=tags, makes="generator", tiles=False
    )  # fmt: skip
