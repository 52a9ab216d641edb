"""SqueezeNet 1.1 as its authors trained it on ImageNet; the weights ship (resources/features, licence beside them)."""

from __future__ import annotations

import torch
from safetensors.torch import load_file
from torch import Tensor

from ganstudio.core.paths import resource
from ganstudio.measures.frozen import Features, frozen, version_of
from ganstudio.nets.squeezenet import SqueezeNet11

TITLE = "SqueezeNet 1.1 (ships with the program)"
_MEAN = (104.0, 117.0, 123.0)  # of blue, green, red: the network is of Caffe's time


def missing() -> str:
    return ""


def load() -> Features:
    path = resource("features", "squeezenet11.safetensors")
    net = SqueezeNet11()
    net.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    return Features(
        name="squeezenet11",
        version=version_of(path),
        side=224,
        dimension=net.channels[-1],
        compared=len(net.channels),
        smallest=17,
        net=frozen(net),
        scale=_scaled,
    )


def _scaled(images: Tensor) -> Tensor:
    """RGB 0..1 → BGR 0..255 less the mean of ImageNet."""
    mean = torch.tensor(_MEAN, dtype=images.dtype, device=images.device)
    return images.flip(1) * 255.0 - mean[:, None, None]
