"""Scroll bars: no arrows, a rounded handle of 6 px that widens under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionSlider, QWidget

from .tokens import Tokens

EXTENT, _THIN, _WIDE, _LEAST = 10, 6, 8, 28
_SC = QStyle.SubControl


def part(option: QStyleOptionSlider, which: QStyle.SubControl) -> QRect:
    """Where handle, groove and pages lie; there are no line buttons."""
    area = option.rect
    upright = option.orientation == Qt.Orientation.Vertical
    length = area.height() if upright else area.width()
    reach = option.maximum - option.minimum
    handle, at = length, 0
    if reach > 0:
        handle = max(min(_LEAST, length), round(length * option.pageStep / (reach + option.pageStep)))
        at = QStyle.sliderPositionFromValue(
            option.minimum, option.maximum, option.sliderPosition, length - handle, option.upsideDown
        )
    if which == _SC.SC_ScrollBarSlider:
        return _along(area, at, handle, upright)
    if which == _SC.SC_ScrollBarGroove:
        return QRect(area)
    if which == _SC.SC_ScrollBarSubPage:
        return _along(area, 0, at, upright)
    if which == _SC.SC_ScrollBarAddPage:
        return _along(area, at + handle, length - at - handle, upright)
    return QRect()


def _along(area: QRect, start: int, length: int, upright: bool) -> QRect:
    if upright:
        return QRect(area.x(), area.y() + start, area.width(), length)
    return QRect(area.x() + start, area.y(), length, area.height())


def paint(painter: QPainter, now: Tokens, option: QStyleOptionSlider, widget: QWidget | None) -> None:
    if option.maximum <= option.minimum:
        return
    over = bool(option.state & QStyle.StateFlag.State_MouseOver) or (widget is not None and widget.underMouse())
    held = bool(option.state & QStyle.StateFlag.State_Sunken)
    thick = _WIDE if over or held else _THIN
    handle = QRectF(part(option, _SC.SC_ScrollBarSlider))
    if option.orientation == Qt.Orientation.Vertical:
        spot = QRectF(handle.right() - thick - 1, handle.y() + 2, thick, handle.height() - 4)
    else:
        spot = QRectF(handle.x() + 2, handle.bottom() - thick - 1, handle.width() - 4, thick)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.text3 if held else now.track)
    painter.drawRoundedRect(spot, thick / 2, thick / 2)
    painter.restore()
