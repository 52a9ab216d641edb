"""A mosaic: the tiles around the view side by side in one image, so that a frame is one call and has no seams."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from ganstudio.core.document import Rect
from ganstudio.core.document.tiles import SIDE
from ganstudio.ui.canvas.composer import Key


class Mosaic:
    """Places for the tiles `cells` (a rectangle of tile numbers) of one level.

    `made_at` says as of which version they are, −1: nothing is there.
    """

    def __init__(self, level: int, cells: Rect, opaque: bool, memory: np.ndarray | None = None) -> None:
        self.level = level
        self.cells = cells
        self.opaque = opaque
        rows, columns = cells.height, cells.width
        need = rows * columns * SIDE * SIDE * 4
        self.memory = memory if memory is not None and memory.size >= need else np.zeros(need, np.uint8)
        self.pixels = self.memory[:need].reshape(rows * SIDE, columns * SIDE, 4)
        self.made_at = np.full((rows, columns), -1)
        form = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
        self.image = QImage(self.pixels.data, columns * SIDE, rows * SIDE, columns * SIDE * 4, form)

    @property
    def rect(self) -> Rect:
        """The pixels of the level that it has places for."""
        return Rect(*(SIDE * edge for edge in self.cells))

    def has_place(self, key: Key) -> bool:
        level, ty, tx = key
        cells = self.cells
        return level == self.level and cells.x0 <= tx < cells.x1 and cells.y0 <= ty < cells.y1

    def put(self, key: Key, tile: np.ndarray, version: int) -> None:
        """Lay a tile in; what it does not reach (right and lower edge of the picture) repeats its edge, so that
        smooth scaling finds nothing strange there."""
        _, ty, tx = key
        row, column = ty - self.cells.y0, tx - self.cells.x0
        height, width = tile.shape[:2]
        cell = self.pixels[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE]
        cell[:height, :width] = tile
        if width < SIDE:
            cell[:height, width] = tile[:, -1]
        if height < SIDE:
            cell[height, :width] = tile[-1]
            if width < SIDE:
                cell[height, width] = tile[-1, -1]
        self.made_at[row, column] = version

    def take_over(self, other: Mosaic) -> None:
        """What both have places for, copied at once."""
        both = self.cells.clipped(other.cells)
        if both.empty or other.level != self.level:
            return
        here, there = (both.moved(-one.cells.x0, -one.cells.y0) for one in (self, other))
        self.made_at[here.slices] = other.made_at[there.slices]
        self.pixels[_scaled(here).slices] = other.pixels[_scaled(there).slices]

    def empty_cells(self, cells: Rect) -> list[tuple[int, int]]:
        """(ty, tx) of those of `cells` that nothing was put in."""
        inside = cells.clipped(self.cells)
        if inside.empty:
            return []
        part = self.made_at[inside.moved(-self.cells.x0, -self.cells.y0).slices] >= 0
        return [(int(y) + inside.y0, int(x) + inside.x0) for y, x in np.argwhere(~part)]


def _scaled(cells: Rect) -> Rect:
    return Rect(*(SIDE * edge for edge in cells))
