"""A running task's result over the enlarged original: tiles that are there, hairline frames where they are to come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from ganstudio.core.document import Rect
from ganstudio.core.document.tiles import SIDE
from ganstudio.core.raster import Raster
from ganstudio.ui.canvas.composer import Key, Wish
from ganstudio.ui.canvas.pixels import qrect
from ganstudio.ui.canvas.plane import Plane
from ganstudio.ui.canvas.sources import RasterSource
from ganstudio.ui.canvas.stage import Pane, Stage, display_of
from ganstudio.ui.canvas.view import View

_FRAME = QColor(255, 255, 255, 80)
_MOST_FRAMES = 2000


@dataclass(frozen=True, eq=False)
class RunningView:
    """`target` is where the result will lie on the picture shown (its pixels), `scale` how many of the result's pixels
    are one of the picture's; `done` are the rectangles of the result (its own pixels) that are in `raster` already."""

    target: Rect
    scale: float
    done: list[Rect]
    raster: Raster


class RunningPlane(Plane):
    """A picture of which only some rectangles are there."""

    _whole = False

    def __init__(self, view: RunningView) -> None:
        super().__init__(RasterSource(view.raster, display_of(view.raster.meta.icc)), view.target)
        self.done: list[Rect] = []
        self._rects = np.zeros((0, 5), np.int64)  # x0, y0, x1, y1, since which version

    def more(self, done: list[Rect]) -> list[Rect]:
        """All rectangles that are there; gives those that were not known. They alone are made again."""
        known = set(self.done)
        new = [rect for rect in done if rect not in known]
        rows = [(*rect, self.chunks.change(rect)) for rect in new]
        self.done += new
        if rows:
            self._rects = np.concatenate([self._rects, np.array(rows, np.int64)])
        return new

    def has(self, x: int, y: int) -> bool:
        """Whether a pixel of the result is there."""
        r = self._rects
        return bool(((r[:, 0] <= x) & (x < r[:, 2]) & (r[:, 1] <= y) & (y < r[:, 3])).any())

    def _missing(self, keys: list[Key]) -> list[Wish]:
        return super()._missing([key for key in keys if self._begun(*key)])

    def _begun(self, level: int, ty: int, tx: int) -> bool:
        """Whether something of a tile is there."""
        side, rects = SIDE << level, self._rects
        across = (rects[:, 0] < (tx + 1) * side) & (rects[:, 2] > tx * side)
        return bool((across & (rects[:, 1] < (ty + 1) * side) & (rects[:, 3] > ty * side)).any())

    def device_rect(self, view: View, rect: Rect) -> Rect:
        """Also where a neighbour is shown nearer to its edge than before."""
        return super().device_rect(view, rect).grown(self._reach(view))

    def _reach(self, view: View) -> int:
        """How far, in device pixels, samples that are not there yet are mixed in when the picture is scaled."""
        return math.ceil(max(self.mapping(view)[2:]) * (2 << self.level(view)))

    def _part(self, view: View, cell: QRect, version: int) -> QRegion:
        """The rectangles that were there when the cell was made, less the edges that border on what is to come."""
        left, top, across, down = self.mapping(view)
        reach = self._reach(view)
        around = cell.adjusted(-reach, -reach, reach, reach).intersected(qrect(self.frame(view)))
        rects = self._rects[self._rects[:, 4] <= version]
        x0, y0 = np.rint(left + rects[:, 0] * across), np.rint(top + rects[:, 1] * down)
        x1, y1 = np.rint(left + rects[:, 2] * across), np.rint(top + rects[:, 3] * down)
        hit = (x0 <= around.right()) & (x1 > around.left()) & (y0 <= around.bottom()) & (y1 > around.top())
        there = QRegion()
        for a, b, c, d in np.stack([x0, y0, x1, y1], 1)[hit].astype(int).tolist():
            there += QRect(a, b, c - a, d - b)
        gaps = QRegion(around).subtracted(there)
        for dx, dy in product((-reach, 0, reach), repeat=2):
            there -= gaps.translated(dx, dy)
        return there.intersected(cell)


class Running:
    """The overlay of one task."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._view: RunningView | None = None
        self._plane: RunningPlane | None = None

    @property
    def shown(self) -> bool:
        return self._plane is not None

    def show(self, view: RunningView | None) -> tuple[RunningPlane, list[Rect]] | None:
        """None: all is to be painted again; else the plane and which of its pixels are."""
        old, self._view = self._view, view
        again = view is not None and old is not None and view.raster is old.raster and view.target == old.target
        if not again:
            if self._plane is not None:
                self._stage.remove(self._plane)
            self._plane = None if view is None else RunningPlane(view)
            if self._plane is not None:
                self._stage.add(self._plane)
        if view is None or self._plane is None:
            return None
        before = _edges(self._plane.done)
        new = self._plane.more(view.done)
        return (self._plane, new) if before == _edges(self._plane.done) else None  # else the frames are others

    def hidden(self, view: View, panes: list[Pane], ratio: float) -> QRegion:
        return QRegion()  # it is a part of the result

    def pieces(self, view: View, panes: list[Pane]) -> list[Pane]:
        if self._plane is None:
            return []
        return [Pane(self._plane, pane.clip, pane.left, pane.top) for pane in panes if pane.result]

    def paint(self, painter: QPainter, view: View, panes: list[Pane], ratio: float) -> None:
        if self._plane is None or not self._plane.done:
            return
        painter.setPen(QPen(_FRAME, max(1, int(ratio))))
        for pane in panes:
            if pane.result:
                painter.save()
                painter.translate(pane.left, pane.top)
                painter.setClipRect(qrect(pane.clip))
                painter.drawRects([qrect(rect) for rect in self._waiting(self._plane, view, pane.clip)])
                painter.restore()

    def _waiting(self, plane: RunningPlane, view: View, clip: Rect) -> list[Rect]:
        """Frames, in device pixels, of the tiles to come that can be seen; as large as the largest that came."""
        left, top, across, down = plane.mapping(view)
        seen = plane.frame(view).clipped(clip)
        known = _edges(plane.done)
        xs = _filled(known[0], max(r.width for r in plane.done), plane.source.width)
        ys = _filled(known[1], max(r.height for r in plane.done), plane.source.height)
        if len(xs) * len(ys) > _MOST_FRAMES:
            return []
        frames = []
        for y0, y1 in pairwise(ys):
            for x0, x1 in pairwise(xs):
                frame = Rect(
                    round(left + x0 * across), round(top + y0 * down),
                    round(left + x1 * across), round(top + y1 * down),
                )  # fmt: skip
                if not frame.clipped(seen).empty and not plane.has((x0 + x1) // 2, (y0 + y1) // 2):
                    frames.append(frame)
        return frames


def _edges(done: list[Rect]) -> tuple[frozenset[int], frozenset[int]]:
    """Where tiles that came begin and end, across and down."""
    return (
        frozenset(edge for rect in done for edge in (rect.x0, rect.x1)),
        frozenset(edge for rect in done for edge in (rect.y0, rect.y1)),
    )


def _filled(edges: frozenset[int], step: int, end: int) -> list[int]:
    """The edges from 0 to `end`, with those that are to be expected between."""
    known = sorted({0, end, *edges})
    return [*(at for low, high in pairwise(known) for at in range(low, high, step)), end]
