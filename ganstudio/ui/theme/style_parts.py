"""The small things of the proxy style: fields, combo boxes, check marks, tabs, rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionHeader,
    QStyleOptionSpinBox,
    QStyleOptionTab,
    QStyleOptionToolButton,
    QStyleOptionViewItem,
    QTabBar,
    QWidget,
)

from .tokens import Tokens

if TYPE_CHECKING:
    from .theme import Theme

RADIUS = 5.0
_State, _SC = QStyle.StateFlag, QStyle.SubControl


def _box(painter: QPainter, rect: QRect | QRectF, fill: QColor | None, line: QColor | None = None,
         radius: float = RADIUS, width: float = 1.0) -> None:  # fmt: skip
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(rect)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(Qt.PenStyle.NoPen if line is None else QPen(line, width))
    if line is not None:
        area = area.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        radius -= width / 2
    painter.drawRoundedRect(area, radius, radius)
    painter.restore()


def text_line(
    painter: QPainter,
    area: QRectF,
    words: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line, vertically in the middle, cut at its end where it has no room."""
    measure = QFontMetricsF(font)
    shown = measure.elidedText(words, Qt.TextElideMode.ElideRight, area.width() + 0.5)
    wide = measure.horizontalAdvance(shown)
    x = area.x()
    if align & Qt.AlignmentFlag.AlignRight:
        x = area.right() - wide
    elif align & Qt.AlignmentFlag.AlignHCenter:
        x = area.center().x() - wide / 2
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(x, round(area.y() + (area.height() + measure.capHeight()) / 2)), shown)


