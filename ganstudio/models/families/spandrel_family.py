"""Everything spandrel recognises: ESRGAN, SwinIR, HAT, DAT, SPAN, RealCUGAN and some forty more architectures.

spandrel builds from the tensors we read; its own file loader is not used. Asked after our own families.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ganstudio.core.text import _
from ganstudio.models.families import Built, Refused, Shapes, reason

if TYPE_CHECKING:
    from spandrel import ArchSupport, ImageModelDescriptor
    from torch import Tensor, nn

FALLBACK = True

# Architectures whose published weights are mostly trained against a discriminator.
_GANS = {"ESRGAN", "Compact", "SwiftSRGAN", "MMRealSR", "RealCUGAN", "AuraSR"}
# What a hostile or damaged state dict makes the builders of many authors raise.
_BUILD_ERRORS = (
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RuntimeError,
    ZeroDivisionError,
)


@cache
def _architectures() -> list[ArchSupport]:
    """In the order spandrel asks them."""
    from ganstudio.models.torchvision_standin import torchvision_at_hand

    with torchvision_at_hand():
        from spandrel import MAIN_REGISTRY
    return MAIN_REGISTRY.architectures("detection")


def detect(shapes: Shapes) -> bool:
    # spandrel's conditions ask for names only, so shapes do in place of tensors.
    state: Any = shapes
    return any(support.detect(state) for support in _architectures())


def build(state: dict[str, Tensor]) -> Built:
    """The first architecture that recognises the names and takes the tensors.

    Raises Refused where it is of a kind that is not a picture in, a picture out; ValueError where none fits.
    """
    from spandrel import ImageModelDescriptor

    tried = []
    for support in _architectures():
        if not support.detect(state):
            continue
        name = support.architecture.name
        try:
            described = support.architecture.load(dict(state))
        except _BUILD_ERRORS as error:
            tried.append(f"{name}: {reason(error)}")
            continue
        if not isinstance(described, ImageModelDescriptor):
            raise Refused(_("an inpainting network ({name}): it needs a mask beside the picture").format(name=name))
        if described.purpose == "FaceSR":
            raise Refused(_("a restorer of cut-out, aligned faces ({name}), not of whole pictures").format(name=name))
        if described.input_channels != described.output_channels:
            raise Refused(
                _("a {name} network that takes {input_channels} channels and gives {output_channels}").format(
                    name=name, input_channels=described.input_channels, output_channels=described.output_channels
                )
            )
        return _built(described)
    raise ValueError("; ".join(tried))


def _built(described: ImageModelDescriptor[nn.Module]) -> Built:
    from spandrel import ModelTiling

    architecture, size = described.architecture, described.size_requirements
    return Built(
        _module(described),
        family=str(architecture.id).lower(),
        title=architecture.name,
        scale=described.scale,
        channels=described.input_channels,
        size_multiple=size.multiple_of,
        size_minimum=max(size.minimum, 1),
        square=size.square,
        tiles=described.tiling is ModelTiling.SUPPORTED,
        half=described.supports_half,
        bfloat16=described.supports_bfloat16,
        gan=architecture.id in _GANS,
        tags=tuple(described.tags),
    )


def _module(described: ImageModelDescriptor[nn.Module]) -> nn.Module:
    """The network itself, or with spandrel's way of calling it around it where that is not a plain call."""
    call = described._call_fn
    if call.__module__ == type(described).__module__:  # the descriptor's own default: model(image)
        return described.model
    from ganstudio.nets.called import Called

    return Called(described.model, call)
