"""Layers made one: merged into each other, or flattened into the picture that is exported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ganstudio.core import colour, xmp
from ganstudio.core.document.composite import blended, composite
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Change, Edit, EditRefused, Layer, State, new_id
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.progress import Progress
from ganstudio.core.raster import ComputedRaster, Header, Raster
from ganstudio.core.text import N_


def flattened(state: State) -> Raster:
    """The canvas as a Raster, rows computed when asked for, in the document's depth and profile.

    Gray when all that shows is gray; with alpha unless a layer covers the canvas. A single whole layer comes with its
    very samples, also those under a clear alpha.
    """
    alone = _single(state)
    if alone is not None:
        return alone.pixels.raster(state.meta)
    shown = [layer for layer in state.layers if layer.shows]
    gray = bool(shown) and all(layer.pixels.channels <= 2 for layer in shown)
    covered = any(layer.covers and layer.rect.clipped(state.rect) == state.rect for layer in shown)
    header = Header(state.width, state.height, (1 if gray else 3) + (not covered), state.depth)

    def rows(y0: int, y1: int) -> np.ndarray:
        return _picked(composite(state, Rect(0, y0, state.width, y1)), header.channels)

    icc = state.meta.icc
    if icc is not None and not gray and colour.space_of(icc) == "GRAY":
        icc = colour.rgb_of_gray(icc)
    return ComputedRaster(header, replace(state.meta, icc=icc), rows)


def _single(state: State) -> Layer | None:
    """The one layer that shows, if it is the picture as it is."""
    shown = [layer for layer in state.layers if layer.shows]
    if len(shown) != 1 or shown[0].opacity != 1 or shown[0].rect != state.rect:
        return None
    plain = shown[0].mask is None and shown[0].pixels.depth == state.depth
    return shown[0] if plain else None


def _picked(rgba: np.ndarray, channels: int) -> np.ndarray:
    if channels == 4:
        return rgba
    return rgba[..., {1: slice(0, 1), 2: slice(0, 4, 3), 3: slice(0, 3)}[channels]]


def source_type(state: State) -> str:
    """The strongest DigitalSourceType of what shows; "" when all is as it was taken."""
    return xmp.stronger(*(layer.source_type for layer in state.layers if layer.shows))


def merge_down(state: State, layer_id: str, progress: Progress | None = None) -> Edit:
    """A layer and the one under it as one, as large as both, with the lower one's id and name.

    EditRefused for the lowest layer and for locked or hidden ones.
    """
    index = state.index(layer_id)
    upper = state.unlocked(layer_id)
    if index == 0:
        raise EditRefused("There is no layer under the lowest one.")
    lower = state.unlocked(state.layers[index - 1].id)
    if not (upper.visible and lower.visible):
        raise EditRefused("Hidden layers are not merged.", "Show both first.")
    merged = _merged((lower, upper), lower.rect.joined(upper.rect), lower, progress)
    merged = replace(merged, blend=lower.blend)  # towards what is under both it stays as it was
    layers = (*state.layers[: index - 1], merged, *state.layers[index + 1 :])
    change = Change(merged.rect.clipped(state.rect), layers=True)
    return Edit(replace(state, layers=layers), change, N_("Merge down"))


def flatten(state: State, name: str, progress: Progress | None = None, *, layer_id: str = "") -> Edit:
    """All that shows as one layer of the canvas' size; hidden layers go. EditRefused when a layer is locked or none
    shows."""
    for layer in state.layers:
        state.unlocked(layer.id)
    if not any(layer.shows for layer in state.layers):
        raise EditRefused("No layer shows: there is nothing to flatten.")
    base = Layer(layer_id or new_id(), name, state.layers[0].pixels)
    merged = _merged(state.layers, state.rect, base, progress)
    return Edit(replace(state, layers=(merged,)), Change(state.rect, layers=True), N_("Flatten"))


def _merged(layers: tuple[Layer, ...], rect: Rect, base: Layer, progress: Progress | None) -> Layer:
    """Layers blended over `rect` of the canvas, with the id and name of `base`."""
    shown = [layer for layer in layers if layer.shows]
    gray = all(layer.pixels.channels <= 2 for layer in shown)
    opaque = any(layer.covers and layer.rect.clipped(rect) == rect for layer in shown)
    depth = max((layer.pixels.depth for layer in layers), default=8)
    header = Header(rect.width, rect.height, (1 if gray else 3) + (not opaque), depth)

    def piece(place: Rect) -> np.ndarray:
        here = place.moved(rect.x0, rect.y0)
        return _picked(blended(shown, here, here, 0, depth), header.channels)

    pixels = Tiles.made(base.pixels.pool, header, piece, progress)
    kind = xmp.stronger(*(layer.source_type for layer in shown))
    return Layer(base.id, base.name, pixels, rect.x0, rect.y0, source_type=kind)
