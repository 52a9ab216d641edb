"""Areas of a mask: what lies inside a line drawn round it, or a rectangle, is shown or hidden. Pure: State → Edit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ganstudio.core.document.brush import Brush, hides_first
from ganstudio.core.document.masks import HIDE, SHOW, mask_of
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Edit, State, edited
from ganstudio.core.document.tiles import SIDE
from ganstudio.core.progress import Progress
from ganstudio.core.text import N_

_LINES = 8  # a row of pixels


def fill_area(
    state: State, layer_id: str, line: Sequence[tuple[float, float]], erase: bool, progress: Progress | None = None
) -> Edit:
    """The mask shows (or with `erase` hides) what a closed line goes round, edges smooth; (x, y) of the canvas, pixel
    centres at .5. Where it crosses itself, what it goes round twice is outside (even-odd).

    A layer without mask gets one as for a stroke of the brush. EditRefused for a locked layer; advances `progress` by
    rows.
    """
    layer = state.unlocked(layer_id)
    hidden = hides_first(state, layer_id, Brush(1, erase=erase))
    mask = mask_of(layer, HIDE if hidden else SHOW)
    points = np.array(line, np.float64).reshape(-1, 2) - (layer.x, layer.y)
    rect = _around(points).clipped(mask.rect)
    target = np.float32(HIDE if erase else SHOW)

    def changed(place: Rect, old: np.ndarray) -> np.ndarray:
        weight = inside(points, place)[..., None]
        return np.floor(old + (target - old.astype(np.float32)) * weight + np.float32(0.5)).astype(np.uint8)

    for y in range(rect.y0, rect.y1, SIDE):  # bands, so that it can be given up
        band = Rect(rect.x0, y, rect.x1, min(y + SIDE, rect.y1))
        if progress is not None:
            progress.check()
            progress.advance(band.height)
        mask = mask.changed(band, changed)
    label = N_("Erase area") if erase else N_("Fill area")
    where = None if hidden else rect.moved(layer.x, layer.y)
    return edited(state, replace(layer, mask=mask), label, where)


def inside(points: np.ndarray, place: Rect) -> np.ndarray:
    """How much (h, w; 0 … 1 float32) of each pixel of a rectangle a closed line goes round; `points` (n, 2).

    On each of some lines a row of pixels, what lies between every other two crossings, cut exactly at its ends.
    """
    start = points - (place.x0, place.y0)
    end = np.roll(start, -1, axis=0)
    reach = (np.minimum(start[:, 1], end[:, 1]) < place.height) & (np.maximum(start[:, 1], end[:, 1]) > 0)
    (x0, y0), (x1, y1) = start[reach].T, end[reach].T
    height = (np.arange(place.height * _LINES) + 0.5) / _LINES
    edge, row = np.nonzero((np.minimum(y0, y1)[:, None] <= height) & (np.maximum(y0, y1)[:, None] > height))
    if not np.any((np.maximum(x0, x1) > 0) & (np.minimum(x0, x1) < place.width)):  # no part of the line in here
        left = np.bincount(row[x0[edge] <= 0], minlength=len(height)) % 2
        rows = left.reshape(place.height, _LINES).mean(axis=1, dtype=np.float32)
        return np.repeat(rows[:, None], place.width, axis=1)
    slope = (x1[edge] - x0[edge]) / (y1[edge] - y0[edge])
    x = np.clip(x0[edge] + (height[row] - y0[edge]) * slope, 0, place.width)
    order = np.lexsort((x, row))
    row, x = row[order], x[order]
    first = np.searchsorted(row, row)  # where the crossings of the same line begin
    sign = 1.0 - 2.0 * ((np.arange(len(row)) - first) % 2)
    cell = np.floor(x).astype(np.int64)
    steps = np.zeros((len(height), place.width + 2))
    np.add.at(steps, (row, cell), sign * (1 - (x - cell)))
    np.add.at(steps, (row, cell + 1), sign * (x - cell))
    covered = np.cumsum(steps, axis=1)[:, : place.width]
    shares = covered.reshape(place.height, _LINES, place.width).mean(axis=1)
    return shares.clip(0, 1).astype(np.float32)


def _around(points: np.ndarray) -> Rect:
    if len(points) < 3:
        return Rect(0, 0, 0, 0)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Rect(math.floor(x0) - 1, math.floor(y0) - 1, math.ceil(x1) + 1, math.ceil(y1) + 1)