def _pen(colour: QColor) -> QPen:
    return QPen(colour, 1.35, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def tick(painter: QPainter, place: QRectF, colour: QColor) -> None:
    painter.setPen(_pen(colour))
    unit = place.width() / 16
    points = [QPointF(place.x() + x * unit, place.y() + y * unit) for x, y in ((3.5, 8.25), (6.5, 11.25), (12.5, 5))]
    painter.drawPolyline(points)


def chevron(painter: QPainter, middle: QPointF, colour: QColor, way: str = "down", grown: float = 1.0) -> None:
    painter.setPen(_pen(colour))
    x, y = middle.x(), middle.y()
    turned = {
        "down": ((-3.5, -1.75), (0, 1.75), (3.5, -1.75)),
        "up": ((-3.5, 1.75), (0, -1.75), (3.5, 1.75)),
        "right": ((-1.75, -3.5), (1.75, 0), (-1.75, 3.5)),
    }[way]
    painter.drawPolyline([QPointF(x + dx * grown, y + dy * grown) for dx, dy in turned])


def line_edit(painter: QPainter, now: Tokens, option: QStyleOption, widget: QWidget | None) -> None:
    """The ground of a field: accent line with the focus (also after a click), err line when wrong."""
    plain = widget is not None and bool(widget.property("plain"))  # the number of a slider: no line in the dark
    wrong = widget is not None and bool(getattr(widget, "wrong", False))
    on = bool(option.state & _State.State_Enabled)
    line, width = (None if plain else now.line) if now.frame is None else now.frame, 1.0
    if wrong:
        line, width = now.err, 1.5
    elif option.state & _State.State_HasFocus:
        line, width = now.accent_text, 1.5
    elif option.state & _State.State_MouseOver and on and (line is not None):
        line = now.pressed if now.dark else now.edge
    over = widget.parentWidget() if widget is not None else None
    if over is None or not over.inherits("QAbstractSpinBox"):  # a spin box has painted the ground itself
        _box(painter, option.rect, now.field if on else now.panel, line, RADIUS, width)


def combo(painter: QPainter, theme: Theme, option: QStyleOptionComboBox) -> None:
    now = theme.now
    on = bool(option.state & _State.State_Enabled)
    over = bool(option.state & _State.State_MouseOver) and on
    open_ = bool(option.state & _State.State_On)
    fill = now.pressed if open_ else now.hover if over else now.raised
    _box(painter, option.rect, now.field if option.editable else fill, now.line if option.editable else now.frame)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(option.rect)
    chevron(
        painter,
        QPointF(area.right() - 14, area.center().y()),
        now.text2 if on else now.track,
        "down",
        theme.glyph() / 16,
    )
    painter.restore()


def combo_label(painter: QPainter, theme: Theme, option: QStyleOptionComboBox) -> None:
    now, area = theme.now, QRectF(option.rect)
    if option.editable:
        return
    on = bool(option.state & _State.State_Enabled)
    room = area.adjusted(8, 0, -28, 0)
    painter.save()
    if not option.currentIcon.isNull():
        side = theme.glyph()
        option.currentIcon.paint(painter, QRect(round(room.x()), round(room.center().y() - side / 2), side, side))
        room.adjust(side + 8, 0, 0, 0)
    text_line(painter, room, option.currentText, theme.font(), now.text if on else now.text3)
    painter.restore()


def spin_part(area: QRect, part: QStyle.SubControl) -> QRect:
    buttons = 22
    if part == _SC.SC_SpinBoxUp:
        return QRect(area.right() - buttons, area.y(), buttons, area.height() // 2)
    if part == _SC.SC_SpinBoxDown:
        return QRect(area.right() - buttons, area.y() + area.height() // 2, buttons, area.height() // 2)
    if part == _SC.SC_SpinBoxEditField:
        return area.adjusted(1, 1, -buttons - 1, -1)
    return QRect(area)


def spin(painter: QPainter, now: Tokens, option: QStyleOptionSpinBox) -> None:
    on, focus = bool(option.state & _State.State_Enabled), bool(option.state & _State.State_HasFocus)
    line = now.accent_text if focus else now.frame or now.line
    _box(painter, option.rect, now.field if on else now.panel, line, RADIUS, 1.5 if focus else 1.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part, way in ((_SC.SC_SpinBoxUp, "up"), (_SC.SC_SpinBoxDown, "down")):
        spot = QRectF(spin_part(option.rect, part))
        held = option.activeSubControls & part and option.state & _State.State_Sunken
        over = option.activeSubControls & part and option.state & _State.State_MouseOver
        if held or over:
            _box(painter, spot.adjusted(2, 2, -2, -2), now.pressed if held else now.hover, None, 3)
        shift = 1.5 if way == "up" else -1.5
        chevron(painter, QPointF(spot.center().x(), spot.center().y() + shift), now.text2 if on else now.track, way)
    painter.restore()


def push_button(painter: QPainter, now: Tokens, option: QStyleOptionButton) -> None:
    on = bool(option.state & _State.State_Enabled)
    over, held = bool(option.state & _State.State_MouseOver) and on, bool(option.state & _State.State_Sunken)
    default = bool(option.features & QStyleOptionButton.ButtonFeature.DefaultButton) and on
    if default:
        fill = now.accent.darker(116 if held else 108 if over else 100)
        option.palette.setColor(option.palette.ColorRole.ButtonText, now.on_accent)
    else:
        checked = bool(option.state & _State.State_On)
        fill = now.pressed if held else now.sel if checked else now.hover if over else now.raised
    _box(painter, option.rect, fill, None if default else now.frame)


def tool_button(painter: QPainter, now: Tokens, option: QStyleOptionToolButton) -> None:
    on = bool(option.state & _State.State_Enabled)
    held, checked = bool(option.state & _State.State_Sunken), bool(option.state & _State.State_On)
    over = bool(option.state & _State.State_MouseOver) and on
    if held or checked or over:
        _box(painter, option.rect, now.pressed if held else now.sel if checked else now.hover)


def check_box(painter: QPainter, now: Tokens, option: QStyleOption) -> None:
    area = QRectF(option.rect)
    side = min(area.width(), area.height())
    place = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
    on = bool(option.state & _State.State_Enabled)
    chosen, partly = bool(option.state & _State.State_On), bool(option.state & _State.State_NoChange)
    fill = (now.accent if on else now.track) if chosen or partly else now.field
    line = None if chosen or partly else (now.text3 if on else now.track)
    _box(painter, place, fill, line, 4)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if chosen:
        tick(painter, place, now.on_accent if on else now.text3)
    elif partly:
        painter.setPen(_pen(now.on_accent if on else now.text3))
        y = place.center().y()
        painter.drawLine(QPointF(place.x() + 4.5, y), QPointF(place.right() - 4.5, y))
    painter.restore()


def radio(painter: QPainter, now: Tokens, option: QStyleOption) -> None:
    middle, on = QRectF(option.rect).center(), bool(option.state & _State.State_Enabled)
    chosen = bool(option.state & _State.State_On)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = (now.accent_text if chosen else now.text3) if on else now.track
    painter.setPen(QPen(shade, 1.35))
    painter.setBrush(Qt.BrushStyle.NoBrush if chosen else now.field)
    radius = min(option.rect.width(), option.rect.height()) / 2 - 0.75
    painter.drawEllipse(middle, radius, radius)
    if chosen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawEllipse(middle, radius / 2, radius / 2)
    painter.restore()


def tab(painter: QPainter, now: Tokens, option: QStyleOptionTab) -> None:
    """Text tabs: a bar of 2 px under the chosen one."""
    area = QRectF(option.rect)
    if option.state & _State.State_Selected:
        bar = QRectF(area.x() + 12, area.bottom() - 2, area.width() - 24, 2)
        painter.fillRect(bar, now.accent_text)


def tab_label(painter: QPainter, theme: Theme, option: QStyleOptionTab) -> None:
    now, on = theme.now, bool(option.state & _State.State_Enabled)
    chosen, over = bool(option.state & _State.State_Selected), bool(option.state & _State.State_MouseOver)
    shade = now.text3 if not on else now.text if chosen or over else now.text2
    words = option.text.replace("&&", "\0").replace("&", "").replace("\0", "&")
    font = theme.font(12, 600 if chosen else 400)
    text_line(painter, QRectF(option.rect).adjusted(4, 0, -4, 0), words, font, shade, Qt.AlignmentFlag.AlignHCenter)


def base_line(painter: QPainter, now: Tokens, option: QStyleOption, under_tabs: bool) -> None:
    if under_tabs:
        area = option.rect
        painter.fillRect(QRect(area.x(), area.bottom(), area.width(), 1), now.line)


def frame(painter: QPainter, now: Tokens, option: QStyleOption, widget: QFrame) -> None:
    """Frames of views and text areas: one line; dividers made of frames: one line."""
    shape = widget.frameShape()
    if shape == QFrame.Shape.HLine:
        painter.fillRect(QRect(option.rect.x(), option.rect.center().y(), option.rect.width(), 1), now.line)
    elif shape == QFrame.Shape.VLine:
        painter.fillRect(QRect(option.rect.center().x(), option.rect.y(), 1, option.rect.height()), now.line)
    elif shape != QFrame.Shape.NoFrame:
        pen = now.accent_text if widget.hasFocus() and not isinstance(widget, QTabBar) else now.frame or now.line
        _box(painter, option.rect, None, pen, 0)


def header(painter: QPainter, now: Tokens, option: QStyleOption) -> None:
    over = bool(option.state & _State.State_MouseOver) and bool(option.state & _State.State_Enabled)
    painter.fillRect(option.rect, now.hover if over else now.panel)
    painter.fillRect(QRect(option.rect.x(), option.rect.bottom(), option.rect.width(), 1), now.line)


def header_arrow(painter: QPainter, now: Tokens, option: QStyleOption) -> None:
    up = isinstance(option, QStyleOptionHeader) and option.sortIndicator == QStyleOptionHeader.SortIndicator.SortUp
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chevron(painter, QRectF(option.rect).center(), now.text2, "up" if up else "down")
    painter.restore()


def view_item(painter: QPainter, now: Tokens, option: QStyleOptionViewItem, in_popup: bool) -> None:
    chosen = bool(option.state & _State.State_Selected)
    over = bool(option.state & _State.State_MouseOver) and bool(option.state & _State.State_Enabled)
    if option.backgroundBrush.style() != Qt.BrushStyle.NoBrush:
        painter.fillRect(option.rect, option.backgroundBrush)
    if not chosen and not over:
        return
    fill = (now.accent if now.contrast else now.sel) if chosen else now.hover
    if in_popup:
        _box(painter, QRectF(option.rect).adjusted(3, 0, -3, 0), fill, None, 4)
    else:
        painter.fillRect(option.rect, fill)


def rubber_band(painter: QPainter, now: Tokens, option: QStyleOption) -> None:
    ground = QColor(now.accent_text)
    ground.setAlpha(40)
    _box(painter, option.rect, ground, now.accent_text, 2)
