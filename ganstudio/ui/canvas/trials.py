"""Trials: what two or three models make of the same region, side by side over it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from ganstudio.core.document import Rect
from ganstudio.core.raster import Raster
from ganstudio.ui import theme
from ganstudio.ui.canvas import looks
from ganstudio.ui.canvas.pixels import logical, qrect
from ganstudio.ui.canvas.plane import Plane
from ganstudio.ui.canvas.sources import RasterSource
from ganstudio.ui.canvas.stage import Pane, Stage, display_of
from ganstudio.ui.canvas.view import View

MOST = 3
_GAP = 8  # logical pixels between two
_SCRIM = QColor(0, 0, 0, 90)


@dataclass(frozen=True, eq=False)
class Trial:
    """`rect` is the region of the picture (its pixels), `image` what it became, at any size; None: not there yet."""

    rect: Rect
    title: str
    image: Raster | None


class Trials:
    """The overlay of the trials there are."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.trials: list[Trial] = []
        self.chosen = 0
        self._planes: list[Plane | None] = []

    @property
    def shown(self) -> bool:
        return bool(self.trials)

    def show(self, trials: list[Trial]) -> None:
        """ValueError for more than three."""
        if len(trials) > MOST:
            raise ValueError(f"{len(trials)} trials")
        had = {id(trial.image): plane for trial, plane in zip(self.trials, self._planes, strict=True)}
        kept = [had.pop(id(trial.image), None) for trial in trials]
        for plane in had.values():
            if plane is not None:
                self._stage.remove(plane)
        self._planes = [plane or self._plane(trial) for trial, plane in zip(trials, kept, strict=True)]
        self.trials = list(trials)
        self.chosen = min(self.chosen, max(len(trials) - 1, 0))

    def _plane(self, trial: Trial) -> Plane | None:
        if trial.image is None:
            return None
        plane = Plane(RasterSource(trial.image, display_of(trial.image.meta.icc)), trial.rect)
        self._stage.add(plane)
        return plane

    def step(self, by: int) -> None:
        self.chosen = (self.chosen + by) % max(len(self.trials), 1)

    def at(self, view: View, panes: list[Pane], x: float, y: float) -> int | None:
        """The trial at a point of the widget (device pixels)."""
        for number, (cell, left, top) in enumerate(self._cells(view, panes)):
            if cell.x0 <= x - left < cell.x1 and cell.y0 <= y - top < cell.y1:
                return number
        return None

    def _cells(self, view: View, panes: list[Pane]) -> list[tuple[Rect, int, int]]:
        """For each trial what of the region it shows (device pixels of the view) and how far it is moved.

        They lie side by side around the region's middle, inside the viewport; where the region is too wide for that
        all show the same middle part of it.
        """
        if not self.trials or not panes:
            return []
        pane = next((one for one in panes if one.result), panes[-1])
        count = len(self.trials)
        cells = []
        for number, trial in enumerate(self.trials):
            region = view.device_rect(trial.rect)
            room = (view.width - (count + 1) * _GAP) // count
            width = min(region.width, room) if count > 1 else region.width
            middle = (region.x0 + region.x1) // 2
            part = Rect(middle - width // 2, region.y0, middle - width // 2 + width, region.y1)
            whole = count * width + (count - 1) * _GAP
            first = min(max(middle - whole // 2, _GAP), max(view.width - whole - _GAP, _GAP)) if count > 1 else part.x0
            cells.append((part, first + number * (width + _GAP) - part.x0 + pane.left, 0))
        return cells

    def hidden(self, view: View, panes: list[Pane], ratio: float) -> QRegion:
        region = QRegion()
        for cell, left, top in self._cells(view, panes):
            region += logical(cell.moved(left, top).grown(round(2 * ratio)), ratio)
        return region

    def pieces(self, view: View, panes: list[Pane]) -> list[Pane]:
        return [
            Pane(plane, cell, left, top)
            for plane, (cell, left, top) in zip(self._planes, self._cells(view, panes), strict=False)
            if plane is not None
        ]

    def paint(self, painter: QPainter, view: View, panes: list[Pane], ratio: float) -> None:
        """Dashed frames and name tags."""
        for number, (cell, left, top) in enumerate(self._cells(view, panes)):
            trial, box = self.trials[number], cell.moved(left, top)
            if trial.image is None:
                painter.fillRect(qrect(box), _SCRIM)
            several = len(self.trials) > 1
            colour = theme.theme().now.accent_text if several and number == self.chosen else QColor(255, 255, 255)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(0, 0, 0, 160), 1.5 * ratio))
            painter.drawRect(qrect(box))
            wide = 2.5 if several and number == self.chosen else 1.5
            painter.setPen(QPen(colour, wide * ratio, Qt.PenStyle.DashLine))
            painter.drawRect(qrect(box))
            painter.save()
            painter.scale(ratio, ratio)
            looks.paint_label(painter, trial.title, QPointF(box.x0 / ratio + 8, box.y1 / ratio - 8))
            painter.restore()
