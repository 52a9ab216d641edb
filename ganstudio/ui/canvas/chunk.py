"""A chunk: the display tiles of a square of a level side by side in one image, so that a frame is a few calls. A pixel
of the neighbours lies around it: smooth scaling finds no seams."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from ganstudio.core.document import Rect
from ganstudio.core.document.pyramid import level_size
from ganstudio.core.document.tiles import SIDE

TILES = 4  # along a side
EXTENT = TILES * SIDE  # pixels
Place = tuple[int, int, int]  # level, row, column of chunks


class Chunk:
    """Tiles `cells` (a rectangle of tile numbers) of one level of a picture of width×height.

    `made_at` says as of which version each is, −1: it is not there; `stale` whether its picture has changed since.
    """

    def __init__(self, place: Place, width: int, height: int, opaque: bool) -> None:
        self.level, row, column = place
        across, down = level_size(width, height, self.level)
        self.rect = Rect(column * EXTENT, row * EXTENT, (column + 1) * EXTENT, (row + 1) * EXTENT).clipped(
            Rect(0, 0, across, down)
        )
        self.cells = Rect(
            column * TILES, row * TILES, -(-self.rect.x1 // SIDE), -(-self.rect.y1 // SIDE)
        )  # the last ones may be smaller
        self.pixels = np.zeros((self.rect.height + 2, self.rect.width + 2, 4), np.uint8)
        self.made_at = np.full((self.cells.height, self.cells.width), -1, np.int64)
        self.stale = np.zeros(self.made_at.shape, bool)
        self._all_there = False
        self.set_opaque(opaque)

    def set_opaque(self, opaque: bool) -> None:
        """Opaque pictures are painted faster; the samples are the same."""
        self.opaque = opaque
        form = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
        height, width = self.pixels.shape[:2]
        self.image = QImage(self.pixels.data, width, height, width * 4, form)

    @property
    def nbytes(self) -> int:
        return self.pixels.nbytes

    def source(self, x0: float, y0: float, width: float, height: float) -> QRectF:
        """A rectangle of the level's pixels in `image`."""
        return QRectF(x0 - self.rect.x0 + 1, y0 - self.rect.y0 + 1, width, height)

    def put(self, ty: int, tx: int, tile: np.ndarray, version: int) -> None:
        """Lay a tile in. The frame of one pixel is its own edge until a neighbour brings its pixels (`join`)."""
        row, column = ty - self.cells.y0, tx - self.cells.x0
        height, width = tile.shape[:2]
        y, x = 1 + row * SIDE, 1 + column * SIDE
        pixels = self.pixels
        pixels[y : y + height, x : x + width] = tile
        if row == 0:
            pixels[0, x : x + width] = tile[0]
        if y + height == pixels.shape[0] - 1:
            pixels[-1, x : x + width] = tile[-1]
        if column == 0:
            pixels[y : y + height, 0] = tile[:, 0]
        if x + width == pixels.shape[1] - 1:
            pixels[y : y + height, -1] = tile[:, -1]
        self.made_at[row, column] = version
        self._all_there = self._all_there or bool((self.made_at >= 0).all())
        self.stale[row, column] = False

    def join_right(self, other: Chunk) -> None:
        """Exchange edges with the chunk to the right, where both have tiles."""
        both = np.repeat((self.made_at[:, -1] >= 0) & (other.made_at[:, 0] >= 0), SIDE)[: self.rect.height]
        here, there = self.pixels[1:-1], other.pixels[1:-1]
        here[both, -1] = there[both, 1]
        there[both, 0] = here[both, -2]

    def join_below(self, other: Chunk) -> None:
        both = np.repeat((self.made_at[-1] >= 0) & (other.made_at[0] >= 0), SIDE)[: self.rect.width]
        here, there = self.pixels[:, 1:-1], other.pixels[:, 1:-1]
        here[-1, both] = there[1, both]
        there[0, both] = here[-2, both]

    def outdate(self, rect: Rect) -> None:
        """A rectangle of the picture has changed; tiles within a pixel of it count, as places of layers are rounded."""
        side, more = SIDE << self.level, 1 << self.level
        touched = Rect(
            (rect.x0 - more) // side, (rect.y0 - more) // side,
            -(-(rect.x1 + more) // side), -(-(rect.y1 + more) // side),
        ).clipped(self.cells)  # fmt: skip
        if not touched.empty:
            self.stale[touched.moved(-self.cells.x0, -self.cells.y0).slices] = True

    def complete(self, cells: Rect) -> bool:
        """Whether all of `cells` (inside its own) are there, be they up to date or not."""
        if self._all_there:
            return True
        return bool((self.made_at[cells.moved(-self.cells.x0, -self.cells.y0).slices] >= 0).all())
