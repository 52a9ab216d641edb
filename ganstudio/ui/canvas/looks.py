"""What is painted around and over the picture: surround, shadow, checkerboard, pixel grid, split line, labels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter, QPen, QPixmap, QRegion

from ganstudio.core.document import Rect
from ganstudio.core.text import _
from ganstudio.ui import theme
from ganstudio.ui.canvas.pixels import qrect
from ganstudio.ui.canvas.view import View

GRID_FROM = 8.0
SURROUNDS = {"darker": QColor(0x0E, 0x0E, 0x0E), "grey": QColor(119, 119, 119), "white": QColor(255, 255, 255)}
_CHECKS = QColor(0xC8, 0xC8, 0xC8), QColor(0xA0, 0xA0, 0xA0)
_SHADOW = 12  # logical pixels that the shadow reaches
_DARKEST = 70  # alpha beside the picture


def surround(choice: str) -> QColor:
    """The colour around the picture: the theme's unless the preferences say another."""
    return SURROUNDS.get(choice, theme.theme().now.canvas)


def paint_surround(painter: QPainter, clip: Rect, frame: Rect, colour: QColor, ratio: float) -> None:
    """Everything that the picture's frame leaves free, with a soft shadow round it."""
    around = QRegion(qrect(clip)).subtracted(QRegion(qrect(frame.clipped(clip))))
    if around.isEmpty():
        return
    painter.save()
    painter.setClipRegion(around, Qt.ClipOperation.IntersectClip)
    painter.fillRect(qrect(clip), colour)
    _paint_shadow(painter, frame.moved(0, round(3 * ratio)), round(_SHADOW * ratio))
    painter.restore()


def _paint_shadow(painter: QPainter, frame: Rect, reach: int) -> None:
    """The shadow's four corners and four sides, stretched."""
    shadow = _shadow(reach)
    edge = 2 * reach
    ends = ((0, edge), (edge, edge + 1), (edge + 1, 2 * edge + 1))
    wide, high = _spans(frame.x0, frame.x1, reach), _spans(frame.y0, frame.y1, reach)
    for (y0, y1), (v0, v1) in zip(high, ends, strict=True):
        for (x0, x1), (u0, u1) in zip(wide, ends, strict=True):
            if x1 > x0 and y1 > y0 and not (u0 == v0 == edge):
                painter.drawImage(QRect(x0, y0, x1 - x0, y1 - y0), shadow, QRect(u0, v0, u1 - u0, v1 - v0))


def _spans(start: int, end: int, reach: int) -> tuple[tuple[int, int], ...]:
    reach_in = min(reach, (end - start) // 2)
    return (start - reach, start + reach_in), (start + reach_in, end - reach_in), (end - reach_in, end + reach)


@lru_cache(maxsize=4)
def _shadow(reach: int) -> QImage:
    """The shadow of a frame of 2 × reach + 1, `reach` wide around it: fading with the square of the distance."""
    side = 4 * reach + 1
    away = np.abs(np.arange(side) - side // 2) - reach
    distance = np.hypot(*np.meshgrid(np.maximum(away, 0), np.maximum(away, 0)))
    alpha = np.zeros((side, side, 4), np.uint8)
    alpha[..., 3] = np.rint(_DARKEST * np.clip(1 - distance / reach, 0, 1) ** 2)
    return QImage(alpha.data, side, side, 4 * side, QImage.Format.Format_ARGB32_Premultiplied).copy()


@lru_cache(maxsize=4)
def _checker(size: int) -> QBrush:
    image = QImage(2 * size, 2 * size, QImage.Format.Format_RGB32)
    image.fill(_CHECKS[0])
    with QPainter(image) as painter:
        painter.fillRect(size, 0, size, size, _CHECKS[1])
        painter.fillRect(0, size, size, size, _CHECKS[1])
    return QBrush(QPixmap.fromImage(image))


def paint_checkerboard(painter: QPainter, rect: Rect, frame: Rect, ratio: float) -> None:
    """Squares of 8 points that stay with the picture's corner."""
    painter.setBrushOrigin(QPointF(frame.x0, frame.y0))
    painter.fillRect(qrect(rect), _checker(round(8 * ratio)))


def paint_grid(painter: QPainter, view: View, clip: Rect, ratio: float) -> None:
    """Hairlines between the pixels: dark over light, so that they are seen on every colour."""
    inside = view.frame.clipped(clip)
    if view.zoom < GRID_FROM or inside.empty:
        return
    x0, y0 = (int(edge) for edge in view.to_picture(inside.x0, inside.y0))
    x1, y1 = (int(edge) + 1 for edge in view.to_picture(inside.x1, inside.y1))
    half = max(1, int(ratio)) / 2
    columns = [round(view.left + i * view.zoom) + half for i in range(x0, x1 + 1)]
    rows = [round(view.top + i * view.zoom) + half for i in range(y0, y1 + 1)]
    lines = [QLineF(x, inside.y0, x, inside.y1) for x in columns] + [QLineF(inside.x0, y, inside.x1, y) for y in rows]
    painter.setPen(QPen(QColor(128, 128, 128, 110), max(1, int(ratio))))
    painter.drawLines(lines)


def paint_label(painter: QPainter, text: str, corner: QPointF, *, at_right: bool = False) -> None:
    """A label (logical pixels) whose lower left, or lower right, corner is given."""
    font = theme.font(11, 600)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 18, metrics.height() + 8
    left = corner.x() - width if at_right else corner.x()
    box = QRectF(round(left), round(corner.y() - height), round(width), round(height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.PICTURE_LABEL_GROUND)
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(font)
    painter.setPen(theme.PICTURE_LABEL)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_split(painter: QPainter, x: float, height: int, covered: QRegion) -> None:
    """The line (logical pixels), 2 wide, from top to bottom, but where something lies over what it parts."""
    line = QRect(round(x) - 1, 0, 2, height)
    painter.save()
    painter.setClipRegion(QRegion(line).subtracted(covered), Qt.ClipOperation.IntersectClip)
    painter.fillRect(line, theme.SPLIT_LINE)
    painter.restore()


def gap() -> QColor:
    """Between the two panes of side by side."""
    return theme.theme().now.edge


def paint_labels(painter: QPainter, size: QSize, mode: str, labels: tuple[str, str]) -> None:
    """The labels at the lower corners of a canvas that compares."""
    left, right = QPointF(12, size.height() - 12), QPointF(size.width() - 12, size.height() - 12)
    if mode == "result":
        paint_label(painter, _("Hold \\ for the original"), left)
        return
    paint_label(painter, labels[0], left)
    if mode != "original":
        paint_label(painter, labels[1], right, at_right=True)
