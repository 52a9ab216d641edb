"""The frame: what of the pictures was painted last, kept, so that only what is new in it is painted: all of it after
a zoom, strips at the edges after a pan at 100 %, the tiles that came, and nothing where the window is shown again."""

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
_TOO_FAR = 0.5  # a pan by more of the pane's size is painted anew


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
    ) -> QPixmap:
        """The panes in width×height device pixels, up to date."""
        pictures = tuple(pane.plane.painted for pane in panes)
        shown = _Shown(width, height, ratio, tuple(panes), pictures, surround.rgb(), gap.rgb())
        whole = QRect(0, 0, width, height)
        if self._image.width() != width or self._image.height() != height:
            self._image = QPixmap(width, height)
            self._image.fill(surround)  # it has no alpha then
            self._shown = None
        if shown != self._shown or self._view is None:
            old = QRegion(whole)
        else:
            old = self._moved(self._view, view, panes, whole) + self._renewed(view, panes)
        self._shown, self._view = shown, view
        self._news.clear()
        if not old.isEmpty():
            self._paint(old.intersected(whole), view, panes, surround, ratio)
        return self._image

    def _moved(self, old: View, new: View, panes: list[Pane], whole: QRect) -> QRegion:
        """After a pan most of it is there already, somewhere else; gives what is not."""
        dx, dy = new.left - old.left, new.top - old.top
        if (dx or dy) and not all(pane.plane.even(new) for pane in panes):
            return QRegion(whole)
        far = abs(dx) > _TOO_FAR * new.width or abs(dy) > _TOO_FAR * new.height
        if far or (new.zoom, new.width, new.height) != (old.zoom, old.width, old.height):
            return QRegion(whole)
        bare = QRegion()
        if dx or dy:
            for pane in panes:
                area = qrect(pane.clip.moved(pane.left, pane.top)).intersected(whole)
                self._image.scroll(dx, dy, area)
                bare += QRegion(area).subtracted(QRegion(area.translated(dx, dy)))
        return bare

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
                rect = Rect(part.x(), part.y(), part.x() + part.width(), part.y() + part.height())
                paint_panes(painter, rect, view, panes, [], surround, ratio)
