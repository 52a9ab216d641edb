"""What display tiles are made of: a State's layers, or the samples of a Raster. Tiles come as premultiplied BGRA of
8 bits in sRGB, as Qt draws them. Any thread may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from ganstudio.core.document import Rect, State, composite, pyramid
from ganstudio.core.document.composite import in_depth, level_rect
from ganstudio.core.document.pyramid import level_size
from ganstudio.core.document.tiles import SIDE
from ganstudio.core.raster import Raster
from ganstudio.ui.canvas.display import Display

TINT = (214, 60, 60)
_TINT_SHARE = 0.35  # of the mask's value


class Source(Protocol):
    """A picture that can be shown."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def opaque(self) -> bool: ...

    def tile(self, level: int, ty: int, tx: int) -> np.ndarray:
        """(h, w, 4) uint8, premultiplied BGRA, of a reduced level; at most 256×256. Raises OutputError."""
        ...


@dataclass(frozen=True)
class MaskShown:
    """The mask of one layer as a veil of `colour` over the picture."""

    layer_id: str
    colour: tuple[int, int, int] = TINT


@dataclass(frozen=True, eq=False)
class StateSource:
    """A document as it is at one moment."""

    state: State
    display: Display
    mask: MaskShown | None = None

    @property
    def width(self) -> int:
        return self.state.width

    @property
    def height(self) -> int:
        return self.state.height

    @property
    def opaque(self) -> bool:
        canvas = self.state.rect
        return any(layer.opaque and layer.rect.clipped(canvas) == canvas for layer in self.state.layers)

    def tile(self, level: int, ty: int, tx: int) -> np.ndarray:
        rect = tile_rect(self.width, self.height, level, ty, tx)
        depth = self.state.depth if self.display.wants_16 else 8
        shown = self.display.shown(composite(self.state, rect, level, depth))
        return shown if self.mask is None else self._veiled(shown, rect, level, self.mask)

    def _veiled(self, shown: np.ndarray, rect: Rect, level: int, mask: MaskShown) -> np.ndarray:
        layer = next((one for one in self.state.layers if one.id == mask.layer_id), None)
        if layer is None or layer.mask is None:
            return shown
        place = level_rect(layer, level)
        part = place.clipped(rect)
        if part.empty:
            return shown
        values = pyramid.read(layer.mask, part.moved(-place.x0, -place.y0), level)
        weight = cv2.merge([values.astype(np.float32) * np.float32(_TINT_SHARE / 255)] * 4)
        here = part.moved(-rect.x0, -rect.y0).slices
        red, green, blue = mask.colour
        veil = np.array([blue, green, red, 255], np.float32)
        under = shown[here].astype(np.float32)
        shown[here] = cv2.convertScaleAbs(under + (veil - under) * weight)
        return shown


@dataclass(frozen=True, eq=False)
class RasterSource:
    """Samples that are still being made, or a trial: reduced by means of the pixels themselves, nothing is kept."""

    raster: Raster
    display: Display

    @property
    def width(self) -> int:
        return self.raster.header.width

    @property
    def height(self) -> int:
        return self.raster.header.height

    @property
    def opaque(self) -> bool:
        return not self.raster.header.has_alpha

    def tile(self, level: int, ty: int, tx: int) -> np.ndarray:
        rect = tile_rect(self.width, self.height, level, ty, tx)
        step = 1 << level
        x0, x1 = rect.x0 * step, min(rect.x1 * step, self.width)
        y0, y1 = rect.y0 * step, min(rect.y1 * step, self.height)
        bands = [self._reduced(y, min(y + SIDE * step, y1), x0, x1, level) for y in range(y0, y1, SIDE * step)]
        samples = np.concatenate(bands)
        depth = self.raster.header.depth if self.display.wants_16 else 8
        return self.display.shown(rgba(in_depth(samples, depth)))

    def _reduced(self, y0: int, y1: int, x0: int, x1: int, level: int) -> np.ndarray:
        samples = np.ascontiguousarray(self.raster.rows(y0, y1)[:, x0:x1])
        for _ in range(level):
            samples = pyramid.halved(samples)
        return samples


def tile_rect(width: int, height: int, level: int, ty: int, tx: int) -> Rect:
    """A tile's rectangle in the level's pixels."""
    w, h = level_size(width, height, level)
    return Rect(tx * SIDE, ty * SIDE, min((tx + 1) * SIDE, w), min((ty + 1) * SIDE, h))


def rgba(samples: np.ndarray) -> np.ndarray:
    """(h, w, 1 … 4) gray or RGB, with or without alpha, as RGBA of the same depth."""
    peak = 255 if samples.dtype == np.uint8 else 65535
    colours, alpha = samples[..., :3], samples[..., 3:]
    if samples.shape[2] < 3:
        colours, alpha = np.repeat(samples[..., :1], 3, axis=2), samples[..., 1:]
    if alpha.shape[2] == 0:
        alpha = np.full((*samples.shape[:2], 1), peak, samples.dtype)
    return np.concatenate([colours, alpha], axis=2)
