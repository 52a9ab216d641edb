"""Straightening: the whole canvas turned by any angle, about its middle or another. Pure: State → Edit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import cv2
import numpy as np

from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Change, Edit, Layer, State
from ganstudio.core.document.tiles import Tiles, check_size
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header
from ganstudio.core.text import N_

_MARGIN = 3  # pixels around a piece that cubic interpolation reaches into
_Maker = Callable[[Tiles, Rect, Rect, bool], Tiles]
_LARGEST = 45.0  # degrees; more is a turn by a right angle and the rest


def straighten(state: State, degrees: float, progress: Progress | None = None, *, cut: bool = True) -> Edit:
    """Everything turned clockwise by −45 to 45 degrees about the canvas' middle (bicubic).

    With `cut` the canvas becomes the largest upright rectangle that the turned canvas fills; without, it keeps its
    size and its corners show what is there, or nothing. A layer without transparency that fills the new canvas stays
    without, and ends at its edge; others get transparency and keep all they have. ValueError for other angles;
    advances `progress` by rows made.
    """
    if not abs(degrees) <= _LARGEST:
        raise ValueError(f"an angle of {degrees} degrees")
    width, height = filled(state.width, state.height, degrees) if cut else (state.width, state.height)
    return _turned(state, degrees, (state.width / 2, state.height / 2), width, height, N_("Straighten"), progress)


def cut_out(state: State, rect: Rect, degrees: float, progress: Progress | None = None) -> Edit:
    """What lies under `rect`, turned clockwise about its own middle by so many degrees, becomes the canvas (bicubic):
    the picture turns back. Transparency as in `straighten`. ValueError for an empty rectangle or no angle."""
    if rect.empty or not math.isfinite(degrees):
        raise ValueError(f"a cut of {rect} at {degrees} degrees")
    middle = ((rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2)
    return _turned(state, -degrees, middle, rect.width, rect.height, N_("Crop"), progress)


def _turned(
    state: State,
    degrees: float,
    middle: tuple[float, float],
    width: int,
    height: int,
    label: str,
    progress: Progress | None,
) -> Edit:
    """Everything turned clockwise; what was in `middle` is in the middle of a canvas of width×height."""
    check_size(width, height)
    turn = _Turn(math.radians(degrees), *middle, width / 2, height / 2)
    canvas = Rect(0, 0, width, height)
    turned = cache(lambda plane, at, place, solid: _plane(plane, at, place, turn, solid, progress))
    layers = tuple(_layer(layer, canvas, turn, turned) for layer in state.layers)
    new = replace(state, width=width, height=height, layers=layers)
    return Edit(new, Change(new.rect, canvas=True, layers=True), label)


def filled(width: int, height: int, degrees: float) -> tuple[int, int]:
    """The largest upright rectangle inside a width×height one that is turned about its middle, in whole pixels."""
    sine, cosine = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
    long, short = max(width, height), min(width, height)
    if short <= 2 * sine * cosine * long or abs(sine - cosine) < 1e-10:
        half = short / 2  # two corners touch the longer sides
        wide, high = (half / sine, half / cosine) if width >= height else (half / cosine, half / sine)
    else:
        double = cosine * cosine - sine * sine
        wide, high = (width * cosine - height * sine) / double, (height * cosine - width * sine) / double
    return max(1, math.floor(wide + 1e-6)), max(1, math.floor(high + 1e-6))


class _Turn:
    """Places of the old canvas ↔ places of the new one; both turn about their middles."""

    def __init__(self, angle: float, x: float, y: float, to_x: float, to_y: float) -> None:
        self._sine, self._cosine = math.sin(angle), math.cos(angle)
        self._from, self._to = (x, y), (to_x, to_y)

    def there(self, x: float, y: float) -> tuple[float, float]:
        dx, dy = x - self._from[0], y - self._from[1]
        return (
            self._cosine * dx - self._sine * dy + self._to[0],
            self._sine * dx + self._cosine * dy + self._to[1],
        )

    def back(self, x: float, y: float) -> tuple[float, float]:
        dx, dy = x - self._to[0], y - self._to[1]
        return (
            self._cosine * dx + self._sine * dy + self._from[0],
            self._cosine * dy - self._sine * dx + self._from[1],
        )

    def inverse(self, place: Rect, source: Rect) -> np.ndarray:
        """The 2×3 matrix from pixels of a piece at `place` to those of a piece of the old canvas at `source`."""
        x, y = self.back(place.x0 + 0.5, place.y0 + 0.5)
        return np.array(
            [
                [self._cosine, self._sine, x - source.x0 - 0.5],
                [-self._sine, self._cosine, y - source.y0 - 0.5],
            ]
        )

    def around(self, rect: Rect, back: bool, margin: int = 0) -> Rect:
        """The smallest rectangle around a turned one."""
        corners = [(x, y) for x in (rect.x0, rect.x1) for y in (rect.y0, rect.y1)]
        found = [self.back(*one) if back else self.there(*one) for one in corners]
        xs, ys = [one[0] for one in found], [one[1] for one in found]
        return Rect(
            math.floor(min(xs) + 1e-6), math.floor(min(ys) + 1e-6), math.ceil(max(xs) - 1e-6), math.ceil(max(ys) - 1e-6)
        ).grown(margin)


def _layer(layer: Layer, canvas: Rect, turn: _Turn, turned: _Maker) -> Layer:
    solid = layer.pixels.channels in (1, 3) and layer.mask is None and _covers(layer, canvas, turn)
    place = canvas if solid else turn.around(layer.rect, back=False)
    pixels = turned(layer.pixels, layer.rect, place, solid)
    mask = None if layer.mask is None else turned(layer.mask, layer.rect, place, True)
    return replace(layer, x=place.x0, y=place.y0, pixels=pixels, mask=mask)


def _covers(layer: Layer, canvas: Rect, turn: _Turn) -> bool:
    """Whether all of the new canvas comes from inside a layer."""
    corners = [(x, y) for x in (canvas.x0, canvas.x1) for y in (canvas.y0, canvas.y1)]
    rect, slack = layer.rect, 0.5
    return all(
        rect.x0 - slack <= x <= rect.x1 + slack and rect.y0 - slack <= y <= rect.y1 + slack
        for x, y in (turn.back(*one) for one in corners)
    )


def _plane(tiles: Tiles, at: Rect, place: Rect, turn: _Turn, solid: bool, progress: Progress | None) -> Tiles:
    """A plane that lay `at` on the old canvas as it lies at `place` of the new one; not `solid`: with alpha."""
    channels = tiles.channels if solid or tiles.channels in (2, 4) else tiles.channels + 1
    if solid and tiles.solid_value is not None:
        return Tiles.solid(tiles.pool, place.width, place.height, tiles.solid_value, tiles.depth)
    header = Header(place.width, place.height, channels, tiles.depth)

    def piece(part: Rect) -> np.ndarray:
        here = part.moved(place.x0, place.y0)
        source = turn.around(here, back=True, margin=_MARGIN).clipped(at)
        if source.empty:
            return np.zeros((part.height, part.width, channels), tiles.dtype)
        samples = tiles.read(source.moved(-at.x0, -at.y0))
        return _warped(samples, turn.inverse(here, source), part, channels, solid, tiles.peak)

    return Tiles.made(tiles.pool, header, piece, progress)


def _warped(samples: np.ndarray, matrix: np.ndarray, part: Rect, channels: int, solid: bool, peak: int) -> np.ndarray:
    floats = samples.astype(np.float32)
    if not solid:
        if samples.shape[2] in (1, 3):
            floats = np.concatenate([floats, np.full((*floats.shape[:2], 1), peak, np.float32)], axis=2)
        floats[..., :-1] *= floats[..., -1:] / peak
    made = cv2.warpAffine(
        floats,
        matrix,
        (part.width, part.height),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE if solid else cv2.BORDER_CONSTANT,
        borderValue=0,
    ).reshape(part.height, part.width, channels)
    if not solid:
        alpha = np.clip(made[..., -1:], 0, peak)
        made[..., :-1] *= np.divide(peak, alpha, out=np.zeros_like(alpha), where=alpha >= 0.5)
    return np.rint(np.clip(made, 0, peak)).astype(samples.dtype)
