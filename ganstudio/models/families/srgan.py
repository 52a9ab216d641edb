"""SRGAN with batch normalisation, in the layout `block1` … `block8` (leftthomas/SRGAN and its many copies)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, count, has_kernels, sequence

if TYPE_CHECKING:
    from torch import Tensor


def _residuals(shapes: Shapes) -> int:
    return count(shapes, "block{}.conv1.weight", 2)


def detect(shapes: Shapes) -> bool:
    if "block2.bn1.running_mean" not in shapes:
        return False
    trunk = _residuals(shapes) + 2
    return has_kernels(shapes, "block1.0.weight", f"block{trunk}.0.weight", f"block{trunk + 1}.0.conv.weight")


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.srgan import SRGAN

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    residuals = _residuals(shapes)
    features = shapes["block1.0.weight"][0]
    # The head is a list: the sub-pixel steps, then the last convolution.
    ups = sequence(shapes, f"block{residuals + 3}") - 1
    # One slope for all channels: the published files; running statistics: the code of today.
    trunk_prelu = f"block{residuals + 2}.1.running_mean" not in shapes
    net = SRGAN(features, residuals, ups, trunk_prelu)
    net.load_state_dict(state)
    return Built(net, "srgan", "SRGAN", 2**ups, gan=True, tags=(f"{features} features", f"{residuals} blocks"))
