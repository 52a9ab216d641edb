"""What spandrel needs of torchvision, for machines where torchvision is absent or cannot be imported.

spandrel imports three names from `torchvision.transforms.functional` (for LaMa and RestoreFormer). PyPI's torchvision
does not import beside a CPU build of torch, so a small stand-in takes its place while spandrel is imported, and only
then: afterwards nothing in the process believes that torchvision is there.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from importlib.machinery import ModuleSpec
from types import ModuleType

import torch
from torch import Tensor
from torch.nn import functional as F

_NAMES = ("torchvision", "torchvision.transforms", "torchvision.transforms.functional")


class InterpolationMode(Enum):
    """The values of torchvision's enumeration of the same name."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


def normalize(tensor: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> Tensor:
    """(…, C, H, W) minus the mean, over the standard deviation, channel by channel."""
    if not tensor.is_floating_point():
        raise TypeError(f"normalize needs a float tensor, not {tensor.dtype}")
    means = torch.as_tensor(mean, dtype=tensor.dtype, device=tensor.device).view(-1, 1, 1)
    deviations = torch.as_tensor(std, dtype=tensor.dtype, device=tensor.device).view(-1, 1, 1)
    if (deviations == 0).any():
        raise ValueError("normalize was given a standard deviation of zero")
    result = tensor if inplace else tensor.clone()
    return result.sub_(means).div_(deviations)


def rotate(
    img: Tensor,
    angle: float | Tensor,
    interpolation: InterpolationMode = InterpolationMode.NEAREST,
    fill: float | None = None,
) -> Tensor:
    """(N, C, H, W) turned counter-clockwise by `angle` degrees about its middle, size kept.

    Samples nearest or bilinear; what comes from outside is 0, or blends into `fill` by the sample's share of inside.
    """
    if interpolation not in (InterpolationMode.NEAREST, InterpolationMode.BILINEAR):
        raise ValueError(f"rotate samples nearest or bilinear, not {interpolation.value}")
    height, width = img.shape[-2:]
    turn = math.radians(float(angle))
    # Sampling positions in pixels about the middle, then in grid_sample's -1..1 (edges of the outer pixels).
    ys = torch.arange(height, dtype=img.dtype, device=img.device) - (height - 1) / 2
    xs = torch.arange(width, dtype=img.dtype, device=img.device) - (width - 1) / 2
    y, x = torch.meshgrid(ys, xs, indexing="ij")
    source_x = (math.cos(turn) * x - math.sin(turn) * y) * (2 / width)
    source_y = (math.sin(turn) * x + math.cos(turn) * y) * (2 / height)
    grid = torch.stack((source_x, source_y), -1).expand(img.shape[0], height, width, 2)
    turned = F.grid_sample(img, grid, interpolation.value, "zeros", align_corners=False)
    if fill is None:
        return turned
    inside = F.grid_sample(torch.ones_like(img[:, :1]), grid, interpolation.value, "zeros", align_corners=False)
    return turned * inside + fill * (1 - inside)


def _works() -> bool:
    """Whether the real torchvision can be imported; leaves no half-imported modules behind."""
    before = set(sys.modules)
    try:
        import torchvision.transforms.functional  # pyright: ignore[reportMissingImports] # noqa: F401
    except (ImportError, RuntimeError, OSError):  # absent; "operator torchvision::nms does not exist"; libcudart
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "torchvision":
                del sys.modules[name]
        return False
    return True


@contextmanager
def torchvision_at_hand() -> Iterator[bool]:
    """Within, `torchvision.transforms.functional` can be imported; yields whether it is the real one."""
    if _works():
        yield True
        return
    made = []
    for name in _NAMES:
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None, is_package=name != _NAMES[-1])
        made.append(module)
    top, transforms, functional = made
    functional.__dict__.update(InterpolationMode=InterpolationMode, normalize=normalize, rotate=rotate)
    transforms.__dict__.update(functional=functional, InterpolationMode=InterpolationMode, __path__=[])
    top.__dict__.update(transforms=transforms, __path__=[])
    sys.modules.update(zip(_NAMES, made, strict=True))
    try:
        yield False
    finally:
        for name in _NAMES:
            del sys.modules[name]
