"""Text in the colour of a token; the eliding one tells the rest in its tooltip."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent, QTextLayout, QTextOption
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
    """A text of one token colour, size and weight; `wrap` breaks lines and sets them 1.5 apart."""

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
        made = QPalette(self.palette())
        made.setColor(QPalette.ColorRole.WindowText, theme().now.named(self._token))
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, theme().now.text3)
        self.setPalette(made)
        self.updateGeometry()

    def _lines(self, width: float) -> list[str]:
        """The text broken at words, or inside a word that alone is too long."""
        found: list[str] = []
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        for part in self.text().split("\n"):
            layout = QTextLayout(part, self.font())
            layout.setTextOption(option)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(max(1.0, width))
                found.append(part[line.textStart() : line.textStart() + line.textLength()].rstrip())
            layout.endLayout()
        return found

    def _pitch(self) -> int:
        return round(self.fontInfo().pixelSize() * 1.5)

    def _painted(self) -> bool:
        """Whether this paints the lines itself: where they wrap and are not there to be selected."""
        return self.wordWrap() and not self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse

    def hasHeightForWidth(self) -> bool:
        return self.wordWrap()

    def heightForWidth(self, width: int) -> int:
        if not self._painted():
            return super().heightForWidth(width)
        return self._pitch() * max(1, len(self._lines(width)))

    def sizeHint(self) -> QSize:
        if not self._painted():
            return super().sizeHint()
        wide = min(theme().px(320), self.fontMetrics().horizontalAdvance(self.text()) + 2)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(60), self._pitch()) if self._painted() else super().minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._painted():
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            colour = theme().now.named(self._token) if self.isEnabled() else theme().now.text3
            pitch = self._pitch()
            lines = self._lines(self.width())
            top = max(0.0, (self.height() - pitch * len(lines)) / 2)
            for number, line in enumerate(lines):
                place = QRectF(0, top + number * pitch, self.width(), pitch)
                draw.text(painter, place, line, self.font(), colour, self.alignment())


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
        with draw.begin(QPainter(self)) as painter:
            colour = theme().now.named(self._token if self.isEnabled() else "text3")
            font = theme().font(self._size, self._weight)
            draw.text(painter, self.rect(), self._text, font, colour, self._align, _MODES[self._mode])
