"""Inception v3 as features, from a file that the person brings: only with them is a Fréchet distance an FID."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from ganstudio.core.errors import BadModel
from ganstudio.measures.frozen import Features, frozen, version_of
from ganstudio.models import readers
from ganstudio.models.readers.state_dict import candidates, to_torch
from ganstudio.nets.inception import Inception

ABSENT = (
    "A true FID needs the weights of Inception v3, which do not come with the program; "
    "--inception takes the file pt_inception-2015-12-05-6726825d.pth of pytorch-fid."
)
_CLASSES_FID, _CLASSES_TORCHVISION = 1008, 1000
_FC = "fc.weight"
_FIRST = "Conv2d_1a_3x3.conv.weight"


def from_file(path: Path) -> Features:
    """Features named `inception-fid` (the graph of published FIDs, told by its 1008 classes) or
    `inception-torchvision` (1000 classes: its figures compare with no published FID). BadModel for any other file."""
    for state in candidates(readers.read(path)):
        if _FIRST in state and _FC in state:
            break
    else:
        raise BadModel(f"{path.name} holds no Inception v3.", ABSENT)
    classes = state[_FC].shape[0]
    if classes not in (_CLASSES_FID, _CLASSES_TORCHVISION):
        raise BadModel(f"{path.name} is an Inception v3 for {classes} classes, not for ImageNet's.", ABSENT)
    fid = classes == _CLASSES_FID
    net = Inception(fid)
    wanted = {name: value for name, value in state.items() if not name.startswith(("fc.", "AuxLogits."))}
    try:
        result = net.load_state_dict({name: value.float() for name, value in to_torch(wanted).items()}, strict=False)
    except RuntimeError as error:
        raise BadModel(f"{path.name} looks like Inception v3, but its tensors have other shapes.") from error
    lacking = [name for name in result.missing_keys if not name.endswith("num_batches_tracked")]
    if lacking or result.unexpected_keys:
        strange = (lacking or result.unexpected_keys)[0]
        raise BadModel(f"{path.name} looks like Inception v3, but {strange} does not fit.")
    return Features(
        name="inception-fid" if fid else "inception-torchvision",
        version=version_of(path),
        side=299,
        dimension=net.channels,
        compared=1,
        smallest=75,
        net=frozen(net),
        scale=_scaled,
        mode="bilinear",
    )


def _scaled(images: Tensor) -> Tensor:
    return images * 2.0 - 1.0
