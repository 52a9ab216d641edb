"""How a row of the queue is painted: thumbnail and handle, glyph and word, bar of what runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from ganstudio.core.text import _
from ganstudio.jobs.changes import Row
from ganstudio.jobs.records import State
from ganstudio.ui import icons
from ganstudio.ui.batch.cells import Column
from ganstudio.ui.batch.model import QueueModel
from ganstudio.ui.batch.thumbs import Thumbs
from ganstudio.ui.batch.words import LOOKS
from ganstudio.ui.theme import Tokens, theme
from ganstudio.ui.widgets import draw

ROW = 23
THUMB_W, THUMB_H = 30, 18
HANDLE = 30
_QUIET = (State.WAITING, State.PAUSED, State.CANCELLED)
_BAR_W = 96


class Line(NamedTuple):
    """How a row stands in the table: at which place, and what is the matter with it there."""

    at: int
    selected: bool
    pointed: bool
    focused: bool


class RowPainter:
    """`columns` of `paint` are those that are seen, each with its left edge and width."""

    def __init__(self, model: QueueModel, thumbs: Thumbs) -> None:
        self._model, self._thumbs = model, thumbs
        self._striped: tuple[Tokens | None, QColor] = None, QColor()

    def facts(self, row: Row) -> tuple[object, ...]:
        """All that is shown of a row besides its Line: while it stays the same, so does the picture of it."""
        image = self._thumbs.of(row.id)
        model = self._model
        seen = self._thumbs.known(row.id) if image is None else image.cacheKey()
        return row, model.sizes.get(row.id), model.share(row), model.in_work_order, seen

    def paint(
        self, painter: QPainter, whole: QRect, row: Row, line: Line, columns: Sequence[tuple[Column, int, int]]
    ) -> None:
        now = theme().now
        if line.selected:
            painter.fillRect(whole, now.sel)
        elif line.pointed:
            painter.fillRect(whole, now.hover)
        else:
            painter.fillRect(whole, self._stripe(now) if line.at % 2 else now.panel)
        for column, left, wide in columns:
            area = QRect(left, whole.top(), wide, whole.height())
            if column == Column.PICTURE or column == Column.STATE:
                painter.save()
                draw.begin(painter)
                if column == Column.PICTURE:
                    self._paint_picture(painter, area, row)
                else:
                    self._paint_state(painter, area, row)
                painter.restore()
            elif words := self._model.text(row, column):
                self._paint_text(painter, area, row, column, words)
            if column == Column.NAME and line.focused:
                painter.setPen(now.accent_text)
                painter.drawLine(area.left() - 4, area.top() + 3, area.left() - 4, area.bottom() - 3)

    def _stripe(self, now: Tokens) -> QColor:
        """The colour of every second row."""
        if self._striped[0] is not now:
            self._striped = now, draw.mix(now.panel, now.window, 0.5)
        return self._striped[1]

    def _paint_picture(self, painter: QPainter, area: QRect, row: Row) -> None:
        now = theme().now
        if self._model.in_work_order and row.state in (State.WAITING, State.PAUSED):
            spot = QRectF(area.left() + 9, area.center().y() - 6, 12, 12)
            painter.setOpacity(0.7)
            icons.paint(painter, "drag", spot, "text3")
            painter.setOpacity(1.0)
        high = min(area.height() - 4, theme().px(THUMB_H))
        wide = round(high * THUMB_W / THUMB_H)
        place = QRectF(area.left() + HANDLE, area.top() + (area.height() - high) // 2, wide, high)
        image = self._thumbs.of(row.id)
        if image is None:
            draw.box(painter, place, now.raised if now.dark else now.hover, None, 3)
            if row.title or self._thumbs.known(row.id):
                spot = QRectF(place.center().x() - 6, place.center().y() - 6, 12, 12)
                icons.paint(painter, "file" if row.title else "picture", spot, "text3")
            return
        path = QPainterPath()
        path.addRoundedRect(place, 3, 3)
        painter.setClipPath(path)
        painter.drawImage(place, image)
        painter.setClipping(False)

    def _paint_state(self, painter: QPainter, area: QRect, row: Row) -> None:
        now, look = theme().now, LOOKS[row.state]
        x = area.left() + 8
        icons.paint(painter, look.icon, QRectF(x, area.center().y() - 6, 14, 14), look.token)
        x += 22
        room = QRectF(x, area.top(), area.right() - x - 4, area.height())
        share = self._model.share(row)
        if share is None:
            colour = now.text3 if row.state in _QUIET else now.text
            draw.text(painter, room, _(look.word), theme().font(11), colour)
            return
        figure = self._model.text(row, Column.STATE)
        figure_w = theme().metrics(11).horizontalAdvance("100 %") + 8
        bar = QRectF(x, area.center().y() - 1, max(24.0, min(_BAR_W, room.width() - figure_w)), 4)
        draw.box(painter, bar, now.track, None, 2)
        if share > 0:
            draw.box(painter, QRectF(bar.x(), bar.y(), max(4.0, bar.width() * share), 4), now.accent, None, 2)
        rest = QRectF(bar.right() + 8, area.top(), area.right() - bar.right() - 8, area.height())
        draw.text(painter, rest, figure, theme().font(11), now.text)

    def _paint_text(self, painter: QPainter, area: QRect, row: Row, column: Column, words: str) -> None:
        colour, size, weight = self._colour(row, column), 11, 400
        align, mode = Qt.AlignmentFlag.AlignLeft, Qt.TextElideMode.ElideRight
        if column is Column.NAME:
            size, mode = 12, Qt.TextElideMode.ElideMiddle
            weight = 400 if row.state in _QUIET else 500
        elif column is not Column.NOTE:
            align = Qt.AlignmentFlag.AlignRight
        room = QRectF(area.left() + 4, area.top(), area.width() - 16, area.height())
        draw.text(painter, room, words, theme().font(size, weight), colour, align, mode)

    def _colour(self, row: Row, column: Column) -> QColor:
        now = theme().now
        if column is Column.NOTE:
            return now.err if row.state is State.FAILED else now.text3
        if row.state in _QUIET:
            return now.text3
        return now.text if column is Column.NAME else now.text2
