"""Which layers: a row of cells, one a layer, of which a stretch is chosen; coarse at the left, fine at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.text import _
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import accessible, draw

_GAP = 2


class LayerRange(QWidget):
    """`changed(first, last)` while it is drawn, `committed(first, last)` at the end. Arrows move the right end, with
    Shift the left one."""

    spoken_role = QAccessible.Role.Slider
    changed = Signal(int, int)
    committed = Signal(int, int)

    def __init__(self, count: int = 1, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = max(1, count)
        self._first, self._last = 0, self._count - 1
        self._anchor: int | None = None
        self._before = (0, 0)
        self._ring = self._dim = False
        self.setAccessibleName(name or _("Layers"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_("Coarse layers are at the left, fine ones at the right. Draw over those that are meant."))
        follow(self._restyle)

    @property
    def value(self) -> tuple[int, int]:
        return self._first, self._last

    def set_count(self, count: int) -> None:
        whole = (self._first, self._last) == (0, self._count - 1)
        self._count = max(1, count)
        self.set_value(self._first, self._count - 1 if whole else self._last)

    def set_value(self, first: int, last: int | None) -> None:
        """Without a signal; None is the last one."""
        top = self._count - 1
        self._first = min(max(0, first), top)
        self._last = min(max(self._first, top if last is None else last), top)
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(160), theme().px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(80), theme().px(24))

    def set_dim(self, dim: bool) -> None:
        """Paler: what is chosen is not in force."""
        if dim != self._dim:
            self._dim = dim
            self.update()

    def _cell(self, index: int) -> QRectF:
        left, right = cell(self.width(), self._count, index)
        high = theme().px(12)
        return QRectF(left, (self.height() - high) // 2, max(1, right - left), high)

    def _hit(self, x: float) -> int:
        return min(max(0, int(x * self._count / max(1, self.width()))), self._count - 1)

    def _take(self, first: int, last: int) -> None:
        top = self._count - 1
        value = min(max(0, first), top), min(max(0, last), top)
        if value != (self._first, self._last) and value[0] <= value[1]:
            self._first, self._last = value
            accessible.tell(self, self.spoken_value())
            self.update()
            self.changed.emit(*value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._ring = False
        self._before = self.value
        self._anchor = self._hit(event.position().x())
        self._take(self._anchor, self._anchor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._anchor is not None:
            here = self._hit(event.position().x())
            self._take(min(here, self._anchor), max(here, self._anchor))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._anchor = None
        if self.value != self._before:
            self.committed.emit(*self.value)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._before = self.value
        self._take(0, self._count - 1)
        if self.value != self._before:
            self.committed.emit(*self.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._ring = True
        before = self.value
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._take(self._first + step, self._last)
        else:
            self._take(self._first, self._last + step)
        if self.value != before:
            self.committed.emit(*self.value)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, on = theme().now, self.isEnabled()
            for index in range(self._count):
                chosen = self._first <= index <= self._last
                pale = chosen and self._dim and on
                fill = now.track if not chosen else now.text3 if pale or not on else now.accent
                painter.setOpacity(0.5 if pale else 1.0)
                draw.box(painter, self._cell(index), fill, None, 2)
            painter.setOpacity(1.0)
            if self._ring and on:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(now.accent_text, 1.5))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)

    # for those who hear the window

    def spoken_value(self) -> str:
        return layers_words(self._first, self._last, self._count)

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return float(self._last), 0.0, float(self._count - 1), 1.0

    def speak_to(self, value: float) -> None:
        self.step_by(round(value) - self._last)

    def step_by(self, steps: float) -> None:
        before = self.value
        self._take(self._first, self._last + round(steps))
        if self.value != before:
            self.committed.emit(*self.value)


def cell(width: int, count: int, index: int) -> tuple[int, int]:
    """Left and right edge of a layer's cell in a row of so many pixels."""
    each = (width + _GAP) / count
    return round(index * each), round((index + 1) * each) - _GAP


def layers_words(first: int, last: int | None, count: int) -> str:
    """“layers 8–13”, “layer 4”, “all layers”."""
    top = count - 1
    last = top if last is None else min(last, top)
    if first <= 0 and last >= top:
        return _("all layers")
    if first >= last:
        return _("layer {number}").format(number=min(first, top))
    return _("layers {first}–{last}").format(first=first, last=last)
