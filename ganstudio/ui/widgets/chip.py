"""A pill: a filter with glyph and count, or a class with its weight."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw
from .fade import Fade
from .wording import count as count_words
from .wording import percent

_PAD, _GAP = 12, 6


class Chip(QAbstractButton):
    """Filter: `toggled(bool)`; with `weight` (0 to 1) dragging sideways and arrows change it (`weight_changed`).
    `removable` chips have a cross; Delete removes too (`removed`)."""

    weight_changed = Signal(float)
    removed = Signal()

    def __init__(
        self,
        text: str,
        icon: str = "",
        count: int | None = None,
        *,
        color: str = "text2",
        weight: float | None = None,
        removable: bool = False,
        checkable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._count, self._token = icon, count, color
        self._weight, self._removable = weight, removable
        self._from: tuple[float, float] | None = None
        self._moved = False
        self.setText(text)
        self.setCheckable(checkable and weight is None)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._fade = Fade(self)
        follow(self._restyle)

    @property
    def weight(self) -> float | None:
        return self._weight

    def set_weight(self, weight: float) -> None:
        self._weight = min(1.0, max(0.0, weight))
        self._restyle()

    def set_count(self, count: int | None) -> None:
        self._count = count
        self._restyle()

    def _restyle(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._tail()}".strip())
        self.setToolTip(self.toolTip() or (_("Delete removes it") if self._removable else ""))
        self.setProperty("ring_radius", theme().px(28) / 2)
        self.updateGeometry()
        self.update()

    def _tail(self) -> str:
        if self._weight is not None:
            return percent(self._weight)
        return "" if self._count is None else count_words(self._count)

    def sizeHint(self) -> QSize:
        now = theme()
        wide = now.metrics(12, 500).horizontalAdvance(self.text()) + 2 * _PAD
        wide += now.glyph() + _GAP if self._icon else 0
        wide += _GAP + 2 + now.metrics().horizontalAdvance(self._tail()) if self._tail() else 0
        return QSize(wide + (now.glyph(14) + _GAP if self._removable else 0) + 1, now.px(28))

    def _cross(self) -> QRectF:
        side = theme().glyph(14)
        return QRectF(self.width() - _PAD - side + 2, (self.height() - side) // 2, side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._moved = False
        if self._weight is not None and event.button() == Qt.MouseButton.LeftButton:
            self._from = (event.position().x(), self._weight)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            super().mouseMoveEvent(event)
            return
        far = event.position().x() - self._from[0]
        if abs(far) > 3 or self._moved:
            self._moved = True
            self._change(self._from[1] + far / 200)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None
        if self._removable and not self._moved and self._cross().adjusted(-5, -7, 5, 7).contains(event.position()):
            self.setDown(False)
            self.removed.emit()
            return
        if self._moved:
            self.setDown(False)
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Delete and (self._removable or self._weight is not None):
            self.removed.emit()
        elif self._weight is not None and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._change(self._weight + (0.05 if key == Qt.Key.Key_Right else -0.05))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _change(self, weight: float) -> None:
        before = self._weight
        self.set_weight(round(weight, 2))
        if self._weight != before and self._weight is not None:
            self.weight_changed.emit(self._weight)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, QRectF(self.rect())
            chosen = self.isChecked() or self._weight is not None
            rest = draw.mix(now.raised, now.hover, self._fade.share)
            fill = now.sel if chosen else now.pressed if self.isDown() else rest
            line = now.accent_text if self.isChecked() else now.frame
            draw.box(painter, area, fill, line, area.height() / 2)
            x = float(_PAD)
            if self._icon:
                token = "track" if not self.isEnabled() else self._token
                side = theme().glyph()
                icons.paint(painter, self._icon, QRectF(x - 1, (area.height() - side) // 2, side, side), token)
                x += side + _GAP
            end = self._cross().left() - 4 if self._removable else area.right() - _PAD + 2
            on = self.isEnabled()
            room, shade = QRectF(x, 0, end - x, area.height()), now.text if on else now.text3
            used = draw.text(painter, room, self.text(), theme().font(12, 500), shade)
            if self._tail():
                room = QRectF(x + used + _GAP + 2, 0, area.width(), area.height())
                shade = now.accent_text if chosen and on else now.text3
                draw.text(painter, room, self._tail(), theme().font(), shade)
            if self._removable:
                icons.paint(painter, "close", self._cross(), "text2")
