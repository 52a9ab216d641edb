"""The whole canvas cropped, turned, flipped, resized. Pure: State → Edit; layers keep what lies outside the canvas."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from ganstudio.core.document.late import enlarged
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Change, Edit, State
from ganstudio.core.document.tiles import Tiles, check_size
from ganstudio.core.errors import UserError
from ganstudio.core.orientation import INVERSE, upright_array
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header
from ganstudio.core.resample import resized
from ganstudio.core.text import N_

_TURNS = {90: 6, 180: 3, 270: 8}  # degrees clockwise → EXIF orientation
_TURNED = {90: N_("Rotate 90°"), 180: N_("Rotate 180°"), 270: N_("Rotate 270°")}


def crop(state: State, rect: Rect) -> Edit:
    """The canvas becomes `rect`, which may also reach beyond it. ValueError when it is empty."""
    if rect.empty:
        raise ValueError("an empty crop")
    layers = tuple(replace(layer, x=layer.x - rect.x0, y=layer.y - rect.y0) for layer in state.layers)
    return _whole(replace(state, width=rect.width, height=rect.height, layers=layers), N_("Crop"))


def rotate(state: State, degrees: int, progress: Progress | None = None) -> Edit:
    """Clockwise by 90, 180 or 270 degrees; ValueError for others. Advances `progress` by rows made."""
    if degrees not in _TURNS:
        raise ValueError(f"a turn by {degrees} degrees")
    return _whole(_turned(state, _TURNS[degrees], progress), _TURNED[degrees])


def flip(state: State, horizontally: bool, progress: Progress | None = None) -> Edit:
    """Left and right exchanged, or top and bottom. Advances `progress` by rows made."""
    label = N_("Flip horizontally") if horizontally else N_("Flip vertically")
    return _whole(_turned(state, 2 if horizontally else 4, progress), label)


def resize(state: State, width: int, height: int, progress: Progress | None = None) -> Edit:
    """Canvas and layers at another size (Lanczos); masks too. Advances `progress` by rows made; what becomes larger is
    made when it is looked at (see `late`)."""
    check_size(width, height)
    across, down = width / state.width, height / state.height
    sized = cache(lambda plane: _resized_tiles(plane, across, down, progress))
    layers = tuple(
        replace(
            layer, x=round(layer.x * across), y=round(layer.y * down), pixels=sized(layer.pixels),
            mask=None if layer.mask is None else sized(layer.mask),
        )
        for layer in state.layers
    )  # fmt: skip
    return _whole(replace(state, width=width, height=height, layers=layers), N_("Resize"))


def _whole(state: State, label: str) -> Edit:
    return Edit(state, Change(state.rect, canvas=True, layers=True), label)


def _turned(state: State, orientation: int, progress: Progress | None) -> State:
    swap = orientation >= 5
    width, height = (state.height, state.width) if swap else (state.width, state.height)
    turned = cache(lambda plane: _turned_tiles(plane, orientation, progress))  # layers go on sharing what they share
    layers = []
    for layer in state.layers:
        at = _turned_rect(layer.rect, state.width, state.height, orientation)
        mask = None if layer.mask is None else turned(layer.mask)
        layers.append(replace(layer, x=at.x0, y=at.y0, pixels=turned(layer.pixels), mask=mask))
    dpi = state.meta.dpi
    meta = replace(state.meta, dpi=(dpi[1], dpi[0])) if swap and dpi is not None else state.meta
    return replace(state, width=width, height=height, layers=tuple(layers), meta=meta)


def _turned_rect(rect: Rect, width: int, height: int, orientation: int) -> Rect:
    """Where a rectangle of a width×height canvas lies when the canvas is turned upright."""
    x0, y0, x1, y1 = rect
    match orientation:
        case 2:
            return Rect(width - x1, y0, width - x0, y1)
        case 3:
            return Rect(width - x1, height - y1, width - x0, height - y0)
        case 4:
            return Rect(x0, height - y1, x1, height - y0)
        case 6:
            return Rect(height - y1, x0, height - y0, x1)
        case 8:
            return Rect(y0, width - x1, y1, width - x0)
    raise ValueError(f"orientation {orientation}")


def _turned_tiles(tiles: Tiles, orientation: int, progress: Progress | None) -> Tiles:
    swap = orientation >= 5
    width, height = (tiles.height, tiles.width) if swap else (tiles.width, tiles.height)
    if tiles.solid_value is not None:
        return Tiles.solid(tiles.pool, width, height, tiles.solid_value, tiles.depth)

    def piece(rect: Rect) -> np.ndarray:
        return upright_array(tiles.read(_turned_rect(rect, width, height, INVERSE[orientation])), orientation)

    return Tiles.made(tiles.pool, Header(width, height, tiles.channels, tiles.depth), piece, progress)


def _resized_tiles(tiles: Tiles, across: float, down: float, progress: Progress | None) -> Tiles:
    width, height = max(1, round(tiles.width * across)), max(1, round(tiles.height * down))
    try:
        check_size(width, height)
    except ValueError as error:
        raise UserError(f"A layer would become {width:,}×{height:,} pixels, which is too large.") from error
    if tiles.solid_value is not None:
        return Tiles.solid(tiles.pool, width, height, tiles.solid_value, tiles.depth)
    if width < tiles.width or height < tiles.height:
        return Tiles.of(tiles.pool, resized(tiles.raster(), width, height), progress)
    if progress is not None:
        progress.advance(height)
    return tiles if (width, height) == (tiles.width, tiles.height) else enlarged(tiles, width, height)
