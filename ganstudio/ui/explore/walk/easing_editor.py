"""The easing of one way: share of the time → share of the way, with two handles to be dragged."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.latent.easing import LINEAR, Easing
from ganstudio.core.text import _
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import accessible, draw, wording

_HIGH, _PAD, _NEAR = 96, 16, 14.0
_STEP = 0.02
_LOW, _OVER = -0.25, 1.25  # of the way: a handle may swing beyond the ends


class EasingEditor(QWidget):
    """`changed(Easing)` while a handle moves, `settled()` at the end. Space takes the other handle, arrows move it."""

    spoken_role = QAccessible.Role.Slider
    changed = Signal(object)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._easing = LINEAR
        self._handle = 0
        self._drag = -1
        self._ring = False
        self.setAccessibleName(_("Easing"))
        self.setToolTip(_("Drag the two handles; Space takes the other one, arrows move it"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    @property
    def easing(self) -> Easing:
        return self._easing

    def set_easing(self, easing: Easing) -> None:
        self._easing = easing
        self.setAccessibleDescription(self.spoken_value())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(210), theme().px(_HIGH))

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(_HIGH))
        self.update()

    # Places

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_PAD, 8, -_PAD, -8)

    def _spot(self, x: float, y: float) -> QPointF:
        area = self._area()
        share = (y - _LOW) / (_OVER - _LOW)
        return QPointF(area.left() + x * area.width(), area.bottom() - share * area.height())

    def _place(self, pos: QPointF) -> tuple[float, float]:
        area = self._area()
        x = (pos.x() - area.left()) / max(1.0, area.width())
        y = _LOW + (area.bottom() - pos.y()) / max(1.0, area.height()) * (_OVER - _LOW)
        return min(max(x, 0.0), 1.0), min(max(y, _LOW), _OVER)

    def _handles(self) -> list[QPointF]:
        one = self._easing
        return [self._spot(one.x1, one.y1), self._spot(one.x2, one.y2)]

    # Input

    def put_handle(self, handle: int, x: float, y: float) -> None:
        """A handle at another place: share of the time 0 to 1, share of the way."""
        x, y = round(min(max(x, 0.0), 1.0), 3), round(min(max(y, _LOW), _OVER), 3)
        fields = {"x1": x, "y1": y} if handle == 0 else {"x2": x, "y2": y}
        after = replace(self._easing, holds=False, **fields)
        if after != self._easing:
            self.set_easing(after)
            accessible.tell(self, self.spoken_value())
            self.changed.emit(after)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        far = [float((spot - event.position()).manhattanLength()) for spot in self._handles()]
        nearest = far.index(min(far))
        if event.button() == Qt.MouseButton.LeftButton and not self._easing.holds:
            self._handle = nearest
            self._drag = nearest if far[nearest] <= _NEAR else -1
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag >= 0:
            self.put_handle(self._drag, *self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag >= 0:
            self._drag = -1
            self.settled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {
            Qt.Key.Key_Left: (-_STEP, 0.0), Qt.Key.Key_Right: (_STEP, 0.0),
            Qt.Key.Key_Up: (0.0, _STEP), Qt.Key.Key_Down: (0.0, -_STEP),
        }  # fmt: skip
        key = Qt.Key(event.key())
        self._ring = True
        if key == Qt.Key.Key_Space:
            self._handle = 1 - self._handle
        elif key in ways:
            one = self._easing
            x, y = (one.x1, one.y1) if self._handle == 0 else (one.x2, one.y2)
            self.put_handle(self._handle, x + ways[key][0], y + ways[key][1])
            if not event.isAutoRepeat():
                self.settled.emit()
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # Said

    def spoken_value(self) -> str:
        one = self._easing
        if one.holds:
            return _("Hold, then jump")
        x, y = (one.x1, one.y1) if self._handle == 0 else (one.x2, one.y2)
        name = _("First handle") if self._handle == 0 else _("Second handle")
        return f"{name}: {wording.number(x, 2)}, {wording.number(y, 2)}"

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return (self._easing.y1 if self._handle == 0 else self._easing.y2), _LOW, _OVER, _STEP

    def speak_to(self, value: float) -> None:
        one = self._easing
        self.put_handle(self._handle, one.x1 if self._handle == 0 else one.x2, value)
        self.settled.emit()

    def step_by(self, steps: float) -> None:
        one = self._easing
        self.speak_to((one.y1 if self._handle == 0 else one.y2) + steps * _STEP)

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, self._area()
            draw.box(painter, self.rect(), now.field, now.frame, 5)
            painter.setPen(QPen(now.line, draw.hair(painter)))
            for y in (0.0, 1.0):
                line = round(self._spot(0, y).y()) + 0.5
                painter.drawLine(QPointF(area.left(), line), QPointF(area.right(), line))
            one = self._easing
            colour = now.accent_text if self.isEnabled() else now.text3
            path = QPainterPath(self._spot(0, 0))
            if one.holds:
                path.lineTo(self._spot(1, 0))
                path.lineTo(self._spot(1, 1))
            else:
                path.cubicTo(self._spot(one.x1, one.y1), self._spot(one.x2, one.y2), self._spot(1, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.5))
            painter.drawPath(path)
            if not one.holds and self.isEnabled():
                self._paint_handles(painter)

    def _paint_handles(self, painter: QPainter) -> None:
        now = theme().now
        for number, (spot, end) in enumerate(zip(self._handles(), (self._spot(0, 0), self._spot(1, 1)), strict=True)):
            painter.setPen(QPen(now.text2, 1.0))
            painter.drawLine(end, spot)
            painter.setPen(QPen(now.knob_line, 1) if now.knob_line else Qt.PenStyle.NoPen)
            painter.setBrush(now.knob)
            painter.drawEllipse(spot, 4.5, 4.5)
            if self._ring and number == self._handle:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(now.accent_text, 1.5))
                painter.drawEllipse(spot, 8, 8)
