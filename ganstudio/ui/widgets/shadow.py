"""The soft shadow of what floats: 12 px, 4 px down, painted by the widget itself in its own margin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

MARGIN = 16  # room that a floating widget keeps round its card


def paint(painter: QPainter, card: QRectF, radius: float, dark: bool) -> None:
    """Layers of thin black that fade outwards: no effect object, no off-screen picture."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    layers = 12
    alpha = 9 if dark else 5
    for step in range(layers):
        spread = step + 0.5
        painter.setBrush(QColor(0, 0, 0, alpha))
        grown = card.adjusted(-spread, -spread + 4, spread, spread + 4)
        painter.drawRoundedRect(grown, radius + spread, radius + spread)
    painter.restore()
