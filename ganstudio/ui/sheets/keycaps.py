"""Keys as small caps: Ctrl, Shift, S."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.ui.theme import theme

_GAP = 4


def key_parts(keys: str) -> list[str]:
    """“Ctrl+Shift+S” in its parts, as the system writes them."""
    keys = keys.replace("Return", "Enter")  # what is written on most keys; here both do the same
    sequence = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys
    parts = sequence.replace("++", "+\0").split("+") if sequence != "+" else ["\0"]
    return [part.replace("\0", "+") for part in parts if part]


def cap_widths(keys: str) -> list[tuple[str, int]]:
    """Each cap's text and its width."""
    metrics = theme().metrics(11)
    return [(part, max(metrics.horizontalAdvance(part) + 12, theme().px(20))) for part in key_parts(keys)]


def paint_caps(painter: QPainter, keys: str, right: int, middle: int) -> int:
    """Draw the caps so that they end at `right`; where they begin."""
    now, height = theme().now, theme().px(20)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme().font(11))
    for part, width in reversed(cap_widths(keys)):
        box = QRect(right - width, middle - height // 2, width, height)
        painter.setPen(now.frame or Qt.PenStyle.NoPen)
        painter.setBrush(now.hover)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(now.text2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, part)
        right -= width + _GAP
    return right


class KeyCaps(QWidget):
    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setAccessibleName(keys)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        widths = [width for _part, width in cap_widths(self._keys)]
        return QSize(sum(widths) + _GAP * max(len(widths) - 1, 0) + 2, theme().px(20) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_caps(painter, self._keys, self.width() - 1, self.height() // 2)
