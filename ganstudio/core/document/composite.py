"""What the layers look like together: any rectangle, at any level of the pyramid.

“Over” (Porter and Duff 1984) with each layer's blend mode, on the encoded samples in the document's own profile, as
image editors do it; in float32 from the lowest layer up, rounded once. At level n each layer is its own n-th reduction,
its place on the canvas rounded to the level's pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from ganstudio.core.document import pyramid
from ganstudio.core.document.blending import NORMAL, blend
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Layer, State
from ganstudio.core.document.tiles import SIDE, Tiles


def canvas_size(state: State, level: int = 0) -> tuple[int, int]:
    """(width, height) of the canvas at a level."""
    return pyramid.level_size(state.width, state.height, level)


def composite(state: State, rect: Rect, level: int = 0, depth: int | None = None) -> np.ndarray:
    """A rectangle of the canvas as (h, w, 4) RGBA, alpha straight, uint8 or uint16 (`depth` 8 or 16; the document's
    when None). `rect` is in the level's pixels and may reach beyond the canvas: there is nothing (0) there.

    A new array, the caller's own. Raises OutputError when tiles cannot be read back from the disk.
    """
    depth = depth or state.depth
    return blended(state.layers, rect, Rect(0, 0, *canvas_size(state, level)), level, depth)


def blended(layers: Sequence[Layer], rect: Rect, bounds: Rect, level: int, depth: int) -> np.ndarray:
    """`composite` of some layers; nothing is shown outside `bounds`."""
    out = np.zeros((rect.height, rect.width, 4), np.uint8 if depth == 8 else np.uint16)
    for part in _pieces(rect.clipped(bounds)):
        out[part.moved(-rect.x0, -rect.y0).slices] = _piece(layers, part, level, depth)
    return out


def _pieces(rect: Rect) -> Iterator[Rect]:
    """Parts small enough for the processor's cache, along the tiles of a layer that lies at (0, 0)."""
    if rect.empty:
        return
    for y in range(rect.y0 // SIDE * SIDE, rect.y1, SIDE):
        for x in range(rect.x0 // SIDE * SIDE, rect.x1, SIDE):
            yield Rect(x, y, x + SIDE, y + SIDE).clipped(rect)


def level_rect(layer: Layer, level: int) -> Rect:
    """Where a layer lies on the canvas of a level."""
    width, height = pyramid.level_size(layer.pixels.width, layer.pixels.height, level)
    half = (1 << level) >> 1
    return Rect(0, 0, width, height).moved((layer.x + half) >> level, (layer.y + half) >> level)


def _piece(layers: Sequence[Layer], rect: Rect, level: int, depth: int) -> np.ndarray:
    seen = [layer for layer in layers if layer.shows and not level_rect(layer, level).clipped(rect).empty]
    for index in range(len(seen) - 1, -1, -1):  # nothing under a layer that covers all counts
        if seen[index].opaque and level_rect(seen[index], level).clipped(rect) == rect:
            seen = seen[index:]
            break
    if not seen:
        return np.zeros((rect.height, rect.width, 4), np.uint8 if depth == 8 else np.uint16)
    if len(seen) == 1 and seen[0].opaque and level_rect(seen[0], level).clipped(rect) == rect:
        return _alone(seen[0], rect, level, depth)
    canvas = _Canvas(rect, depth)
    for layer in seen:
        canvas.lay(layer, level)
    return canvas.finished()


def _alone(layer: Layer, rect: Rect, level: int, depth: int) -> np.ndarray:
    """An opaque layer that covers the rectangle: its very samples."""
    place = level_rect(layer, level)
    colours = pyramid.read(layer.pixels, rect.moved(-place.x0, -place.y0), level)
    return _with_opaque(in_depth(colours, depth))


def _with_opaque(colours: np.ndarray) -> np.ndarray:
    """(h, w, 1 or 3) samples as opaque RGBA; OpenCV does it several times faster than a strided copy."""
    to_rgba = cv2.COLOR_GRAY2RGBA if colours.shape[2] == 1 else cv2.COLOR_RGB2RGBA
    return cv2.cvtColor(np.ascontiguousarray(colours), to_rgba)


def in_depth(samples: np.ndarray, depth: int) -> np.ndarray:
    """uint8 or uint16 samples in 8 or 16 bits: ×257 one way, rounded the other."""
    if samples.dtype == np.uint8:
        return samples if depth == 8 else samples.astype(np.uint16) * np.uint16(257)
    return samples if depth == 16 else ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)


class _Canvas:
    """Colours weighted by their alpha, and alpha 0 … 1, while layers are laid on it."""

    def __init__(self, rect: Rect, depth: int) -> None:
        self._rect = rect
        self._depth = depth
        self._peak = np.float32(255 if depth == 8 else 65535)
        self._colour = np.zeros((rect.height, rect.width, 3), np.float32)
        self._alpha: np.ndarray | None = np.zeros((rect.height, rect.width, 1), np.float32)  # None: opaque everywhere

    def lay(self, layer: Layer, level: int) -> None:
        place = level_rect(layer, level)
        part = place.clipped(self._rect)
        own = part.moved(-place.x0, -place.y0)
        where = part.moved(-self._rect.x0, -self._rect.y0).slices
        samples = pyramid.read(layer.pixels, own, level)
        weight = _weight(layer, samples, own, level)
        if isinstance(weight, np.ndarray) and not weight.any():
            return
        top = _colours(samples, layer.pixels, self._peak)
        if layer.blend != NORMAL:
            top = self._mixed(layer.blend, where, top)
        if not isinstance(weight, np.ndarray) and weight == 1:
            self._cover(where, part, top)
            return
        under = self._colour[where]
        under += (top - under) * (_in_three(weight) if isinstance(weight, np.ndarray) else weight)
        if self._alpha is not None:
            alpha = self._alpha[where]
            alpha += (1 - alpha) * weight

    def _mixed(self, mode: str, where: tuple[slice, slice], top: np.ndarray) -> np.ndarray:
        """A layer's colours as its mode makes them of those under it; its own where there is nothing under it."""
        under, scale = self._colour[where], np.float32(1 / self._peak)
        if self._alpha is None:
            return blend(mode, under * scale, top * scale) * self._peak
        alpha = self._alpha[where]
        if not alpha.any():
            return top
        straight = np.minimum(under * (scale / np.maximum(alpha, 1e-6)), 1)
        return top + (blend(mode, straight, top * scale) * self._peak - top) * np.minimum(alpha, 1)

    def _cover(self, where: tuple[slice, slice], part: Rect, top: np.ndarray) -> None:
        self._colour[where] = top
        if part == self._rect:
            self._alpha = None
        elif self._alpha is not None:
            self._alpha[where] = 1

    def finished(self) -> np.ndarray:
        if self._alpha is None:
            return _with_opaque(self._rounded(self._colour))
        alpha = np.minimum(self._alpha, 1)
        straight = self._colour / np.where(alpha > 0, alpha, 1)
        out = np.concatenate([self._rounded(straight), self._rounded(alpha * self._peak)], axis=2)
        out[out[..., 3] == 0] = 0
        return out

    def _rounded(self, values: np.ndarray) -> np.ndarray:
        """To the nearest sample, halves to the even one."""
        if self._depth == 8:
            return cv2.convertScaleAbs(values).reshape(values.shape)  # as np.rint, several times faster
        return np.rint(np.minimum(values, self._peak)).astype(np.uint16)


def _colours(samples: np.ndarray, tiles: Tiles, peak: np.float32) -> np.ndarray:
    """(h, w, 3) float32 in 0 … peak."""
    colours = (samples[..., :3] if tiles.channels >= 3 else samples[..., :1]).astype(np.float32, order="C")
    if tiles.peak != peak:
        colours *= np.float32(peak / tiles.peak)
    return colours if tiles.channels >= 3 else _in_three(colours)


def _in_three(plane: np.ndarray) -> np.ndarray:
    """(h, w, 1) float32 three times side by side: numpy is slow where one of its axes is that short."""
    return cv2.cvtColor(np.ascontiguousarray(plane), cv2.COLOR_GRAY2RGB)


def _weight(layer: Layer, samples: np.ndarray, own: Rect, level: int) -> np.ndarray | float:
    """How much of a layer shows, 0 … 1: (h, w, 1) float32, or one number for all."""
    weight: np.ndarray | float = layer.opacity
    if layer.pixels.channels in (2, 4):
        weight = samples[..., -1:] * np.float32(weight / layer.pixels.peak)
    if layer.mask is not None and layer.mask.solid_value != (255,):
        weight = pyramid.read(layer.mask, own, level) * np.float32(1 / 255) * np.float32(weight)
    return weight
