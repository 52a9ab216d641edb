"""The brush: painting a layer's mask with strokes. A Stroke is a value that grows; each `to` gives the next.

Within a stroke it does not matter how often the brush passes over a place: what counts is how near its path came.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ganstudio.core.document.masks import HIDE, SHOW, mask_of
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import NOTHING, Edit, State, edited
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.text import N_

LARGEST_RADIUS = 5000.0


class Point(NamedTuple):
    """A place, and how hard a pen is pressed there, 0 … 1."""

    x: float
    y: float
    pressure: float = 1.0


@dataclass(frozen=True)
class Brush:
    """`radius` in pixels (0.5 … 5000), `hardness` 0 … 1 (where the soft edge begins), `opacity` 0 … 1; `erase` hides
    instead of showing. `sizes`, `fades`: a pen that is pressed less paints narrower, or weaker. ValueError for other
    values."""

    radius: float
    hardness: float = 0.8
    opacity: float = 1.0
    erase: bool = False
    sizes: bool = False
    fades: bool = False

    def __post_init__(self) -> None:
        if not (0.5 <= self.radius <= LARGEST_RADIUS and 0 <= self.hardness <= 1 and 0 <= self.opacity <= 1):
            raise ValueError(f"no such brush: {self}")

    @property
    def edge(self) -> tuple[float, float]:
        """Distances at which it begins to fade and has faded; at least a pixel apart, so that edges are smooth."""
        inner = min(self.hardness * self.radius, self.radius - 0.5)
        return inner, max(self.radius, inner + 1)

    def coverage(self, distance: np.ndarray, pressure: np.ndarray | float = 1.0) -> np.ndarray:
        """How much (0 … 255, uint8) is painted at these distances from its path, where it is pressed so hard."""
        inner, outer = self.edge
        narrow = self.sizes and not (isinstance(pressure, float) and pressure == 1)
        if narrow:
            radius = np.maximum(self.radius * pressure, 0.5)
            inner = np.minimum(self.hardness * radius, radius - 0.5)
            outer = np.maximum(radius, inner + 1)
        t = np.clip((outer - distance) / np.asarray(outer - inner, np.float32), 0, 1)
        full = 255 * pressure if self.fades else 255
        return np.floor(t * t * (3 - 2 * t) * full + np.float32(0.5)).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Stroke:
    """A stroke so far: `edit` is the document with it. `before` is the mask it began on, `covered` what it covers."""

    layer_id: str
    brush: Brush
    before: Tiles
    covered: Tiles
    last: Point | None
    edit: Edit

    @classmethod
    def begin(cls, state: State, layer_id: str, brush: Brush) -> Stroke:
        """Nothing painted yet. A layer without mask gets one: that shows everything for erasing, and for painting on
        the lowest layer; that hides everything for painting on a layer above others. EditRefused for a locked one."""
        layer = state.unlocked(layer_id)
        hidden = hides_first(state, layer_id, brush)
        mask = mask_of(layer, HIDE if hidden else SHOW)
        covered = Tiles.solid(mask.pool, mask.width, mask.height, (0,))
        label = N_("Erase mask") if brush.erase else N_("Paint mask")
        edit = edited(state, replace(layer, mask=mask), label, None if hidden else NOTHING)
        return cls(layer_id, brush, mask, covered, None, edit)

    def to(self, x: float, y: float, pressure: float = 1.0) -> Stroke:
        """The brush drawn straight to (x, y) of the canvas, pixel centres at .5, pressed so hard there; the first one
        sets it down."""
        state = self.edit.state
        layer = state.layer(self.layer_id)
        here = Point(x - layer.x, y - layer.y, pressure)
        start = self.last or here
        margin = self.brush.edge[1] + 1
        rect = Rect(
            math.floor(min(start.x, here.x) - margin), math.floor(min(start.y, here.y) - margin),
            math.ceil(max(start.x, here.x) + margin), math.ceil(max(start.y, here.y) + margin),
        ).clipped(self.before.rect)  # fmt: skip

        def cover(place: Rect, old: np.ndarray) -> np.ndarray:
            return np.maximum(old, self.brush.coverage(*_reached(place, start, here))[..., None])

        covered = self.covered.changed(rect, cover)
        assert layer.mask is not None  # `begin` gave it one
        mask = layer.mask.changed(rect, lambda place, _: self._painted(place, covered))
        edit = edited(state, replace(layer, mask=mask), self.edit.label, rect.moved(layer.x, layer.y))
        return replace(self, covered=covered, last=here, edit=edit)

    def _painted(self, place: Rect, covered: Tiles) -> np.ndarray:
        weight = covered.read(place) * np.float32(self.brush.opacity / 255)
        before = self.before.read(place).astype(np.float32)
        target = np.float32(HIDE if self.brush.erase else SHOW)
        return np.floor(before + (target - before) * weight + np.float32(0.5)).astype(np.uint8)


def hides_first(state: State, layer_id: str, brush: Brush) -> bool:
    """Whether a stroke begins with hiding the layer: it shows where one paints then, and what is below elsewhere."""
    return not brush.erase and state.layer(layer_id).mask is None and state.index(layer_id) > 0


def distances(rect: Rect, start: Point, end: Point) -> np.ndarray:
    """How far (h, w) the pixel centres of a rectangle are from the line between two points; float32."""
    y, x = np.ogrid[rect.y0 : rect.y1, rect.x0 : rect.x1]
    x = (x + 0.5 - start.x).astype(np.float32)
    y = (y + 0.5 - start.y).astype(np.float32)
    dx, dy = end.x - start.x, end.y - start.y
    length = dx * dx + dy * dy
    along = np.clip((x * dx + y * dy) / length, 0, 1) if length > 0 else np.float32(0)
    return np.sqrt(np.square(x - along * dx) + np.square(y - along * dy))


def _reached(rect: Rect, start: Point, end: Point) -> tuple[np.ndarray, np.ndarray | float]:
    """`distances`, and how hard the brush is pressed at the nearest place of its path."""
    if start.pressure == end.pressure:
        return distances(rect, start, end), float(end.pressure)
    y, x = np.ogrid[rect.y0 : rect.y1, rect.x0 : rect.x1]
    dx, dy = end.x - start.x, end.y - start.y
    length = dx * dx + dy * dy
    along = ((x + 0.5 - start.x) * dx + (y + 0.5 - start.y) * dy) / length if length > 0 else np.ones((1, 1))
    part = np.clip(along, 0, 1).astype(np.float32)
    return distances(rect, start, end), start.pressure + part * np.float32(end.pressure - start.pressure)


def paint(state: State, layer_id: str, brush: Brush, points: list[Point]) -> Edit:
    """A whole stroke at once."""
    stroke = Stroke.begin(state, layer_id, brush)
    change = stroke.edit.change
    for point in points:
        stroke = stroke.to(*point)
        change = change.joined(stroke.edit.change)
    return replace(stroke.edit, change=change)
