"""Fast-SRGAN: `neck`, `stem`, `bottleneck`, `upsampling`, `head` (HasnainRaz/Fast-SRGAN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, has_kernels, sequence

if TYPE_CHECKING:
    from torch import Tensor

_KEYS = ("neck.0.weight", "stem.0.conv1.weight", "bottleneck.0.weight", "upsampling.0.conv.weight", "head.0.weight")


def detect(shapes: Shapes) -> bool:
    return has_kernels(shapes, *_KEYS)


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.fast_srgan import FastSRGAN

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    features = shapes["neck.0.weight"][0]
    blocks, ups = sequence(shapes, "stem"), sequence(shapes, "upsampling")
    # Instance normalisation without parameters leaves no key; batch normalisation does.
    norm = "batch" if "stem.0.bn1.running_mean" in shapes else "instance"
    depthwise = shapes["stem.0.conv1.weight"][1] == 1 and features > 1
    net = FastSRGAN(features, blocks, ups, norm, depthwise)
    net.load_state_dict(state)
    return Built(
        net,
        "fast_srgan",
        "Fast-SRGAN",
        2**ups,
        ranges=("-1..1",),
        tiles=norm == "batch",
        gan=True,
        tags=(f"{features} features", f"{blocks} blocks"),
    )
