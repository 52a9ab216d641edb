"""The head of the queue's table: names, an arrow at the column it is sorted by."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.batch.cells import TITLES, Column
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw

_RIGHT = (Column.SIZE, Column.BECOMES, Column.TIME)


class QueueHeader(QHeaderView):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setAccessibleName(_("Columns"))
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(28))
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme().px(28))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        now = theme().now
        painter.save()
        draw.begin(painter)
        painter.fillRect(rect, now.panel)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), now.edge)
        words = _(TITLES[logicalIndex])
        sorted_here = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex and logicalIndex > 0
        inset = 30 if logicalIndex == Column.STATE else 4
        room = QRectF(rect.left() + inset, rect.top(), rect.width() - inset - 12, rect.height())
        align = Qt.AlignmentFlag.AlignRight if logicalIndex in _RIGHT else Qt.AlignmentFlag.AlignLeft
        if sorted_here:
            room.adjust(0, 0, -18, 0)
        font, colour = theme().font(11, 500), now.text if sorted_here else now.text2
        used = draw.text(painter, room, words, font, colour, align)
        if sorted_here:
            down = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            x = room.right() + 4 if logicalIndex in _RIGHT else room.left() + used + 6
            spot = QRectF(round(x), rect.center().y() - 5, 12, 12)
            icons.paint(painter, "arrow_down" if down else "arrow_up", spot, "text2")
        painter.restore()
