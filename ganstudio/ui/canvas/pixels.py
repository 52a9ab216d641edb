"""Logical and device pixels."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from ganstudio.core.document import Rect


def whole_pixels(painter: QPainter, ratio: float) -> None:
    """Let a widget's painter work in device pixels, beginning on a whole one also where the widget does not."""
    at = painter.deviceTransform()
    painter.scale(1 / ratio, 1 / ratio)
    painter.translate(round(at.dx()) - at.dx(), round(at.dy()) - at.dy())


def qrect(rect: Rect) -> QRect:
    return QRect(rect.x0, rect.y0, rect.width, rect.height)


def device(rect: QRect, ratio: float) -> Rect:
    """Logical pixels in device pixels, rounded outwards."""
    x0, y0 = int(rect.x() * ratio) - 1, int(rect.y() * ratio) - 1
    return Rect(x0, y0, int((rect.x() + rect.width()) * ratio) + 2, int((rect.y() + rect.height()) * ratio) + 2)


def logical(rect: Rect, ratio: float) -> QRect:
    """Device pixels in logical pixels, rounded outwards."""
    return QRectF(rect.x0 / ratio, rect.y0 / ratio, rect.width / ratio, rect.height / ratio).toAlignedRect()
