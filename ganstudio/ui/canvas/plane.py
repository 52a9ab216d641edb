"""A plane: one picture on the canvas, painted from the tiles that are there. It says which tiles it wants; what is
not there yet is painted from a coarser level."""

from __future__ import annotations

import itertools
import math

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QRegion

from ganstudio.core.document import Change, Rect
from ganstudio.core.document.pyramid import level_size
from ganstudio.core.document.tiles import SIDE
from ganstudio.ui.canvas import looks
from ganstudio.ui.canvas.composer import Key, Made, Wish
from ganstudio.ui.canvas.mosaic import Mosaic
from ganstudio.ui.canvas.sources import Source
from ganstudio.ui.canvas.tile_cache import TileCache
from ganstudio.ui.canvas.view import View

BASE = 1024  # the longest side of the level that is always there
BUDGET = 96 << 20  # bytes of tiles, besides those in sight
NEAREST = 2.0  # from this zoom on pixels are squares
WAITING = QColor(0x33, 0x33, 0x33)
_numbers = itertools.count(1)


class Plane:
    """A Source and its tiles. `place` is where it lies on the picture (picture pixels); None: all of it."""

    _whole = True  # every part of the picture can be shown

    def __init__(self, source: Source, place: Rect | None = None, budget: int = BUDGET) -> None:
        self.number = next(_numbers)
        self.source = source
        self.place = place
        self.cache = TileCache(budget)
        self._main: Mosaic | None = None
        self._before: Mosaic | None = None  # of the level that was shown last: stands in while tiles are missing
        self._spare: np.ndarray | None = None
        self._failed: set[Key] = set()
        self._start()

    def _start(self) -> None:
        size = max(self.source.width, self.source.height)
        self.coarsest = max(0, math.ceil(math.log2(size / BASE)))
        self._base = Mosaic(self.coarsest, self._all_cells(self.coarsest), self.source.opaque)
        self._main = self._before = None
        self._failed.clear()

    def show(self, source: Source, change: Change | None) -> None:
        """Another version of the picture; `change` None or of the canvas: nothing of the old one is right."""
        same = (source.width, source.height) == (self.source.width, self.source.height)
        clearer = source.opaque != self.source.opaque
        self.source = source
        self._failed.clear()
        if change is None or change.canvas or not same:
            self.cache.clear()
            self._start()
            return
        if not change.rect.empty:
            self.cache.change(change.rect)
        if clearer:  # tiles stay, the images that hold them are of another kind
            self._main, self._before = None, None
            self._base = self._refilled(Mosaic(self.coarsest, self._all_cells(self.coarsest), source.opaque))

    def veil_changed(self) -> None:
        """All tiles look another way, in the same places."""
        self.cache.change(Rect(0, 0, self.source.width, self.source.height))

    @property
    def nbytes(self) -> int:
        mosaics = [one for one in (self._main, self._before, self._base) if one is not None]
        return self.cache.nbytes + sum(one.memory.nbytes for one in mosaics)

    @property
    def base_image(self) -> QImage:
        """The coarsest level; its upper left `base_size` is the picture."""
        return self._base.image

    @property
    def base_size(self) -> tuple[int, int]:
        return level_size(self.source.width, self.source.height, self.coarsest)

    @property
    def base_ready(self) -> bool:
        """Whether all of the coarsest level is there."""
        return bool((self._base.made_at >= 0).all())

    # What is wanted

    def wishes(self, view: View, clip: Rect) -> tuple[list[Wish], list[Wish]]:
        """Tiles to be made, (what is in sight and the coarsest level, what lies around it), nearest the middle first.

        `clip` is the part of the viewport that shows this plane, in device pixels.
        """
        base = [(self.coarsest, ty, tx) for ty, tx in _numbers_in(self._base.cells)]
        near = self._cells(view, clip)
        level = self._level(view)
        middle = (near.y0 + near.y1 - 1) / 2, (near.x0 + near.x1 - 1) / 2
        seen = sorted(_numbers_in(near), key=lambda at: abs(at[0] - middle[0]) + abs(at[1] - middle[1]))
        around = near.grown(1).clipped(self._all_cells(level)) if not near.empty else near
        ring = [at for at in _numbers_in(around) if at not in set(seen)]
        self.cache.trim({*base, *((level, ty, tx) for ty, tx in (*seen, *ring))})
        first = [*base, *((level, ty, tx) for ty, tx in seen)] if level != self.coarsest else base
        return self._missing(first), self._missing([(level, ty, tx) for ty, tx in ring])

    def _missing(self, keys: list[Key]) -> list[Wish]:
        return [
            Wish(self.number, self.cache.version, key, self.source)
            for key in keys
            if not self.cache.fresh(key) and key not in self._failed
        ]

    def take(self, made: Made) -> Rect | None:
        """A tile that was made: where in the picture's own pixels it belongs; None when it is no longer wanted."""
        key = made.wish.key
        if made.pixels is None:
            self._failed.add(key)
            return None
        if not self.cache.put(key, made.wish.version, made.pixels):
            return None
        for mosaic in (self._main, self._before, self._base):
            if mosaic is not None and mosaic.has_place(key):
                mosaic.put(key, made.pixels, made.wish.version)
        level, ty, tx = key
        side = SIDE << level
        return Rect(tx * side, ty * side, (tx + 1) * side, (ty + 1) * side)

    # Painting

    def paint(self, painter: QPainter, view: View, clip: Rect, ratio: float) -> None:
        """Paint what falls into `clip` (device pixels). The painter works in device pixels."""
        target = self.frame(view).clipped(clip)
        if target.empty:
            return
        main = self._ready(view, clip)
        if self._whole and not main.empty_cells(self._cells(view, target)):
            self._draw(painter, view, main, target, ratio)
            return
        rest = QRegion(_qrect(target))
        for mosaic in dict.fromkeys((main, self._before, self._base)):
            if mosaic is not None and not rest.isEmpty():
                part = self._there(view, mosaic, target).intersected(rest)
                rest = rest.subtracted(part)
                self._draw_part(painter, view, mosaic, target, part, ratio)
        if self._whole and not rest.isEmpty():
            painter.save()
            painter.setClipRegion(rest)
            painter.fillRect(_qrect(target), WAITING)
            painter.restore()

    def frame(self, view: View) -> Rect:
        """Where it lies in the viewport, in device pixels."""
        place = self.place or Rect(0, 0, view.picture_width, view.picture_height)
        return view.device_rect(place)

    def device_rect(self, view: View, rect: Rect) -> Rect:
        """A rectangle of the plane's own pixels in the viewport, rounded outwards."""
        left, top, zoom_x, zoom_y = self._mapping(view)
        return Rect(
            math.floor(left + rect.x0 * zoom_x) - 1, math.floor(top + rect.y0 * zoom_y) - 1,
            math.ceil(left + rect.x1 * zoom_x) + 1, math.ceil(top + rect.y1 * zoom_y) + 1,
        )  # fmt: skip

    def _mapping(self, view: View) -> tuple[float, float, float, float]:
        """Left, top and device pixels per own pixel across and down."""
        place = self.place or Rect(0, 0, view.picture_width, view.picture_height)
        left, top = view.to_device(place.x0, place.y0)
        zoom_x = place.width * view.zoom / self.source.width
        return left, top, zoom_x, place.height * view.zoom / self.source.height

    def _level(self, view: View) -> int:
        zoom = max(self._mapping(view)[2:])
        return min(max(math.floor(math.log2(1 / zoom) + 1e-6), 0), self.coarsest)

    def _all_cells(self, level: int) -> Rect:
        width, height = level_size(self.source.width, self.source.height, level)
        return Rect(0, 0, -(-width // SIDE), -(-height // SIDE))

    def _cells(self, view: View, clip: Rect) -> Rect:
        """The tiles of the view's level that `clip` shows."""
        level = self._level(view)
        left, top, zoom_x, zoom_y = self._mapping(view)
        seen = self.frame(view).clipped(clip)
        if seen.empty:
            return Rect(0, 0, 0, 0)
        across, down = zoom_x * (SIDE << level), zoom_y * (SIDE << level)
        cells = Rect(
            math.floor((seen.x0 - left - 1) / across), math.floor((seen.y0 - top - 1) / down),
            math.ceil((seen.x1 - left + 1) / across), math.ceil((seen.y1 - top + 1) / down),
        )  # fmt: skip
        return cells.clipped(self._all_cells(level))

    def _ready(self, view: View, clip: Rect) -> Mosaic:
        """The mosaic of the view's level with places for all that `clip` shows."""
        level = self._level(view)
        if level == self.coarsest:
            return self._base
        cells = self._cells(view, clip)
        main = self._main
        if main is not None and main.level == level and cells.clipped(main.cells) == cells:
            return main
        return self._anchored(level, cells.grown(1).clipped(self._all_cells(level)))

    def _anchored(self, level: int, cells: Rect) -> Mosaic:
        """A mosaic at another place; two pieces of memory take turns."""
        old = self._main
        new = Mosaic(level, cells, self.source.opaque, self._spare)
        self._spare = None
        if old is not None and old.level == level:
            new.take_over(old)
            self._spare = old.memory
        else:
            if self._before is not None:
                self._spare = self._before.memory
            self._before = old
        self._main = self._refilled(new)
        return new

    def _refilled(self, mosaic: Mosaic) -> Mosaic:
        for ty, tx in mosaic.empty_cells(mosaic.cells):
            tile = self.cache.get((mosaic.level, ty, tx))
            if tile is not None:
                mosaic.put((mosaic.level, ty, tx), *tile)
        return mosaic

    def _there(self, view: View, mosaic: Mosaic, target: Rect) -> QRegion:
        """Where in `target` a mosaic has something to show."""
        left, top, zoom_x, zoom_y = self._mapping(view)
        across, down = zoom_x * (SIDE << mosaic.level), zoom_y * (SIDE << mosaic.level)
        region = QRegion()
        for row, column in np.argwhere(mosaic.made_at >= 0):
            tx, ty = int(column) + mosaic.cells.x0, int(row) + mosaic.cells.y0
            cell = Rect(
                round(left + tx * across), round(top + ty * down),
                round(left + (tx + 1) * across), round(top + (ty + 1) * down),
            ).clipped(target)  # fmt: skip
            if not cell.empty:
                region += self._part(view, _qrect(cell), int(mosaic.made_at[row, column]))
        return region

    def _part(self, view: View, cell: QRect, version: int) -> QRegion:
        """What of a cell made as of a version can be shown: all of it, where the whole picture is there."""
        return QRegion(cell)

    def _draw_part(
        self, painter: QPainter, view: View, mosaic: Mosaic, target: Rect, part: QRegion, ratio: float
    ) -> None:
        if part.isEmpty():
            return
        painter.save()
        painter.setClipRegion(part)
        self._draw(painter, view, mosaic, target, ratio)
        painter.restore()

    def _draw(self, painter: QPainter, view: View, mosaic: Mosaic, target: Rect, ratio: float) -> None:
        if not mosaic.opaque:
            looks.paint_checkerboard(painter, target, self.frame(view), ratio)
        left, top, zoom_x, zoom_y = self._mapping(view)
        step = 1 << mosaic.level
        across, down = zoom_x * step, zoom_y * step
        has = mosaic.rect
        source = QRectF(
            (target.x0 - left) / across - has.x0, (target.y0 - top) / down - has.y0,
            target.width / across, target.height / down,
        )  # fmt: skip
        smooth = view.zoom < NEAREST and not (across == 1 == down)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(QRectF(_qrect(target)), mosaic.image, source)


def _qrect(rect: Rect) -> QRect:
    return QRect(rect.x0, rect.y0, rect.width, rect.height)


def _numbers_in(cells: Rect) -> list[tuple[int, int]]:
    return [(ty, tx) for ty in range(cells.y0, cells.y1) for tx in range(cells.x0, cells.x1)]
