"""A plane: one picture on the canvas, painted from the tiles that are there. It says which tiles it wants; what is
not there yet is painted from another level."""

from __future__ import annotations

import itertools
import math

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QRegion

from ganstudio.core.document import Change, Rect
from ganstudio.core.document.tiles import SIDE
from ganstudio.ui.canvas import looks
from ganstudio.ui.canvas.chunk import EXTENT, Chunk
from ganstudio.ui.canvas.chunks import Chunks, places_of
from ganstudio.ui.canvas.composer import Key, Made, Wish
from ganstudio.ui.canvas.pixels import qrect
from ganstudio.ui.canvas.sources import Source
from ganstudio.ui.canvas.view import View

BUDGET = 96 << 20  # bytes of chunks, besides those in sight
NEAREST = 2.0  # from this zoom on pixels are squares
_LARGER = 0.13  # octaves: means of 2×2, a tenth enlarged, are as sharp as the level below reduced, and cost a quarter
WAITING = QColor(0x33, 0x33, 0x33)
_numbers = itertools.count(1)


class Plane:
    """A Source and its tiles. `place` is where it lies on the picture (picture pixels); None: all of it."""

    _whole = True  # every part of the picture can be shown

    def __init__(self, source: Source, place: Rect | None = None, budget: int = BUDGET) -> None:
        self.number = next(_numbers)
        self.source = source
        self.place = place
        self.chunks = Chunks(source.width, source.height, source.opaque, budget)
        self._failed: set[Key] = set()
        self._mapped: tuple[View, tuple[float, float, float, float]] | None = None  # the newest answer of `mapping`
        self.painted = 0  # another number: nothing of it looks as before; `take` says what else does not
        self._start()

    def _start(self) -> None:
        longest = max(self.source.width, self.source.height)
        self.coarsest = max(0, math.ceil(math.log2(longest / EXTENT)))  # the level that is one chunk
        self._failed.clear()
        self._mapped = None

    def show(self, source: Source, change: Change | None) -> None:
        """Another version of the picture; `change` None or of the canvas: nothing of the old one is right."""
        same = (source.width, source.height) == (self.source.width, self.source.height)
        self.source = source
        self._failed.clear()
        if change is None or change.canvas or not same:
            self.chunks.clear(source.width, source.height, source.opaque)
            self.painted += 1
            self._start()
            return
        if not change.rect.empty:
            self.chunks.change(change.rect)
        self.painted += self.chunks.set_opaque(source.opaque)

    @property
    def nbytes(self) -> int:
        return self.chunks.nbytes

    @property
    def base(self) -> Chunk | None:
        """The whole picture as one chunk; None when not all of it is there yet."""
        chunk = self.chunks.at((self.coarsest, 0, 0))
        return chunk if chunk is not None and chunk.complete(chunk.cells) else None

    # What is wanted

    def wanted(self, view: View, clip: Rect) -> tuple[int, int, int, Rect]:
        """What `wishes` depends on: while it stays the same, nothing new is to be made."""
        return self.number, self.chunks.version, self.level(view), self._cells(view, clip)

    def wishes(self, view: View, clip: Rect) -> tuple[list[Wish], list[Wish]]:
        """Tiles to be made, (what is in sight and the coarsest level, what lies around it), nearest the middle first.

        `clip` is the part of the viewport that shows this plane, in device pixels.
        """
        level, near = self.level(view), self._cells(view, clip)
        around = near.grown(1).clipped(self.chunks.cells(level)) if not near.empty else near
        self.chunks.keep({(self.coarsest, 0, 0), *places_of(level, around)})
        base = [(self.coarsest, ty, tx) for ty, tx in _numbers_in(self.chunks.cells(self.coarsest))]
        middle = (near.y0 + near.y1 - 1) / 2, (near.x0 + near.x1 - 1) / 2
        seen = sorted(_numbers_in(near), key=lambda at: abs(at[0] - middle[0]) + abs(at[1] - middle[1]))
        first = base if level == self.coarsest else [*base, *((level, ty, tx) for ty, tx in seen)]
        known = set(first)
        later = [(level, ty, tx) for ty, tx in _numbers_in(around) if (level, ty, tx) not in known]
        return self._missing(first), self._missing(later)

    def _missing(self, keys: list[Key]) -> list[Wish]:
        return [
            Wish(self.number, self.chunks.version, key, self.source)
            for key in keys
            if not self.chunks.fresh(key) and key not in self._failed
        ]

    def take(self, made: Made) -> Rect | None:
        """A tile that was made: where in the picture's own pixels it belongs; None when it is no longer wanted."""
        level, ty, tx = made.wish.key
        if made.pixels is None:
            self._failed.add(made.wish.key)
            return None
        if not self.chunks.put(made.wish.key, made.wish.version, made.pixels):
            return None
        side = SIDE << level
        return Rect(tx * side, ty * side, (tx + 1) * side, (ty + 1) * side)

    # Where it lies

    def frame(self, view: View) -> Rect:
        """Where it lies in the viewport, in device pixels."""
        return view.device_rect(self.place or Rect(0, 0, view.picture_width, view.picture_height))

    def device_rect(self, view: View, rect: Rect) -> Rect:
        """A rectangle of the plane's own pixels in the viewport, rounded outwards."""
        left, top, across, down = self.mapping(view)
        return Rect(
            math.floor(left + rect.x0 * across) - 1, math.floor(top + rect.y0 * down) - 1,
            math.ceil(left + rect.x1 * across) + 1, math.ceil(top + rect.y1 * down) + 1,
        )  # fmt: skip

    def mapping(self, view: View) -> tuple[float, float, float, float]:
        """Left, top, and device pixels per own pixel across and down."""
        if self._mapped is None or self._mapped[0] is not view:
            place = self.place or Rect(0, 0, view.picture_width, view.picture_height)
            across, down = place.width * view.zoom / self.source.width, place.height * view.zoom / self.source.height
            self._mapped = view, (*view.to_device(place.x0, place.y0), across, down)
        return self._mapped[1]

    def level(self, view: View) -> int:
        """The level that is shown: the one of the fewest pixels that are not (much) larger than the screen's."""
        zoom = max(self.mapping(view)[2:])
        return min(max(math.floor(math.log2(1 / zoom) + _LARGER), 0), self.coarsest)

    def _cells(self, view: View, clip: Rect, level: int | None = None) -> Rect:
        """The tiles of a level (the view's) that `clip` shows."""
        level = self.level(view) if level is None else level
        left, top, across, down = self.mapping(view)
        seen = self.frame(view).clipped(clip)
        if seen.empty:
            return Rect(0, 0, 0, 0)
        across, down = across * (SIDE << level), down * (SIDE << level)
        cells = Rect(
            math.floor((seen.x0 - left - 1) / across), math.floor((seen.y0 - top - 1) / down),
            math.ceil((seen.x1 - left + 1) / across), math.ceil((seen.y1 - top + 1) / down),
        )  # fmt: skip
        return cells.clipped(self.chunks.cells(level))

    # Painting

    def paint(self, painter: QPainter, view: View, clip: Rect, ratio: float, dirty: Rect | None = None) -> None:
        """Paint what falls into `clip`; of it only `dirty`, the same samples as with all of it. The painter works in
        the viewport's device pixels, and is clipped to `dirty`."""
        target = self.frame(view).clipped(clip)
        dirty = target if dirty is None else target.clipped(dirty)
        if dirty.empty:
            return
        missing = self._paint_complete(painter, view, target, dirty, ratio) if self._whole else QRegion(qrect(dirty))
        if missing.isEmpty():
            return
        level = self.level(view)
        for other in dict.fromkeys((level, max(level - 1, 0), *range(level + 1, self.coarsest + 1))):
            for place in places_of(other, self._cells(view, dirty, other)):
                chunk = self.chunks.at(place)
                there = QRegion() if chunk is None else self._there(view, chunk, target)
                part = there.intersected(missing)
                if chunk is not None and not part.isEmpty():
                    painter.save()
                    painter.setClipRegion(part, Qt.ClipOperation.IntersectClip)
                    self._draw(painter, view, chunk, _rect(part.boundingRect()), ratio)
                    painter.restore()
                    missing = missing.subtracted(part)
        if self._whole and not missing.isEmpty():
            for rect in missing:  # type: ignore[attr-defined]
                painter.fillRect(rect, WAITING)

    def complete(self, view: View, clip: Rect) -> bool:
        """Whether all that `clip` shows is there, on the level that is shown."""
        level, cells = self.level(view), self._cells(view, self.frame(view).clipped(clip))
        chunks = (self.chunks.at(place) for place in places_of(level, cells))
        return all(chunk is not None and chunk.complete(cells.clipped(chunk.cells)) for chunk in chunks)

    def _paint_complete(self, painter: QPainter, view: View, target: Rect, dirty: Rect, ratio: float) -> QRegion:
        """Chunks of which all that is in sight is there; gives what of `dirty` they do not cover."""
        level, cells, missing = self.level(view), self._cells(view, target), QRegion()
        left, top, across, down = self.mapping(view)
        across, down = across * (EXTENT << level), down * (EXTENT << level)
        for place in places_of(level, cells):
            _, row, column = place
            x0, x1 = max(round(left + column * across), target.x0), min(round(left + (column + 1) * across), target.x1)
            y0, y1 = max(round(top + row * down), target.y0), min(round(top + (row + 1) * down), target.y1)
            seen = Rect(x0, y0, x1, y1)
            if x1 <= x0 or y1 <= y0 or seen.clipped(dirty).empty:
                continue
            chunk = self.chunks.at(place)
            if chunk is not None and chunk.complete(cells.clipped(chunk.cells)):
                self._draw(painter, view, chunk, seen, ratio)
            else:
                missing += qrect(seen.clipped(dirty))
        return missing

    def _device(self, view: View, level: int, rect: Rect) -> Rect:
        """A rectangle of a level's pixels in whole device pixels; neighbours touch."""
        left, top, across, down = self.mapping(view)
        across, down = across * (1 << level), down * (1 << level)
        return Rect(
            round(left + rect.x0 * across), round(top + rect.y0 * down),
            round(left + rect.x1 * across), round(top + rect.y1 * down),
        )  # fmt: skip

    def _there(self, view: View, chunk: Chunk, target: Rect) -> QRegion:
        """Where in `target` a chunk has something to show."""
        if self._whole and chunk.complete(chunk.cells):
            return QRegion(qrect(self._device(view, chunk.level, chunk.rect).clipped(target)))
        region = QRegion()
        for row, column in np.argwhere(chunk.made_at >= 0).tolist():
            x, y = (column + chunk.cells.x0) * SIDE, (row + chunk.cells.y0) * SIDE
            cell = self._device(view, chunk.level, Rect(x, y, x + SIDE, y + SIDE)).clipped(target)
            if not cell.empty:
                region += self._part(view, qrect(cell), int(chunk.made_at[row, column]))
        return region

    def _part(self, view: View, cell: QRect, version: int) -> QRegion:
        """What of a cell made as of a version can be shown: all of it, where the whole picture is there."""
        return QRegion(cell)

    def _draw(self, painter: QPainter, view: View, chunk: Chunk, target: Rect, ratio: float) -> None:
        if not chunk.opaque:
            looks.paint_checkerboard(painter, target, self.frame(view), ratio)
        left, top, across, down = self.mapping(view)
        across, down = across * (1 << chunk.level), down * (1 << chunk.level)
        source = chunk.source(
            (target.x0 - left) / across, (target.y0 - top) / down, target.width / across, target.height / down
        )
        smooth = view.zoom < NEAREST and not (across == 1 == down)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(QRectF(qrect(target)), chunk.image, source)


def _rect(rect: QRect) -> Rect:
    return Rect(rect.x(), rect.y(), rect.x() + rect.width(), rect.y() + rect.height())


def _numbers_in(cells: Rect) -> list[tuple[int, int]]:
    return [(ty, tx) for ty in range(cells.y0, cells.y1) for tx in range(cells.x0, cells.x1)]
