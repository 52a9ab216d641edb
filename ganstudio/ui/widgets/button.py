"""Buttons: normal, primary (one a view), quiet, link and icon."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw
from .fade import Fade

Kind = Literal["normal", "primary", "quiet", "link", "icon"]
_GAP = 8


class Button(QAbstractButton):
    """`kind` icon shows only its icon, the text becomes name and tooltip. `large` is 32 high, else 28.
    `on_card` is for buttons that stand on a raised card. Enter and Space press it."""

    def __init__(
        self,
        text: str = "",
        icon: str = "",
        kind: Kind = "normal",
        shortcut: str = "",
        *,
        large: bool = False,
        on_card: bool = False,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._keys = icon, shortcut
        self._kind: Kind = kind
        self._large, self._on_card = large, on_card
        self._menu: QMenu | None = None
        self._reason, self._tip = "", ""
        self.setText(text)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        wide = QSizePolicy.Policy.Fixed if kind in ("icon", "link") else QSizePolicy.Policy.Minimum
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if kind == "icon":
            self.setToolTip(f"{text}  {shortcut}".strip())
        self.setAccessibleName(text)
        self._fade = Fade(self)
        follow(self._restyle)

    def set_text(self, text: str, shortcut: str | None = None) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self._keys = self._keys if shortcut is None else shortcut
        if self._kind == "icon":
            self.setToolTip(f"{text}  {self._keys}".strip())
        self._restyle()

    @property
    def kind(self) -> Kind:
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """A card that asks for a decision takes the primary away: the panel's button becomes normal meanwhile."""
        self._kind = kind
        self._restyle()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self._restyle()

    def set_menu(self, menu: QMenu) -> None:
        """Opens below the button when it is pressed; a chevron says so."""
        self._menu = menu
        self.clicked.connect(self._open_menu)
        self._restyle()

    def set_possible(self, possible: bool, reason: str = "") -> None:
        """Enables or disables; the reason ("Needs two pictures") is the tooltip of the disabled button."""
        if self.isEnabled() and self.toolTip() != self._reason:
            self._tip = self.toolTip()
        self._reason = reason
        self.setEnabled(possible)
        self.setToolTip(self._tip if possible else reason or self._tip)

    def _open_menu(self) -> None:
        if self._menu is not None:
            self._menu.setMinimumWidth(self.width())
            self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _restyle(self) -> None:
        self.setProperty("ring_radius", 3 if self._kind == "link" else draw.RADIUS)
        self.updateGeometry()
        self.update()

    def _weight(self) -> int:
        return 500 if self._kind == "primary" or (self.isChecked() and self._kind != "icon") else 400

    def sizeHint(self) -> QSize:
        now = theme()
        high = now.px(32 if self._large else 24 if self._kind == "link" else 28)
        if self._kind == "icon":
            return QSize(high, high)
        wide = self._content() + (0 if self._kind == "link" else 24)
        return QSize(round(wide + 0.5), high)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return hint if self._kind == "icon" else QSize(min(hint.width(), theme().px(56)), hint.height())

    def _content(self) -> float:
        now = theme()
        wide = now.metrics(12, self._weight()).horizontalAdvance(self.text()) + 1.0
        wide += (now.glyph() + _GAP * bool(self.text())) if self._icon else 0
        wide += _GAP + now.metrics(11).horizontalAdvance(self._keys) if self._keys else 0
        return wide + (_GAP + now.glyph(12) if self._menu is not None else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def _fill(self) -> QColor | None:
        now, over, down = theme().now, self._fade.share, self.isDown()
        if self._kind == "primary":
            if not self.isEnabled():
                return now.raised
            share = 0.16 if down else 0.08 * over
            return draw.mix(now.accent, QColor(0, 0, 0), share)
        if self.isChecked():
            return now.sel
        if self._kind == "link":
            return None
        rest = None if self._kind in ("quiet", "icon") else now.raised
        step = now.hover
        if self._on_card and rest is not None:
            rest, step = (now.hover, now.pressed) if now.dark else (now.raised, now.hover)
        if down:
            return now.pressed
        if rest is None:
            clear = QColor(step)
            clear.setAlphaF(over)
            return clear if over else None
        return draw.mix(rest, step, over) if over else rest

    def _colour(self) -> str:
        if not self.isEnabled():
            return "text3"
        if self._kind == "primary":
            return "on_accent"
        return "accent_text" if self._kind == "link" else "text"

    def _icon_colour(self) -> str:
        if not self.isEnabled():
            return "track"
        if self.isChecked():
            return "accent_text"
        return "text2" if self._kind in ("normal", "quiet", "icon") else self._colour()

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, self.rect()
            fill = self._fill()
            framed = self._kind == "normal" or (self._kind == "primary" and (now.contrast or not self.isEnabled()))
            line = now.frame if framed and not self.isChecked() else None
            if fill is not None:
                draw.box(painter, area, fill, line)
            if self._kind == "icon":
                side = theme().glyph()
                left, top = (area.width() - side) // 2, (area.height() - side) // 2
                icons.paint(painter, self._icon, QRectF(left, top, side, side), self._icon_colour())
                return
            self._paint_content(painter)

    def _paint_content(self, painter: QPainter) -> None:
        now, area = theme(), QRectF(self.rect())
        pad = 0 if self._kind == "link" else 8
        room = area.adjusted(pad, 0, -pad, 0)
        x = room.x() + max(0.0, (room.width() - self._content()) / 2)
        if self._icon:
            side = now.glyph()
            place = QRectF(round(x), (area.height() - side) // 2, side, side)
            icons.paint(painter, self._icon, place, self._icon_colour())
            x = round(x) + side + _GAP
        colour = now.now.named(self._colour())
        tail = _GAP + now.metrics(11).horizontalAdvance(self._keys) if self._keys else 0
        tail += _GAP + now.glyph(12) if self._menu is not None else 0
        font = now.font(12, self._weight())
        if self._kind == "link" and self.underMouse() and self.isEnabled():
            font.setUnderline(True)
        x += draw.text(painter, QRectF(x, 0, room.right() - tail - x + 1, area.height()), self.text(), font, colour)
        if self._keys:
            quiet = colour if self._kind == "primary" else now.now.text3
            room_left = QRectF(x + _GAP, 0, room.right() - x, area.height())
            x += _GAP + draw.text(painter, room_left, self._keys, now.font(11), quiet)
        if self._menu is not None:
            side = now.glyph(12)
            place = QRectF(room.right() - side, (area.height() - side) // 2, side, side)
            icons.paint(painter, "chevron_down", place, self._icon_colour())
