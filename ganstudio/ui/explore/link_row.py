"""A line that leads to another page: a chevron, its title, and at the right what is so there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw

_PAD = 12


class LinkRow(QAbstractButton):
    """As high as the head of a section."""

    def __init__(self, title: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._right = ""
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(tip)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def set_right(self, words: str) -> None:
        if words != self._right:
            self._right = words
            self.setAccessibleDescription(words)
            self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(160), theme().px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        with draw.begin(QPainter(self)) as painter:
            area = QRectF(self.rect())
            if self.underMouse() or self.isDown():
                painter.fillRect(area, now.now.hover)
            side = now.glyph(12)
            spot = QRectF(_PAD, (area.height() - side) // 2, side, side)
            icons.paint(painter, "chevron_right", spot, "text2")
            left = _PAD + side + 8
            room = QRectF(left, 0, area.width() - left - _PAD, area.height())
            used = draw.text(painter, room, self.text(), now.font(12, 600), now.now.text)
            rest = room.adjusted(used + 12, 0, 0, 0)
            draw.text(painter, rest, self._right, now.font(11), now.now.text3, Qt.AlignmentFlag.AlignRight)
