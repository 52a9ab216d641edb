"""What can be done with layers as wholes. Pure: State → Edit. An unknown or locked layer raises EditRefused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ganstudio.core.document.blending import MODES
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import NOTHING, Change, Edit, Layer, State, edited, new_id
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.text import N_


def add(
    state: State,
    pixels: Tiles,
    name: str,
    *,
    above: str | None = None,
    x: int = 0,
    y: int = 0,
    made_by: Mapping[str, Any] | None = None,
    source_type: str = "",
    link: str = "",
    layer_id: str = "",
) -> Edit:
    """A new layer above the one named, or on top; `layer_id` for tests and for what must be known beforehand."""
    layer = Layer(layer_id or new_id(), name, pixels, x, y, made_by=made_by, source_type=source_type, link=link)
    return _inserted(state, layer, above, N_("New layer"))


def duplicate(state: State, layer_id: str, name: str, *, new: str = "") -> Edit:
    """The layer once more, right above itself, not locked; shares all tiles."""
    layer = replace(state.layer(layer_id), id=new or new_id(), name=name, locked=False)
    return _inserted(state, layer, layer_id, N_("Duplicate layer"))


def _inserted(state: State, layer: Layer, above: str | None, label: str) -> Edit:
    if any(other.id == layer.id for other in state.layers):
        raise ValueError(f"there is a layer {layer.id} already")
    place = len(state.layers) if above is None else state.index(above) + 1
    layers = (*state.layers[:place], layer, *state.layers[place:])
    rect = layer.rect.clipped(state.rect) if layer.shows else NOTHING
    return Edit(replace(state, layers=layers), Change(rect, layers=True), label)


def remove(state: State, layer_id: str) -> Edit:
    layer = state.unlocked(layer_id)
    rect = layer.rect.clipped(state.rect) if layer.shows else NOTHING
    rest = tuple(other for other in state.layers if other is not layer)
    return Edit(replace(state, layers=rest), Change(rect, layers=True), N_("Delete layer"))


def rename(state: State, layer_id: str, name: str) -> Edit:
    return edited(state, replace(state.layer(layer_id), name=name), N_("Rename layer"), NOTHING)


def set_opacity(state: State, layer_id: str, opacity: float) -> Edit:
    """ValueError outside 0 … 1."""
    if not (math.isfinite(opacity) and 0 <= opacity <= 1):
        raise ValueError(f"an opacity of {opacity}")
    return edited(state, replace(state.layer(layer_id), opacity=float(opacity)), N_("Opacity"))


def set_blend(state: State, layer_id: str, mode: str) -> Edit:
    """How the layer's colours meet those under it; ValueError for what is none of `blending.MODES`."""
    if mode not in MODES:
        raise ValueError(f"no blend mode is called {mode}")
    return edited(state, replace(state.layer(layer_id), blend=mode), N_("Blend mode"))


def set_visible(state: State, layer_id: str, visible: bool) -> Edit:
    return edited(
        state, replace(state.layer(layer_id), visible=visible), N_("Show layer") if visible else N_("Hide layer")
    )


def set_locked(state: State, layer_id: str, locked: bool) -> Edit:
    layer = replace(state.layer(layer_id), locked=locked)
    return edited(state, layer, N_("Lock layer") if locked else N_("Unlock layer"), NOTHING)


def reorder(state: State, layer_id: str, place: int) -> Edit:
    """The layer to a place counted from below; beyond the ends means the end."""
    index = state.index(layer_id)
    place = min(max(place, 0), len(state.layers) - 1)
    rest = [*state.layers[:index], *state.layers[index + 1 :]]
    layer = state.layers[index]
    passed = rest[min(index, place) : max(index, place)]
    rect = NOTHING
    for other in passed:
        if other.shows and layer.shows:
            rect = rect.joined(other.rect.clipped(layer.rect))
    rest.insert(place, layer)
    return Edit(replace(state, layers=tuple(rest)), Change(rect.clipped(state.rect), layers=True), N_("Reorder layers"))


def move(state: State, layer_id: str, x: int, y: int) -> Edit:
    """The layer's upper left corner to (x, y) of the canvas."""
    return edited(state, replace(state.unlocked(layer_id), x=x, y=y), N_("Move layer"))


def replace_pixels(
    state: State, layer_id: str, pixels: Tiles, *, made_by: Mapping[str, Any] | None = None, source_type: str = ""
) -> Edit:
    """The whole picture of a layer, with what made it; a mask stays where the size does, else it goes."""
    layer = state.unlocked(layer_id)
    same = (pixels.width, pixels.height) == (layer.pixels.width, layer.pixels.height)
    mask = layer.mask if same else None
    new = replace(layer, pixels=pixels, mask=mask, made_by=made_by, source_type=source_type)
    return edited(state, new, N_("Replace picture"))


def paste_region(state: State, layer_id: str, x: int, y: int, pixels: np.ndarray) -> Edit:
    """A rectangle of a layer, at (x, y) of its own pixels: what a Tool sends tile by tile.

    `pixels` (h, w, channels) in the layer's channels and depth; ValueError otherwise.
    """
    layer = state.unlocked(layer_id)
    if pixels.ndim != 3 or pixels.shape[2] != layer.pixels.channels or pixels.dtype != layer.pixels.dtype:
        raise ValueError(f"samples {pixels.shape} {pixels.dtype} do not fit the layer")
    rect = Rect(x, y, x + pixels.shape[1], y + pixels.shape[0]).moved(layer.x, layer.y)
    return edited(state, replace(layer, pixels=layer.pixels.written(x, y, pixels)), N_("Change picture"), rect)
