"""The soft shadow of what floats: 12 px, 4 px down, painted by the widget itself in its own margin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

BLUR, DOWN = 12, 4
MARGIN = BLUR + DOWN  # room that a floating widget keeps round its card


def paint(painter: QPainter, card: QRectF, radius: float, dark: bool) -> None:
    """Layers of black that fade outwards: no effect object, no off-screen picture."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    darkest = 110 if dark else 46
    told = 0.0
    for spread in range(BLUR, -1, -1):
        wanted = darkest * ((BLUR - spread) / BLUR) ** 2
        alpha = round(wanted - told)
        told += alpha
        if alpha > 0:
            painter.setBrush(QColor(0, 0, 0, alpha))
            grown = card.adjusted(-spread, -spread + DOWN, spread, spread + DOWN)
            painter.drawRoundedRect(grown, radius + spread, radius + spread)
    painter.restore()
