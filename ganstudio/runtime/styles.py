"""Styles: what a style network paints with, by name or read from a picture, and a photograph's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import xxhash

from ganstudio.core.errors import EngineError, UsageError
from ganstudio.core.names import shown
from ganstudio.core.resample import resized
from ganstudio.core.styles import SHORT_SIDE, is_picture, picture_of
from ganstudio.models.styles import styles_of
from ganstudio.nets.bound import Painting
from ganstudio.nets.microast import MicroAST
from ganstudio.runtime.binding import Bound
from ganstudio.runtime.channels import for_network

if TYPE_CHECKING:
    from torch import Tensor, nn

    from ganstudio.core.raster import Raster
    from ganstudio.models.library import Entry
    from ganstudio.runtime.door import Runtime


def painting(runtime: Runtime, entry: Entry, style: str, photo: Raster, strength: float, keep_colours: bool) -> Bound:
    """The style network bound to a style, as strong as wanted for this photograph.

    Raises UsageError for a style the model does not have, EngineError when the model is no style network.
    """
    net = runtime.open(entry).module
    if not isinstance(net, MicroAST):
        raise EngineError(f"{entry.card.title} is not a network that paints in styles.", "Choose another model.")
    code = _code(runtime, entry, net, style)
    own = code if strength >= 1.0 else _read(runtime, net, _reduced(photo))

    def bind(module: nn.Module) -> nn.Module:
        assert isinstance(module, MicroAST)
        return Painting(module, code, own, strength, keep_colours)

    digest = xxhash.xxh3_128_hexdigest(torch.cat([code, own]).numpy().tobytes())
    return Bound(f"{digest} {strength} {keep_colours}", bind)


def _code(runtime: Runtime, entry: Entry, net: MicroAST, style: str) -> Tensor:
    if is_picture(style):
        return _read(runtime, net, picture_of(style))
    known = [one.id for one in styles_of(entry.card)]
    if style not in known or len(known) != len(net.styles):
        raise UsageError(
            f"{entry.card.title} has no style “{shown(style)}”.",
            f"Name a picture to paint like, or one of: {', '.join(known)}." if known else "Name a picture.",
        )
    return net.styles[known.index(style)]


def _reduced(photo: Raster) -> np.ndarray:
    """The photograph small, as three 8-bit channels: its own style is read from it."""
    header = photo.header
    factor = min(1.0, 2 * SHORT_SIDE / min(header.width, header.height))
    width, height = (max(8, round(n * factor)) for n in (header.width, header.height))
    rows: Any = resized(_lent(photo), width, height).rows(0, height)
    seen = for_network(rows, 3, "colour")
    return (seen >> 8).astype(np.uint8) if seen.dtype == np.uint16 else seen


def _lent(photo: Raster) -> Raster:
    """The same picture; closing it leaves the photograph open."""
    from ganstudio.core.raster import ComputedRaster

    return ComputedRaster(photo.header, photo.meta, photo.rows, lambda: None)


def _read(runtime: Runtime, net: MicroAST, picture: np.ndarray) -> Tensor:
    """The code (512) of a picture H×W×3 uint8."""

    def work() -> Tensor:
        with torch.inference_mode():
            code = net.code(torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255.0)
        return code[0].clone()

    return runtime.lane.submit(work, 0).result()
