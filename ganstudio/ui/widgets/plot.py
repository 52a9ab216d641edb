"""Plot: a few lines over a common axis, each named and marked where it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme

from . import draw, wording

Line = tuple[str, Sequence[tuple[float, float]]]
_HEAD, _FOOT, _LEFT, _RIGHT = 30, 20, 40, 12


class Plot(QWidget):
    """`title` at the top left, the lines' names at the top right; y from the values, x from 0 to `end`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._empty = title, ""
        self._lines: list[Line] = []
        self._end = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        follow(self.updateGeometry)

    def set_lines(self, lines: Sequence[Line], end: float) -> None:
        self._lines = [one for one in lines if one[1]]
        self._end = end
        last = [f"{name} {wording.measure(points[-1][1])}" for name, points in self._lines]
        self.setAccessibleDescription(", ".join(last))
        self.setToolTip("\n".join(last))
        self.update()

    def set_empty(self, text: str) -> None:
        """What stands in it while there is nothing to draw."""
        self._empty = text
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(340), theme().px(172))

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            draw.box(painter, QRectF(self.rect()), now.raised, now.frame, 6)
            px = theme().px
            area = QRectF(
                px(_LEFT), px(_HEAD), self.width() - px(_LEFT) - px(_RIGHT), self.height() - px(_HEAD) - px(_FOOT)
            )
            head = QRectF(px(10), px(4), self.width() - px(20), px(22))
            draw.text(painter, head, self._title, theme().font(11, 600), now.text)
            if not self._lines:
                draw.text(painter, area, self._empty, theme().font(11), now.text3, Qt.AlignmentFlag.AlignCenter)
                return
            colours = list(now.data)
            self._legend(painter, head, colours)
            low, high = _bounds([value for _name, points in self._lines for _step, value in points])
            end = max([self._end, *(points[-1][0] for _name, points in self._lines), 1.0])
            self._axes(painter, area, low, high, end)
            painter.setClipRect(area.adjusted(-3, -3, 6, 3))
            for (_name, points), colour in zip(self._lines, colours, strict=False):
                self._line(painter, area, points, colour, (low, high, end))

    def _legend(self, painter: QPainter, head: QRectF, colours: list[QColor]) -> None:
        font, right = theme().font(11), head.right()
        for (name, _points), colour in reversed(list(zip(self._lines, colours, strict=False))):
            wide = theme().metrics(11).horizontalAdvance(name) + 2
            if right - wide < head.left() + theme().metrics(11, 600).horizontalAdvance(self._title) + 24:
                return
            draw.text(painter, QRectF(right - wide, head.top(), wide, head.height()), name, font, theme().now.text2)
            painter.setPen(QPen(colour, 2.0))
            middle = round(head.center().y())
            painter.drawLine(QPointF(right - wide - 16, middle), QPointF(right - wide - 6, middle))
            right -= wide + 26

    def _axes(self, painter: QPainter, area: QRectF, low: float, high: float, end: float) -> None:
        now, font, high_px = theme().now, theme().font(10.5), theme().px(14)
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(now.line, draw.hair(painter)))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            place = QRectF(0, y - high_px / 2, area.left() - 6, high_px)
            words = wording.measure(low + share * (high - low))
            draw.text(painter, place, words, font, now.text3, Qt.AlignmentFlag.AlignRight)
            x = area.left() + share * area.width()
            align = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
            wide = area.width() / 3
            left = (x, x - wide / 2, x - wide)[round(share * 2)]
            spot = QRectF(left, area.bottom() + 3, wide, high_px)
            draw.text(painter, spot, wording.count(round(share * end)), font, now.text3, align[round(share * 2)])

    def _line(
        self, painter: QPainter, area: QRectF, points: Sequence[tuple[float, float]], colour: QColor,
        bounds: tuple[float, float, float],
    ) -> None:  # fmt: skip
        low, high, end = bounds
        placed = QPolygonF()
        for step, value in thinned([p for p in points if math.isfinite(p[1])], max(8, int(area.width() / 2))):
            y = area.bottom() - (value - low) / (high - low) * area.height()
            placed.append(QPointF(area.left() + step / end * area.width(), y))
        if placed.isEmpty():
            return
        painter.setPen(QPen(colour, 1.5))
        painter.drawPolyline(placed)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(placed.last(), 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """Round numbers around the values, never equal; a few wild ones at the start do not squeeze the rest."""
    finite = sorted(value for value in values if math.isfinite(value)) or [0.0, 1.0]
    low, high = finite[0], finite[-1]
    usual = finite[min(len(finite) - 1, int(len(finite) * 0.98))]
    if len(finite) >= 50 and high - low > 4 * (usual - low) > 0:
        high = usual
    if high - low <= max(1e-12, 1e-9 * max(abs(low), abs(high))):
        around = max(0.5 * abs(high), 1e-6)
        low, high = low - around, high + around
    step = 10.0 ** math.floor(math.log10(high - low)) / 2
    return math.floor(low / step) * step, math.ceil(high / step) * step


def thinned(points: list[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """At most about 2·`most` points: of each piece the lowest and the highest, so that no peak is lost."""
    if len(points) <= 2 * most:
        return points
    size = -(-len(points) // most)
    kept: list[tuple[float, float]] = []
    for start in range(0, len(points), size):
        piece = points[start : start + size]
        low, high = min(piece, key=lambda p: p[1]), max(piece, key=lambda p: p[1])
        kept += sorted({low, high})
    return kept
