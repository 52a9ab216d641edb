"""Masks as wholes: made, filled, inverted, feathered, removed. 255 shows the layer, 0 hides it. Pure: State → Edit."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Edit, Layer, State, edited
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header

SHOW, HIDE = 255, 0
LARGEST_FEATHER = 500.0
_REACH = 3  # standard deviations that count


def mask_of(layer: Layer) -> Tiles:
    """The layer's mask; one that shows everything when it has none."""
    if layer.mask is not None:
        return layer.mask
    return Tiles.solid(layer.pixels.pool, layer.pixels.width, layer.pixels.height, (SHOW,))


def set_mask(state: State, layer_id: str, mask: Tiles) -> Edit:
    """A mask of one channel, 8 bits and the layer's size (ValueError for others)."""
    layer = state.unlocked(layer_id)
    if (mask.width, mask.height, mask.channels, mask.depth) != (layer.pixels.width, layer.pixels.height, 1, 8):
        raise ValueError("a mask of another size or kind than the layer's")
    return edited(state, replace(layer, mask=mask), "Add mask")


def fill_mask(state: State, layer_id: str, value: int) -> Edit:
    """The mask of one value, 0 … 255; made when there is none."""
    if not 0 <= value <= 255:
        raise ValueError(f"a mask of {value}")
    layer = state.unlocked(layer_id)
    mask = Tiles.solid(layer.pixels.pool, layer.pixels.width, layer.pixels.height, (value,))
    return edited(state, replace(layer, mask=mask), "Fill mask")


def clear_mask(state: State, layer_id: str) -> Edit:
    """What was painted goes; the mask stays and shows everything."""
    return replace(fill_mask(state, layer_id, SHOW), label="Clear mask")


def remove_mask(state: State, layer_id: str) -> Edit:
    return edited(state, replace(state.unlocked(layer_id), mask=None), "Remove mask")


def invert_mask(state: State, layer_id: str) -> Edit:
    """What showed is hidden; a layer without mask becomes wholly hidden."""
    layer = state.unlocked(layer_id)
    return edited(state, replace(layer, mask=mask_of(layer).mapped(lambda a: 255 - a)), "Invert mask")


def feather_mask(state: State, layer_id: str, radius: float, progress: Progress | None = None) -> Edit:
    """Edges made soft: a Gaussian of standard deviation radius / 2 pixels, the edge continued outwards.

    ValueError outside 0 < radius ≤ 500. Tile by tile with what lies around each: the same as the whole at once.
    """
    if not 0 < radius <= LARGEST_FEATHER:
        raise ValueError(f"a feather of {radius} pixels")
    layer = state.unlocked(layer_id)
    mask = mask_of(layer)
    if mask.solid_value is None:
        mask = _blurred(mask, radius / 2, progress)
    return edited(state, replace(layer, mask=mask), "Feather mask")


def _blurred(mask: Tiles, sigma: float, progress: Progress | None) -> Tiles:
    reach = int(np.ceil(_REACH * sigma))
    size = 2 * reach + 1
    kernel = cv2.getGaussianKernel(size, sigma, cv2.CV_32F)

    def piece(rect: Rect) -> np.ndarray:
        around = rect.grown(reach)
        inside = around.clipped(mask.rect)
        samples = mask.read(inside)[..., 0]
        if samples.min() == samples.max():
            return samples[: rect.height, : rect.width, None]
        border = (inside.y0 - around.y0, around.y1 - inside.y1, inside.x0 - around.x0, around.x1 - inside.x1)
        padded = cv2.copyMakeBorder(samples.astype(np.float32), *border, cv2.BORDER_REPLICATE)
        soft = cv2.sepFilter2D(padded, cv2.CV_32F, kernel, kernel)
        soft = soft[reach : reach + rect.height, reach : reach + rect.width]
        return np.floor(soft + 0.5).clip(0, 255).astype(np.uint8)[..., None]

    return Tiles.made(mask.pool, Header(mask.width, mask.height, 1, 8), piece, progress)
