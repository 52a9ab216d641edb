"""The search field of the top bar: it looks like a field and opens the palette."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import theme

_RADIUS = 5


class SearchButton(QAbstractButton):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(_("Find anything"))
        self.setAccessibleName(_("Find anything"))
        self.setToolTip(_("Every action, model and setting by name"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme().now
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(now.frame or Qt.PenStyle.NoPen)
            hovered = self.underMouse() and self.isActiveWindow()
            painter.setBrush(now.hover if hovered else now.field)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
            icon = icons.pixmap("search", "text2", 14, self.devicePixelRatioF())
            painter.drawPixmap(8, (self.height() - 14) // 2, icon)
            painter.setFont(theme().font(12))
            painter.setPen(now.text2)
            inside = self.rect().adjusted(30, 0, -8, 0)
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
            painter.setFont(theme().font(11))
            painter.setPen(now.text3)
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, "Ctrl+K")
