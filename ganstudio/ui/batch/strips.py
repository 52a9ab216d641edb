"""Strips: the rows of the queue's table that are seen, each painted once until something about it changes. Painting all
cells takes twenty milliseconds, and the table is painted anew whenever anything in it moves."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

from ganstudio.jobs.changes import Row
from ganstudio.ui.batch.cells import Column
from ganstudio.ui.batch.row_painter import Line, RowPainter
from ganstudio.ui.theme import theme

Columns = list[tuple[Column, int, int]]
_SPARE = 40  # strips kept besides those that are seen


class Strips:
    def __init__(self, painter: RowPainter) -> None:
        self._paint = painter
        self._strips: dict[int, tuple[tuple[object, ...], QPixmap]] = {}
        self._look: tuple[object, ...] = ()

    def paint(
        self, painter: QPainter, rows: Iterable[tuple[Row, Line, int]], columns: Columns, wide: int, high: int
    ) -> None:
        """Rows with their Lines and upper edges, `wide`×`high` logical pixels each."""
        ratio = painter.device().devicePixelRatioF()
        if ratio != int(ratio):  # a strip would not lie on whole pixels
            for row, line, top in rows:
                self._paint.paint(painter, QRect(0, top, wide, high), row, line, columns)
            return
        look = (theme().now, theme().text_scale, ratio, tuple(columns), wide, high)
        if look != self._look:
            self._look = look
            self._strips.clear()
        seen: set[int] = set()
        for row, line, top in rows:
            painter.drawPixmap(0, top, self._strip(row, line, columns, wide, high, ratio))
            seen.add(row.id)
        if len(self._strips) > len(seen) + _SPARE:
            self._strips = {id: strip for id, strip in self._strips.items() if id in seen}

    def _strip(self, row: Row, line: Line, columns: Columns, wide: int, high: int, ratio: float) -> QPixmap:
        facts = (*self._paint.facts(row), line._replace(at=line.at % 2))
        known = self._strips.get(row.id)
        if known is not None and known[0] == facts:
            return known[1]
        strip = QPixmap(round(wide * ratio), round(high * ratio))
        strip.setDevicePixelRatio(ratio)
        strip.fill(Qt.GlobalColor.transparent)
        with QPainter(strip) as painter:
            self._paint.paint(painter, QRect(0, 0, wide, high), row, line, columns)
        self._strips[row.id] = facts, strip
        return strip
