"""The slider: label, number field, track with a knob, in a block of 48 or in one line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme

from . import accessible, draw
from .number import NumberField
from .slider_scale import Scale
from .wording import with_unit

_TRACK, _HIT, _DOT = 3, 24, 4


def _knob_side() -> int:
    return theme().glyph(12)


class Slider(QWidget):
    """`changed` while it moves, `committed` once at the end of each movement (one undo step).

    `low` and `high` are the soft range of the track; `hard` may be wider (what the field accepts). `centre` fills
    from there with a tick; `shown` is what a value is multiplied by for the eye (100 with unit "%"); `ends` are words
    under the two ends; `inline` puts label, track and field in one line. Double-click on knob or label: `default`.
    """

    spoken_role = QAccessible.Role.Slider
    changed = Signal(float)
    committed = Signal(float)

    def __init__(
        self,
        low: float,
        high: float,
        value: float,
        *,
        step: float | None = None,
        default: float | None = None,
        unit: str = "",
        decimals: int = 0,
        log: bool = False,
        centre: float | None = None,
        label: str = "",
        hard: tuple[float, float] | None = None,
        shown: float = 1.0,
        whole: bool = False,
        ends: tuple[str, str] | None = None,
        inline: bool = False,
        units: dict[str, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        stepped = step if step is not None else 10**-decimals / shown
        self._usual = Scale(low, high, hard or (low, high), stepped, log, whole)
        self._scale = self._usual.widened(value)
        self._value, self._default = value, value if default is None else default
        self._label, self._centre, self._ends, self._inline = label, centre, ends, inline
        self._unit, self._decimals, self._shown = unit, decimals, shown
        self._ring = self._over = False
        self._drag: str = ""  # "", "knob" or "label"
        self._place, self._last_x, self._before = 0.0, 0.0, value
        self._tip = ""
        reach = self._usual.hard
        self._field = NumberField(
            *reach, value, unit, decimals, step=stepped, whole=whole, shown=shown, units=units, name=label,
            small=True, parent=self,
        )  # fmt: skip
        self._field.setProperty("plain", not inline)
        self._field.changed.connect(self._typed)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        QWidget.setTabOrder(self, self._field)
        follow(self._restyle)

    # values

    @property
    def value(self) -> float:
        return self._value

    @property
    def default(self) -> float:
        return self._default

    @property
    def range(self) -> tuple[float, float]:
        """The ends of the track now; wider than the soft range while the value lies beyond it."""
        return self._scale.low, self._scale.high

    @property
    def hard(self) -> tuple[float, float]:
        return self._usual.hard

    @property
    def step(self) -> float:
        return self._usual.step

    @property
    def label(self) -> str:
        return self._label

    @property
    def field(self) -> NumberField:
        return self._field

    @property
    def value_text(self) -> str:
        return with_unit(self._value * self._shown, self._unit, self._decimals)

    def set_value(self, value: float) -> None:
        """Shows a value (clamped to the hard range) without a signal."""
        self._put(min(self._usual.hard[1], max(self._usual.hard[0], value)))

    def set_default(self, value: float) -> None:
        self._default = value
        self.update()

    def set_range(self, low: float, high: float, hard: tuple[float, float] | None = None) -> None:
        """Another soft (and hard) range, for example when another model is chosen."""
        old = self._usual
        self._usual = Scale(low, high, hard or (low, high), old.step, old.log, old.whole)
        self._field.set_range(*self._usual.hard)
        self.set_value(self._value)

    def set_tip(self, text: str) -> None:
        """One sentence of help, the tooltip of the whole block."""
        self._tip = text
        self.setToolTip(text)

    def _put(self, value: float) -> None:
        self._value = value
        if not self._drag:
            self._scale = self._usual.widened(value)
        self._field.set_value(value)
        self.update()

    def _move(self, value: float) -> None:
        if value != self._value:
            self._put(value)
            accessible.tell(self, value * self._shown)
            self.changed.emit(value)

    def _step_to(self, value: float) -> None:
        if value != self._value:
            self._move(value)
            self.committed.emit(value)

    def step_by(self, steps: float) -> None:
        """As the arrow keys do."""
        self._step_to(self._scale.moved(self._value, steps))

    def return_to_default(self) -> None:
        self._step_to(self._default)

    def _typed(self, value: float) -> None:
        self._step_to(value)

    # places

    def _restyle(self) -> None:
        self._lay_out()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        now = theme()
        if self._inline:
            wide = now.metrics().horizontalAdvance(self._label) + (8 if self._label else 0)
            return QSize(wide + 96 + 8 + now.px(52), now.px(28))
        return QSize(now.px(200), now.px(60 if self._ends else 48))

    def minimumSizeHint(self) -> QSize:
        if self._inline:
            return QSize(self.sizeHint().width() - 48, self.sizeHint().height())
        return QSize(theme().px(120), self.sizeHint().height())

    def _lay_out(self) -> None:
        now = theme()
        wide = max(now.px(52), self._needs())
        if self._inline:
            high = min(self.height(), now.px(24))
            self._field.setGeometry(self.width() - wide, (self.height() - high) // 2, wide, high)
        else:
            self._field.setGeometry(self.width() - wide, 2, wide, now.px(20))

    def _needs(self) -> int:
        ends = (self._usual.low, self._usual.high)
        words = [with_unit(end * self._shown, self._unit, self._decimals) for end in ends]
        return max(theme().metrics().horizontalAdvance(word) for word in words) + 14

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _track(self) -> QRectF:
        """The line that the knob's middle travels, with the hit height."""
        if self._inline:
            left = self._label_area().right() + (8 if self._label else 0)
            right = self._field.x() - 12
            return QRectF(left, (self.height() - _HIT) / 2, max(1.0, right - left), _HIT)
        middle = 2 + theme().px(20) + 10
        return QRectF(0, middle - _HIT / 2, max(1.0, float(self.width())), _HIT)

    def _travel(self) -> tuple[float, float]:
        track = self._track()
        room = _knob_side() / 2
        return track.left() + room, max(1.0, track.width() - 2 * room)

    def _knob(self) -> QPointF:
        left, wide = self._travel()
        return QPointF(left + self._scale.place(self._value) * wide, self._track().center().y())

    def _label_area(self) -> QRectF:
        if self._inline:
            return QRectF(0, 0, theme().metrics().horizontalAdvance(self._label), self.height())
        room = self._field.x() - 8
        wide = theme().metrics().horizontalAdvance(self._label) + self._dot_room() + 1
        return QRectF(0, 2, min(room, wide), theme().px(20))

    def _dot_room(self) -> int:
        return _DOT + 6 if self._is_changed() and not self._inline else 0

    def _is_changed(self) -> bool:
        return abs(self._value - self._default) > 1e-9

    # input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._ring = False
        pos = event.position()
        if self._dot_room() and pos.x() < self._dot_room() and self._label_area().contains(pos):
            self.return_to_default()
            return
        self._before, self._last_x = self._value, pos.x()
        if self._label_area().contains(pos):
            self._drag = "label"
        elif self._track().adjusted(-_knob_side(), 0, _knob_side(), 0).contains(pos):
            self._drag = "knob"
            if abs(pos.x() - self._knob().x()) > _knob_side() / 2 + 2:
                left, wide = self._travel()
                self._move(self._scale.value((pos.x() - left) / wide))
        self._place = self._scale.place(self._value)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pos = event.position()
        over = self._track().contains(pos)
        scrub = self._label_area().contains(pos)
        self.setCursor(Qt.CursorShape.SizeHorCursor if scrub and not self._drag else Qt.CursorShape.ArrowCursor)
        if over != self._over:
            self._over = over
            self.update()
        if not self._drag:
            return
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._place += (pos.x() - self._last_x) / self._travel()[1] * fine
        self._last_x = pos.x()
        self._move(self._scale.value(self._place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._drag:
            return
        self._drag = ""
        self._put(self._value)
        if self._value != self._before:
            self.committed.emit(self._value)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pos = event.position()
        near = abs(pos.x() - self._knob().x()) <= _knob_side() and self._track().contains(pos)
        if near or self._label_area().contains(pos):
            self._drag = ""
            self.return_to_default()
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._over = False
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if not self.isEnabled() or not (self.hasFocus() or alt):
            event.ignore()
            return
        turned = event.angleDelta().y() or event.angleDelta().x()
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self.step_by(fine if turned > 0 else -fine)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        steps = {
            Qt.Key.Key_Right: fine,
            Qt.Key.Key_Up: fine,
            Qt.Key.Key_Left: -fine,
            Qt.Key.Key_Down: -fine,
            Qt.Key.Key_PageUp: 10.0,
            Qt.Key.Key_PageDown: -10.0,
        }.get(Qt.Key(event.key()))
        if self._drag and event.key() == Qt.Key.Key_Escape:
            self._drag = ""
            self._move(self._before)
        elif steps is not None:
            self.step_by(steps)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step_to(self._scale.low if event.key() == Qt.Key.Key_Home else self._scale.high)
        else:
            super().keyPressEvent(event)
            return
        self._ring = True
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, on = theme().now, self.isEnabled()
            area = self._label_area()
            room = self._dot_room()
            if room and on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(now.accent_text)
                painter.drawEllipse(QPointF(_DOT / 2, area.center().y()), _DOT / 2, _DOT / 2)
            draw.text(
                painter, area.adjusted(room, 0, 0, 0), self._label, theme().font(), now.text2 if on else now.text3
            )
            self._paint_track(painter)
            if self._ends and not self._inline:
                below = QRectF(0, self._track().center().y() + 6, self.width(), theme().px(15))
                small = theme().font(11)
                draw.text(painter, below, self._ends[0], small, now.text3)
                draw.text(painter, below, self._ends[1], small, now.text3, Qt.AlignmentFlag.AlignRight)

    def _paint_track(self, painter: QPainter) -> None:
        now, on = theme().now, self.isEnabled()
        track, knob = self._track(), self._knob()
        left, wide = self._travel()
        y = knob.y() - _TRACK / 2
        draw.box(painter, QRectF(track.left(), y, track.width(), _TRACK), now.track, None, 1.5)
        start = track.left() if self._centre is None else left + self._scale.place(self._centre) * wide
        if self._centre is not None:
            draw.box(painter, QRectF(round(start - 0.5), knob.y() - 4, 1, 8), now.text3, None, 0)
        filled = QRectF(min(start, knob.x()), y, abs(knob.x() - start), _TRACK)
        draw.box(painter, filled, now.accent if on else now.text3, None, 1.5)
        painter.setBrush(now.knob if on else now.track)
        painter.setPen(QPen(now.knob_line, 1) if now.knob_line else Qt.PenStyle.NoPen)
        inset = 0.5 if now.knob_line else 0.0
        radius = _knob_side() / 2 - inset + (0.5 if (self._over or self._drag) and on else 0.0)
        painter.drawEllipse(knob, radius, radius)
        if self._ring and on:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.accent_text, 1.5))
            painter.drawEllipse(knob, _knob_side() / 2 + 2.75, _knob_side() / 2 + 2.75)

    # for those who hear the window

    def spoken_value(self) -> str:
        return self.value_text

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        low, high = self.range
        return self._value * self._shown, low * self._shown, high * self._shown, self.step * self._shown

    def speak_to(self, value: float) -> None:
        low, high = self.hard
        self._step_to(min(high, max(low, value / self._shown)))
