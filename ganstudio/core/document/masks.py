"""Masks as wholes: made, filled, inverted, feathered, removed. 255 shows the layer, 0 hides it. Pure: State → Edit."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np

from ganstudio.core.document import pyramid
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Edit, Layer, State, edited
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header
from ganstudio.core.text import N_

SHOW, HIDE = 255, 0
LARGEST_FEATHER = 500.0
_REACH = 3  # standard deviations that count


def mask_of(layer: Layer, value: int = SHOW) -> Tiles:
    """The layer's mask; one of `value` (it shows everything) when it has none."""
    if layer.mask is not None:
        return layer.mask
    return Tiles.solid(layer.pixels.pool, layer.pixels.width, layer.pixels.height, (value,))


def set_mask(state: State, layer_id: str, mask: Tiles) -> Edit:
    """A mask of one channel, 8 bits and the layer's size (ValueError for others)."""
    layer = state.unlocked(layer_id)
    if (mask.width, mask.height, mask.channels, mask.depth) != (layer.pixels.width, layer.pixels.height, 1, 8):
        raise ValueError("a mask of another size or kind than the layer's")
    return edited(state, replace(layer, mask=mask), N_("Add mask"))


def fill_mask(state: State, layer_id: str, value: int) -> Edit:
    """The mask of one value, 0 … 255; made when there is none."""
    if not 0 <= value <= 255:
        raise ValueError(f"a mask of {value}")
    layer = state.unlocked(layer_id)
    mask = Tiles.solid(layer.pixels.pool, layer.pixels.width, layer.pixels.height, (value,))
    return edited(state, replace(layer, mask=mask), N_("Fill mask"))


def clear_mask(state: State, layer_id: str) -> Edit:
    """What was painted goes; the mask stays and shows everything."""
    return replace(fill_mask(state, layer_id, SHOW), label=N_("Clear mask"))


def remove_mask(state: State, layer_id: str) -> Edit:
    return edited(state, replace(state.unlocked(layer_id), mask=None), N_("Remove mask"))


def invert_mask(state: State, layer_id: str) -> Edit:
    """What showed is hidden; a layer without mask becomes wholly hidden."""
    layer = state.unlocked(layer_id)
    return edited(state, replace(layer, mask=mask_of(layer).mapped(lambda a: 255 - a)), N_("Invert mask"))


def feather_mask(state: State, layer_id: str, radius: float, progress: Progress | None = None) -> Edit:
    """Edges made soft: a Gaussian of standard deviation radius / 2 pixels, the edge continued outwards.

    ValueError outside 0 < radius ≤ 500. Tile by tile with what lies around each: no seams.
    """
    if not 0 < radius <= LARGEST_FEATHER:
        raise ValueError(f"a feather of {radius} pixels")
    layer = state.unlocked(layer_id)
    mask = mask_of(layer)
    if mask.solid_value is None:
        mask = _blurred(mask, radius / 2, progress)
    return edited(state, replace(layer, mask=mask), N_("Feather mask"))


def _blurred(mask: Tiles, sigma: float, progress: Progress | None) -> Tiles:
    """The mask under a Gaussian. Wide ones work on a reduced level, where they are at least 4 pixels wide: halving and
    stretching widen by known variances, which are taken off; the result is right within a level or two of 255."""
    level = max(0, math.floor(math.log2(sigma / 4)))
    step = 1 << level
    if level:
        sigma = math.sqrt((sigma / step) ** 2 - 1 / 12 - 1 / 6)
    reach = math.ceil(_REACH * sigma)
    kernel = cv2.getGaussianKernel(2 * reach + 1, sigma, cv2.CV_32F)
    bounds = Rect(0, 0, *pyramid.level_size(mask.width, mask.height, level))

    def soft(rect: Rect) -> np.ndarray:
        """A rectangle of the level, also beyond its edges: (h, w) float32."""
        around = rect.grown(reach)
        inside = around.clipped(bounds)
        samples = pyramid.read(mask, inside, level)[..., 0]
        if samples.min() == samples.max():
            return np.full((rect.height, rect.width), samples[0, 0], np.float32)
        border = (inside.y0 - around.y0, around.y1 - inside.y1, inside.x0 - around.x0, around.x1 - inside.x1)
        padded = cv2.copyMakeBorder(samples.astype(np.float32), *border, cv2.BORDER_REPLICATE)
        return cv2.sepFilter2D(padded, cv2.CV_32F, kernel, kernel)[reach:-reach, reach:-reach]

    def piece(rect: Rect) -> np.ndarray:
        if level == 0:
            return _rounded(soft(rect))
        # Tiles begin at whole pixels of the level; one more on each side to stretch between.
        few = Rect(rect.x0 // step, rect.y0 // step, -(-rect.x1 // step), -(-rect.y1 // step)).grown(1)
        wide = cv2.resize(soft(few), None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
        return _rounded(wide[step : step + rect.height, step : step + rect.width])

    return Tiles.made(mask.pool, Header(mask.width, mask.height, 1, 8), piece, progress)


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.floor(values + 0.5).clip(0, 255).astype(np.uint8)[..., None]
