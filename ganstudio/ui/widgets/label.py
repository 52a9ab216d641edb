"""Text in the colour of a token; the eliding one tells the rest in its tooltip."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme

from . import draw

Mode = Literal["end", "middle", "start"]
_MODES = {
    "end": Qt.TextElideMode.ElideRight,
    "middle": Qt.TextElideMode.ElideMiddle,
    "start": Qt.TextElideMode.ElideLeft,
}


class Label(QLabel):
    """A text of one token colour, size and weight; `wrap` breaks lines."""

    def __init__(
        self,
        text: str = "",
        size: float = 12,
        weight: int = 400,
        color: str = "text2",
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._size, self._weight, self._token = size, weight, color
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        follow(self.restyle)

    def set_color(self, token: str) -> None:
        self._token = token
        self.restyle()

    def restyle(self) -> None:
        self.setFont(theme().font(self._size, self._weight))
        made = QPalette(theme_palette(self))
        made.setColor(QPalette.ColorRole.WindowText, theme().now.named(self._token))
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, theme().now.text3)
        self.setPalette(made)


def theme_palette(widget: QWidget) -> QPalette:
    parent = widget.parentWidget()
    return parent.palette() if parent is not None else QPalette()


class ElidedLabel(QWidget):
    """One line that gives way: cut at its end, middle or start, the whole text in the tooltip when cut."""

    def __init__(
        self,
        text: str = "",
        mode: Mode = "end",
        size: float = 12,
        weight: int = 400,
        color: str = "text2",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._mode, self._size, self._weight, self._token = text, mode, size, weight, color
        self._align = align
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        follow(self.restyle)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._tell()
        self.update()

    def set_color(self, token: str) -> None:
        self._token = token
        self.update()

    def restyle(self) -> None:
        self.updateGeometry()
        self._tell()
        self.update()

    def elided(self) -> bool:
        return not draw.fits(self._text, theme().font(self._size, self._weight), self.width())

    def _tell(self) -> None:
        self.setToolTip(self._text if self.elided() else "")

    def sizeHint(self) -> QSize:
        measure = theme().metrics(self._size, self._weight)
        return QSize(measure.horizontalAdvance(self._text) + 1, round(measure.height() * 1.25))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(24), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = draw.begin(QPainter(self))
        colour = theme().now.named(self._token if self.isEnabled() else "text3")
        font = theme().font(self._size, self._weight)
        draw.text(painter, self.rect(), self._text, font, colour, self._align, _MODES[self._mode])
