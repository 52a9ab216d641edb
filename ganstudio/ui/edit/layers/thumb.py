"""A layer's or a mask's picture in its row: 36 px, with a ring when it is what the brush would paint."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw

SIDE = 36
RADIUS = 3.0


class Thumb(QAbstractButton):
    """`set_image` what it shows; checked means ringed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row has the focus; the masks' actions have names
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ring_radius", RADIUS)
        follow(self.update)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def set_image(self, image: QImage | None) -> None:
        if image is not self._image:
            self._image = image
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The row knows what it means."""
        event.ignore()

    def nextCheckState(self) -> None:
        """The panel says what is ringed."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            area = QRectF(self.rect())
            path = QPainterPath()
            path.addRoundedRect(area, RADIUS, RADIUS)
            painter.save()
            painter.setClipPath(path)
            if self._image is None:
                painter.fillRect(area, now.raised if now.dark else now.hover)
            else:
                painter.drawImage(area, self._image)
            painter.restore()
            wide = 1.5 if self.isChecked() else draw.hair(painter)
            painter.setPen(QPen(now.accent_text if self.isChecked() else now.line, wide))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2), RADIUS - 1, RADIUS - 1)
