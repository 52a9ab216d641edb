"""The frame: what of the pictures was painted last, kept while one looks at the same place: only the tiles that came
are painted anew then, and nothing where the window is just shown again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap, QRegion

from ganstudio.core.document import Rect
from ganstudio.ui.canvas.painting import paint_panes
from ganstudio.ui.canvas.pixels import qrect
from ganstudio.ui.canvas.plane import Plane
from ganstudio.ui.canvas.stage import Pane
from ganstudio.ui.canvas.view import View

_MOST_PARTS = 8  # of what is to be painted; more are painted as one
_MOST_NEWS = 64  # that are remembered while nothing is painted


@dataclass(frozen=True)
class _Shown:
    """What a frame is made of, but for where the picture lies; `pictures` the state of each pane's plane."""

    width: int
    height: int
    ratio: float
    panes: tuple[Pane, ...]
    pictures: tuple[int, ...]
    surround: int
    gap: int


class Frame:
    """One image of a viewport's size, in device pixels."""

    def __init__(self) -> None:
        self._image = QPixmap()
        self._shown: _Shown | None = None
        self._view: View | None = None
        self._news: list[tuple[Plane, Rect]] = []

    def outdate(self, plane: Plane, rect: Rect) -> None:
        """A rectangle of a plane's own pixels looks different now."""
        self._news.append((plane, rect))
        if len(self._news) > _MOST_NEWS:
            self._forget()

    def _forget(self) -> None:
        self._shown = None
        self._news.clear()

    def drop(self) -> None:
        """Nothing of it is right any more, and its memory is free."""
        self._image = QPixmap()
        self._forget()

    def image(
        self, width: int, height: int, ratio: float, view: View, panes: list[Pane], surround: QColor, gap: QColor
    ) -> QPixmap | None:
        """The panes in width×height device pixels, up to date; None where all of it is another than the last time: it
        is painted at once then, as while one pans and zooms a copy of everything would come on top."""
        pictures = tuple(pane.plane.painted for pane in panes)
        shown = _Shown(width, height, ratio, tuple(panes), pictures, surround.rgb(), gap.rgb())
        whole_there = all(pane.plane.complete(view, pane.clip) for pane in panes)
        if shown != self._shown or view != self._view or not whole_there:
            self.drop()
            self._shown, self._view = shown, view
            return None
        whole = QRect(0, 0, width, height)
        if self._image.isNull():
            self._image = QPixmap(width, height)
            self._image.fill(surround)  # it has no alpha then
            old = QRegion(whole)
        else:
            old = self._renewed(view, panes).intersected(whole)
        self._news.clear()
        if not old.isEmpty():
            self._paint(old, view, panes, surround, ratio)
        return self._image

    def _renewed(self, view: View, panes: list[Pane]) -> QRegion:
        """Where what was told of since is seen."""
        region = QRegion()
        for plane, rect in self._news:
            for pane in panes:
                if pane.plane is plane:
                    region += qrect(plane.device_rect(view, rect).clipped(pane.clip).moved(pane.left, pane.top))
        return region

    def _paint(self, region: QRegion, view: View, panes: list[Pane], surround: QColor, ratio: float) -> None:
        with QPainter(self._image) as painter:
            parts = [region.boundingRect()] if region.rectCount() > _MOST_PARTS else list(region)  # type: ignore[arg-type]
            for part in parts:
                # Qt adds up where it samples along a row: from the frame's edge on it comes to the same every time.
                rect = Rect(0, part.y(), part.x() + part.width(), part.y() + part.height())
                paint_panes(painter, rect, view, panes, [], surround, ratio)
