"""Tiles: what stands on a wall of small square pictures, and how it looks."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import theme
from ganstudio.ui.theme.tokens import PICTURE_LABEL, PICTURE_LABEL_GROUND
from ganstudio.ui.widgets import draw

_RADIUS = 3.0
_KEPT = 256  # scaled pictures


@dataclass(frozen=True)
class Tile:
    """`picture` None: not painted yet. `mark`: "" or the name of an icon in a corner, in the colour `token`; `label` a
    word over the picture; `frame` the token of a line round it. `spoken` is what is said of it besides its name."""

    name: str
    picture: QImage | None = None
    mark: str = ""
    token: str = "ok"
    label: str = ""
    frame: str = ""
    spoken: str = ""
    dim: bool = False


def waiting(count: int) -> list[Tile]:
    """Tiles of pictures that are not painted yet."""
    return [Tile(_("Painting…")) for _one in range(count)]


class TileLook:
    """Paints tiles; scaled pictures are kept."""

    def __init__(self) -> None:
        self._scaled: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()

    def forget(self) -> None:
        """Another size, or another look."""
        self._scaled.clear()

    def paint(self, painter: QPainter, tile: Tile, rect: QRect, *, over: bool, ring: bool) -> None:
        """`over`: the pointer is there; `ring`: the keyboard."""
        now, area = theme().now, QRectF(rect)
        if tile.picture is None or tile.picture.isNull():
            draw.box(painter, area, now.raised, now.frame, _RADIUS)
            if tile.picture is not None:
                side = theme().glyph()
                spot = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
                icons.paint(painter, "fail_ring", spot, "err")
        else:
            painter.setOpacity(0.4 if tile.dim else 1.0)
            painter.drawPixmap(area.topLeft(), self._pixmap(tile.picture, rect, painter))
            painter.setOpacity(1.0)
        if over:
            draw.box(painter, area, QColor(255, 255, 255, 20), None, _RADIUS)
        if tile.label:
            self._paint_label(painter, tile.label, area)
        if tile.frame:
            draw.box(painter, area, None, now.named(tile.frame), _RADIUS, 2.0)
        if tile.mark:
            self._paint_mark(painter, tile, area)
        if ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.panel, 1.5))
            painter.drawRoundedRect(area.adjusted(2.75, 2.75, -2.75, -2.75), 2, 2)
            painter.setPen(QPen(now.accent_text, 1.5))
            painter.drawRoundedRect(area.adjusted(1.25, 1.25, -1.25, -1.25), 2, 2)

    def _paint_mark(self, painter: QPainter, tile: Tile, area: QRectF) -> None:
        side = theme().glyph(18)
        spot = QRectF(area.right() - side - 4, area.top() + 4, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().now.named(tile.token))
        painter.drawEllipse(spot)
        inner = theme().glyph(12)
        at = QRectF(spot.center().x() - inner / 2, spot.center().y() - inner / 2, inner, inner)
        icons.paint(painter, tile.mark, at, theme().now.panel)

    def _paint_label(self, painter: QPainter, words: str, area: QRectF) -> None:
        font = theme().font(11)
        wide = min(theme().metrics(11).horizontalAdvance(words) + 13, area.width() - 8)
        high = theme().px(18)
        spot = QRectF(area.left() + 4, area.bottom() - high - 4, wide, high)
        draw.box(painter, spot, PICTURE_LABEL_GROUND, None, 4)
        draw.text(painter, spot.adjusted(6, 0, -6, 0), words, font, PICTURE_LABEL)

    def _pixmap(self, picture: QImage, rect: QRect, painter: QPainter) -> QPixmap:
        """The middle of a picture as a square with round corners, in device pixels."""
        ratio = icons.device_ratio(painter)
        key = (picture.cacheKey(), rect.width())
        found = self._scaled.get(key)
        if found is not None and found.devicePixelRatio() == ratio:
            return found
        side = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        edge = min(picture.width(), picture.height())
        square = picture.copy((picture.width() - edge) // 2, (picture.height() - edge) // 2, edge, edge)
        smooth = Qt.TransformationMode.SmoothTransformation
        whole = square.scaled(side, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        made = QPixmap(side)
        made.fill(Qt.GlobalColor.transparent)
        with draw.begin(QPainter(made)) as inner:
            path = QPainterPath()
            path.addRoundedRect(QRectF(0, 0, side.width(), side.height()), _RADIUS * ratio, _RADIUS * ratio)
            inner.setClipPath(path)
            inner.drawImage(0, 0, whole)
        made.setDevicePixelRatio(ratio)
        self._scaled[key] = made
        while len(self._scaled) > _KEPT:
            self._scaled.popitem(last=False)
        return made
