"""Menus, the menu bar and tool tips: raised panels with a line of one pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPen, QRegion
from PySide6.QtWidgets import QStyle, QStyleOptionMenuItem, QWidget

from .style_parts import chevron, text_line, tick
from .tokens import Tokens

if TYPE_CHECKING:
    from .theme import Theme

_RIGHT, _GAP = 12, 24
_Kind = QStyleOptionMenuItem.MenuItemType


def panel(painter: QPainter, now: Tokens, rect: QRect, fill: bool = True) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if fill:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(rect, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setBrush(now.raised if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(now.line if now.frame is None else now.frame, 1))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.restore()


def rounded(rect: QRect) -> QRegion:
    """The shape of a menu's window: without it the corners are black where nothing composes the screen."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), 6, 6)
    return QRegion(path.toFillPolygon().toPolygon())


class Corners(QObject):
    """Keeps the shape of the windows of menus and tool tips at their size."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            watched.setMask(rounded(watched.rect()))
        return False


def _words(option: QStyleOptionMenuItem) -> tuple[str, str]:
    words, _, keys = option.text.partition("\t")
    keys = keys.replace("Return", "Enter")  # as it is called everywhere else
    return words.replace("&&", "\0").replace("&", "").replace("\0", "&"), keys


def _left(theme: Theme) -> int:
    """Room for tick or icon before the words."""
    return 16 + theme.glyph()


def size(theme: Theme, option: QStyleOptionMenuItem) -> QSize:
    if option.menuItemType == _Kind.Separator:
        high = theme.px(26) if option.text else 9
        return QSize(_left(theme) + theme.metrics(11, 600).horizontalAdvance(option.text), high)
    words, keys = _words(option)
    wide = _left(theme) + theme.metrics().horizontalAdvance(words) + _RIGHT
    wide += _GAP + theme.metrics(11).horizontalAdvance(keys) if keys else 0
    wide += _GAP if option.menuItemType == _Kind.SubMenu else 0
    return QSize(wide + 8, theme.px(28))


def item(painter: QPainter, theme: Theme, option: QStyleOptionMenuItem) -> None:
    now, area = theme.now, QRectF(option.rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if option.menuItemType == _Kind.Separator:
        _separator(painter, theme, option)
        painter.restore()
        return
    on = bool(option.state & QStyle.StateFlag.State_Enabled)
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen and on:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.accent if now.contrast else now.sel)
        painter.drawRoundedRect(area, 4, 4)
    shade = now.text3 if not on else now.on_accent if chosen and now.contrast else now.text
    side = theme.glyph()
    place = QRectF(area.x() + 9, area.y() + (area.height() - side) // 2, side, side)
    if option.checked:
        tick(painter, place, now.accent_text if on else now.text3)
    elif not option.icon.isNull():
        mode = QIcon.Mode.Normal if on else QIcon.Mode.Disabled
        option.icon.paint(painter, place.toRect(), Qt.AlignmentFlag.AlignCenter, mode)
    words, keys = _words(option)
    room = area.adjusted(_left(theme), 0, -_RIGHT, 0)
    text_line(painter, room, words, theme.font(), shade)
    quiet = now.text3 if not chosen or not on else now.text2
    if keys:
        text_line(painter, room, keys, theme.font(11), quiet, Qt.AlignmentFlag.AlignRight)
    if option.menuItemType == _Kind.SubMenu:
        chevron(painter, QPointF(area.right() - 14, area.center().y()), shade, "right", theme.glyph() / 16)
    painter.restore()


def _separator(painter: QPainter, theme: Theme, option: QStyleOptionMenuItem) -> None:
    now, area = theme.now, QRectF(option.rect)
    if option.text:
        text_line(painter, area.adjusted(10, 2, -8, 0), option.text, theme.font(11, 600), now.text3)
        return
    y = round(area.center().y())
    painter.fillRect(QRectF(area.x() + 6, y, area.width() - 12, 1), now.line if now.frame is None else now.frame)


def bar_item(painter: QPainter, theme: Theme, option: QStyleOptionMenuItem) -> None:
    now, area = theme.now, QRectF(option.rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(area, now.window)
    over = option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_Sunken)
    on = bool(option.state & QStyle.StateFlag.State_Enabled)
    if over and on:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.pressed if option.state & QStyle.StateFlag.State_Sunken else now.hover)
        middle = QRectF(area.x(), area.center().y() - theme.px(13), area.width(), theme.px(26))
        painter.drawRoundedRect(middle, 5, 5)
    words, _ = _words(option)
    text_line(painter, area, words, theme.font(), now.text if on else now.text3, Qt.AlignmentFlag.AlignHCenter)
    painter.restore()
