"""SRResNet without normalisation, in BasicSR's layout (MSRResNet)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, has_kernels, sequence

if TYPE_CHECKING:
    from torch import Tensor

_KEYS = (
    "conv_first.weight",
    "body.0.conv1.weight",
    "body.0.conv2.weight",
    "upconv1.weight",
    "conv_hr.weight",
    "conv_last.weight",
)


def detect(shapes: Shapes) -> bool:
    if not has_kernels(shapes, *_KEYS):
        return False
    features = shapes["conv_first.weight"][0]
    return shapes["body.0.conv1.weight"] == (features, features, 3, 3)


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.srresnet import SRResNet

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    features, channels = shapes["conv_first.weight"][:2]
    blocks = sequence(shapes, "body")
    thrice = shapes["upconv1.weight"][0] == features * 9
    scale = 4 if "upconv2.weight" in shapes else 3 if thrice else 2
    net = SRResNet(channels, features, blocks, scale)
    net.load_state_dict(state)
    return Built(net, "srresnet", "SRResNet", scale, channels, tags=(f"{features} features", f"{blocks} blocks"))
