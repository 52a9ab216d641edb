"""What the painted widgets share: boxes on whole pixels, mixed colours, text that ends in an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ganstudio.ui.theme import theme

RADIUS = 5.0  # buttons and fields


def begin(painter: QPainter) -> QPainter:
    """For `with`: a painter that is not ended because an exception holds on to its frame takes the program along."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    return painter


def hair(painter: QPainter) -> float:
    """The width of a line of one device-independent pixel, rounded to whole device pixels."""
    ratio = abs(painter.deviceTransform().m11()) or 1.0
    return max(1, round(ratio)) / ratio


def box(
    painter: QPainter,
    rect: QRect | QRectF,
    fill: QColor | None,
    line: QColor | None = None,
    radius: float = RADIUS,
    width: float | None = None,
) -> None:
    """A rounded box inside `rect`; the line lies inside it too. With high contrast what is filled as chosen gets a
    line: its ground is no other."""
    area = QRectF(rect)
    now = theme().now
    if now.contrast and line is None and fill is now.sel:
        line, width = now.accent, 2.0
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        wide = hair(painter) if width is None else width
        painter.setPen(QPen(line, wide))
        area = area.adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        radius = max(0.0, radius - wide / 2)
    painter.drawRoundedRect(area, radius, radius)


def mix(under: QColor, over: QColor, share: float) -> QColor:
    """`under` with `share` (0 to 1) of `over` on it."""
    return QColor.fromRgbF(
        under.redF() + (over.redF() - under.redF()) * share,
        under.greenF() + (over.greenF() - under.greenF()) * share,
        under.blueF() + (over.blueF() - under.blueF()) * share,
    )


def text(
    painter: QPainter,
    rect: QRect | QRectF,
    words: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> float:
    """One line of text, vertically in the middle of `rect`; returns the width it took."""
    area = QRectF(rect)
    measure = QFontMetricsF(font)
    shown = measure.elidedText(words, mode, area.width() + 0.5)
    wide = measure.horizontalAdvance(shown)
    x = area.x()
    if align & Qt.AlignmentFlag.AlignRight:
        x = area.right() - wide
    elif align & Qt.AlignmentFlag.AlignHCenter:
        x = area.center().x() - wide / 2
    y = area.y() + (area.height() + measure.capHeight()) / 2
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(x, round(y)), shown)
    return wide


def fits(words: str, font: QFont, width: float) -> bool:
    return QFontMetricsF(font).horizontalAdvance(words) <= width + 0.5
