"""A line of one pixel: `line` inside a panel, `edge` between panels."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme


class Divider(QWidget):
    """Horizontal unless `upright`; `inset` leaves that many pixels free at both ends."""

    def __init__(
        self, token: str = "line", upright: bool = False, inset: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._token, self._upright, self._inset = token, upright, inset
        long, thin = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        self.setSizePolicy(thin if upright else long, long if upright else thin)
        follow(self.update)

    def sizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        across, along = (0, self._inset) if self._upright else (self._inset, 0)
        area = self.rect().adjusted(across, along, -across, -along)
        QPainter(self).fillRect(area, theme().now.named(self._token))
