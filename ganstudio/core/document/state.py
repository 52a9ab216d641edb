"""State: all that a document shows at one moment, a value. Layer: one picture in it. Edit: what an operation gives."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ganstudio.core.document.blending import NORMAL
from ganstudio.core.document.pool import Pool
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.tiles import Tiles, check_size
from ganstudio.core.errors import UserError
from ganstudio.core.raster import Metadata


class EditRefused(UserError):
    """What was asked for cannot be done to this document: the layer is locked, or is gone."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One picture of a document. A value; layers with the same `id` are the same layer at different moments.

    `pixels` are in the document's colour profile, alpha straight; `mask` (one channel, 8 bits, as large as `pixels`)
    says how much of them shows, None: all. (x, y) is where their upper left corner lies on the canvas. `made_by` is
    what made it, as JSON (a recipe, a Latent), never changed; `source_type` the IPTC DigitalSourceType that goes with
    it; `link` the original file's path (absolute), for information only. `blend` is how its colours meet those under
    it, one of `blending.MODES`.
    """

    id: str
    name: str
    pixels: Tiles
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    visible: bool = True
    locked: bool = False
    mask: Tiles | None = None
    made_by: Mapping[str, Any] | None = None
    source_type: str = ""
    link: str = ""
    blend: str = NORMAL

    @property
    def rect(self) -> Rect:
        """Where it lies on the canvas."""
        return self.pixels.rect.moved(self.x, self.y)

    @property
    def shows(self) -> bool:
        return self.visible and self.opacity > 0

    @property
    def opaque(self) -> bool:
        """Whether nothing under it can be seen; known from its kind, not from its samples."""
        return self.blend == NORMAL and self.covers

    @property
    def covers(self) -> bool:
        """Whether nothing is clear where it lies: what is under it may still be seen through its blend mode."""
        clear = self.mask is not None and self.mask.solid_value != (255,)
        return self.shows and self.opacity == 1 and not clear and self.pixels.channels in (1, 3)

    @property
    def planes(self) -> tuple[Tiles, ...]:
        return (self.pixels,) if self.mask is None else (self.pixels, self.mask)


@dataclass(frozen=True, eq=False)
class State:
    """A canvas of width×height with `layers`, the lowest first. `meta` is what an exported picture carries: profile
    (of all layers), EXIF, XMP, dpi."""

    width: int
    height: int
    pool: Pool
    layers: tuple[Layer, ...] = ()
    meta: Metadata = field(default_factory=Metadata)

    def __post_init__(self) -> None:
        check_size(self.width, self.height)

    @property
    def rect(self) -> Rect:
        return Rect(0, 0, self.width, self.height)

    @property
    def depth(self) -> int:
        """16 when any layer has 16 bits a sample, else 8."""
        return max((layer.pixels.depth for layer in self.layers), default=8)

    def index(self, layer_id: str) -> int:
        """The place of a layer, 0 the lowest. EditRefused when there is none of that id any more."""
        for index, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return index
        raise EditRefused("The layer is not there any more.")

    def layer(self, layer_id: str) -> Layer:
        return self.layers[self.index(layer_id)]

    def unlocked(self, layer_id: str) -> Layer:
        """The layer, EditRefused when it is locked."""
        layer = self.layer(layer_id)
        if layer.locked:
            raise EditRefused(f"The layer “{layer.name}” is locked.", "Unlock it first.")
        return layer

    def with_layer(self, layer: Layer) -> State:
        """The layer in place of the one with its id."""
        index = self.index(layer.id)
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))


@dataclass(frozen=True)
class Change:
    """What to draw again: `rect` of the (new) canvas; `canvas`: its size changed; `layers`: the list of layers or
    what it says of them did."""

    rect: Rect
    canvas: bool = False
    layers: bool = False

    def joined(self, other: Change) -> Change:
        return Change(self.rect.joined(other.rect), self.canvas or other.canvas, self.layers or other.layers)


@dataclass(frozen=True, eq=False)
class Edit:
    """The state after an operation, what changed, and the operation's name for the history."""

    state: State
    change: Change
    label: str


NOTHING = Rect(0, 0, 0, 0)


def edited(old: State, layer: Layer, label: str, rect: Rect | None = None) -> Edit:
    """`layer` in place of the one with its id; `rect` (of the canvas) has changed, None: all that it covers now or
    did before."""
    before = old.layer(layer.id)
    seen = before.shows or layer.shows
    rect = (before.rect.joined(layer.rect) if rect is None else rect).clipped(old.rect) if seen else NOTHING
    return Edit(old.with_layer(layer), Change(rect, layers=True), label)


def new_id() -> str:
    """An id that no layer has, nor had: a job may still hold on to one that was removed."""
    return secrets.token_hex(6)
