"""A direction: its name, how far one is along it, seven pictures from one end to the other, a slider that stands under
them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.latent.directions import Direction
from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.explore.layers.layer_range import layers_words
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import accessible, draw
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.textfield import LineEdit
from ganstudio.ui.widgets.wording import with_unit

PICTURES = 7
HARD = 10.0  # σ: further one may go by the field
STEP = 0.1
_PAD, _HEAD, _GAP, _FOOT = 12, 28, 3, 24
_GRIP = 14  # the handle's width
_WARN = 18  # the line that says why


class _Signed(NumberField):
    """Says the plus, too."""

    def _show(self) -> None:
        super()._show()
        if self.value > 0:
            self.setText(f"+{self.text()}")
            self.setCursorPosition(0)


class DirectionStrip(QWidget):
    """`moved(σ)` while it is dragged, `settled()` at the end of a movement. `renamed(str)`, `shifted(int)` (places up
    or down in the list), `menu_wanted(QPoint)`."""

    spoken_role = QAccessible.Role.Slider
    moved = Signal(float)
    settled = Signal()
    renamed = Signal(str)
    shifted = Signal(int)
    menu_wanted = Signal(object)

    def __init__(self, direction: Direction, layers: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.direction, self._layers = direction, layers
        self._value = 0.0
        self._low, self._high = direction.low, direction.high
        self._images: list[QImage | None] = [None] * PICTURES
        self._drag = ""  # "", "knob" or "grip"
        self._over = self._ring = False
        self._pressed = QPointF()
        self._place = 0.0
        self._warning = ""
        self._rename: LineEdit | None = None
        self.field = _Signed(
            -HARD, HARD, 0.0, "σ", 1, step=STEP, name=direction.name, small=True, parent=self
        )  # fmt: skip
        self.field.changed.connect(self._typed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        QWidget.setTabOrder(self, self.field)
        self.set_direction(direction, layers)
        follow(self._restyle)

    # What it shows

    @property
    def value(self) -> float:
        return self._value

    @property
    def values(self) -> list[float]:
        """Of the pictures, from the left."""
        step = (self._high - self._low) / (PICTURES - 1)
        return [round(self._low + n * step, 4) for n in range(PICTURES)]

    @property
    def dragging(self) -> bool:
        return bool(self._drag)

    def set_direction(self, direction: Direction, layers: int) -> None:
        self.direction, self._layers = direction, layers
        self.setAccessibleName(direction.name)
        self.field.setAccessibleName(direction.name)
        self._widen()
        self.update()

    def set_value(self, value: float) -> None:
        """Without a signal."""
        if value != self._value:
            self._value = value
            self.field.set_value(value)
            self._widen()
            self.update()

    def set_image(self, index: int, image: QImage | None) -> None:
        self._images[index] = image
        self.update()

    def set_warning(self, sentence: str) -> None:
        """What the picture could not follow; "" when it can."""
        if sentence != self._warning:
            self._warning = sentence
            self.field.set_wrong(bool(sentence))
            self.field.setToolTip(sentence)
            self.setAccessibleDescription(sentence)
            self.updateGeometry()
            self.update()

    def _widen(self) -> None:
        """Values beyond the usual range widen it; not under the pointer."""
        if not self._drag:
            most = abs(self._value)
            self._low = min(self.direction.low, -float(-(-most // 1))) if self._value < 0 else self.direction.low
            self._high = max(self.direction.high, float(-(-most // 1))) if self._value > 0 else self.direction.high

    # Places

    def _restyle(self) -> None:
        self._lay_out()
        self.updateGeometry()
        self.update()

    def _side(self) -> float:
        return (self.width() - 2 * _PAD - (PICTURES - 1) * _GAP) / PICTURES

    @property
    def side(self) -> int:
        """Of a picture, in device pixels."""
        return max(1, round(self._side() * self.devicePixelRatioF()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        side = (width - 2 * _PAD - (PICTURES - 1) * _GAP) / PICTURES
        warned = theme().px(_WARN) if self._warning else 0
        return round(theme().px(_HEAD) + side + theme().px(_FOOT) + 8 + warned)

    def sizeHint(self) -> QSize:
        wide = max(self.width(), 200)
        return QSize(280, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def _lay_out(self) -> None:
        now = theme()
        wide = max(now.px(52), now.metrics().horizontalAdvance(with_unit(-HARD, "σ", 1)) + 14)
        self.field.setGeometry(self.width() - _PAD - wide, 2, wide, now.px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def _cell(self, index: int) -> QRectF:
        side = self._side()
        return QRectF(_PAD + index * (side + _GAP), theme().px(_HEAD), side, side)

    @property
    def track_y(self) -> float:
        """Where the slider's line lies."""
        return theme().px(_HEAD) + self._side() + theme().px(_FOOT) / 2 + 1

    def _x(self, value: float) -> float:
        """Where a value stands: under the middle of its picture."""
        left, right = self._cell(0).center().x(), self._cell(PICTURES - 1).center().x()
        return left + (value - self._low) / (self._high - self._low) * (right - left)

    def _value_at(self, x: float) -> float:
        left, right = self._cell(0).center().x(), self._cell(PICTURES - 1).center().x()
        return self._low + (x - left) / max(1.0, right - left) * (self._high - self._low)

    def _name_area(self) -> QRectF:
        left = _PAD + _GRIP
        return QRectF(left, 0, max(0, self.field.x() - left - 8), theme().px(_HEAD))

    def _on_track(self, pos: QPointF) -> bool:
        return abs(pos.y() - self.track_y) <= theme().px(_FOOT) / 2

    def _picture_at(self, pos: QPointF) -> int:
        return next((n for n in range(PICTURES) if self._cell(n).contains(pos)), -1)

    # What the person does

    def move_to(self, value: float) -> None:
        """To a value, as a drag does: stepped, within the slider's range."""
        value = round(round(min(max(value, self._low), self._high) / STEP) * STEP, 4)
        self._go(value)

    def _go(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self.field.set_value(value)
            accessible.tell(self, value)
            self.update()
            self.moved.emit(value)

    def _step_to(self, value: float) -> None:
        if value != self._value:
            self._go(min(max(round(value, 4), -HARD), HARD))
            self._widen()
            self.settled.emit()

    def reset(self) -> None:
        self._step_to(0.0)

    def _typed(self, value: float) -> None:
        self._step_to(value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pos = event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._ring = False
        self._pressed = pos
        if pos.y() < theme().px(_HEAD) and pos.x() < _PAD + _GRIP:
            self._drag = "grip"
        elif self._on_track(pos):
            self._drag = "knob"
            if abs(pos.x() - self._x(self._value)) > theme().glyph(12) / 2 + 2:
                self.move_to(self._value_at(pos.x()))
            self._place = self._value
        elif (index := self._picture_at(pos)) >= 0:
            self._step_to(self.values[index])
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pos = event.position()
        if self._drag == "knob":
            fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self._place += (self._value_at(pos.x()) - self._value_at(self._pressed.x())) * fine
            self._pressed = pos
            self._place = min(max(self._place, self._low), self._high)
            self.move_to(self._place) if fine == 1.0 else self._go(round(self._place, 2))
            return
        grip = pos.y() < theme().px(_HEAD) and pos.x() < _PAD + _GRIP
        self.setCursor(Qt.CursorShape.SizeVerCursor if grip else Qt.CursorShape.ArrowCursor)
        if self._on_track(pos) != self._over:
            self._over = not self._over
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was, self._drag = self._drag, ""
        if was == "knob":
            self._widen()
            self.settled.emit()
        elif was == "grip":
            places = round((event.position().y() - self._pressed.y()) / max(1, self.height()))
            if places:
                self.shifted.emit(places)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pos = event.position()
        if self._name_area().contains(pos):
            self.rename()
        elif self._on_track(pos) and abs(pos.x() - self._x(self._value)) <= theme().glyph(12):
            self._drag = ""
            self.reset()
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._over = False
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if not (self.hasFocus() or alt):
            event.ignore()
            return
        turned = event.angleDelta().y() or event.angleDelta().x()
        self.step_by(1.0 if turned > 0 else -1.0)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, mods = Qt.Key(event.key()), event.modifiers()
        fine = 0.1 if mods & Qt.KeyboardModifier.ShiftModifier else 1.0
        steps = {
            Qt.Key.Key_Right: fine, Qt.Key.Key_Left: -fine, Qt.Key.Key_Up: fine, Qt.Key.Key_Down: -fine,
            Qt.Key.Key_PageUp: 10.0, Qt.Key.Key_PageDown: -10.0,
        }.get(key)  # fmt: skip
        if mods & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.shifted.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif steps is not None:
            self.step_by(steps)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step_to(self._low if key == Qt.Key.Key_Home else self._high)
        elif key == Qt.Key.Key_F2:
            self.rename()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_0):
            self.reset()
        else:
            super().keyPressEvent(event)
            return
        self._ring = True
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.mapToGlobal(QPoint(_PAD, theme().px(_HEAD)))
        self.menu_wanted.emit(at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # Renaming

    def rename(self) -> None:
        """A field over the name; Enter takes it, Esc leaves it as it was."""
        if self._rename is not None:
            return
        edit = LineEdit(parent=self)
        edit.set_height(24)
        edit.setText(self.direction.name)
        edit.setAccessibleName(_("Name of the direction"))
        area = self._name_area()
        edit.setGeometry(round(area.x()) - 6, 2, round(area.width()) + 6, theme().px(24))
        edit.editingFinished.connect(self._name_given)
        edit.selectAll()
        edit.show()
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        edit.installEventFilter(self)
        self._rename = edit

    def eventFilter(self, watched: object, event: object) -> bool:
        if watched is self._rename and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._end_rename()
            return True
        return False

    def _name_given(self) -> None:
        if self._rename is not None:
            name = self._rename.text().strip()
            self._end_rename()
            if name and name != self.direction.name:
                self.renamed.emit(name)

    def _end_rename(self) -> None:
        edit, self._rename = self._rename, None
        if edit is not None:
            edit.removeEventFilter(self)
            edit.hide()
            edit.deleteLater()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            if self.hasFocus() or self._drag or self.field.hasFocus():
                draw.box(painter, QRectF(self.rect()).adjusted(4, 0, -4, -2), now.raised, None, 6)
            self._paint_head(painter)
            self._paint_pictures(painter)
            self._paint_slider(painter)
            if self._warning:
                top = self.track_y + theme().px(_FOOT) / 2
                area = QRectF(_PAD, top, self.width() - 2 * _PAD, theme().px(_WARN) - 2)
                draw.text(painter, area, self._warning, theme().font(11), now.err)

    def _paint_head(self, painter: QPainter) -> None:
        now, area = theme(), self._name_area()
        side = now.glyph(12)
        spot = QRectF(_PAD - 2, 2 + (now.px(20) - side) // 2, side, side)
        icons.paint(painter, "drag", spot, "text3")
        small = now.font(11)
        words = layers_words(self.direction.first, self.direction.last, self._layers)
        tail = now.metrics(11).horizontalAdvance(words)
        room = max(40.0, area.width() - tail - 10)
        name = QRectF(area.x(), 2, room, now.px(20))
        used = draw.text(painter, name, self.direction.name, now.font(12, 600), now.now.text)
        rest = QRectF(area.x() + used + 8, 2, area.right() - area.x() - used - 8, now.px(20))
        if rest.width() > 24:
            draw.text(painter, rest, words, small, now.now.text3)

    def _paint_pictures(self, painter: QPainter) -> None:
        now = theme().now
        for index, image in enumerate(self._images):
            cell = self._cell(index)
            if image is None:
                draw.box(painter, cell, now.raised, now.frame, 3)
                continue
            path = QPainterPath()
            path.addRoundedRect(cell, 3, 3)
            painter.save()
            painter.setClipPath(path)
            painter.drawImage(cell, image)
            painter.restore()

    def _paint_slider(self, painter: QPainter) -> None:
        now, y = theme().now, self.track_y
        left, right = self._cell(0).center().x(), self._cell(PICTURES - 1).center().x()
        draw.box(painter, QRectF(left, y - 1.5, right - left, 3), now.track, None, 1.5)
        zero, here = self._x(0.0), self._x(self._value)
        draw.box(painter, QRectF(round(zero - 0.5), y - 4, 1, 8), now.text3, None, 0)
        filled = QRectF(min(zero, here), y - 1.5, abs(here - zero), 3)
        draw.box(painter, filled, now.accent, None, 1.5)
        self._paint_ends(painter, left, right, y)
        painter.setBrush(now.knob)
        painter.setPen(QPen(now.knob_line, 1) if now.knob_line else Qt.PenStyle.NoPen)
        radius = theme().glyph(12) / 2 + (0.5 if self._over or self._drag else 0.0)
        painter.drawEllipse(QPointF(here, y), radius, radius)
        if self._ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.accent_text, 1.5))
            painter.drawEllipse(QPointF(here, y), radius + 2.75, radius + 2.75)

    def _paint_ends(self, painter: QPainter, left: float, right: float, y: float) -> None:
        now, small, high = theme(), theme().font(11), theme().px(_FOOT)
        words = f"−{abs(self._low):g}" if self._low < 0 else f"{self._low:g}", f"+{self._high:g}"
        room = QRectF(_PAD, y - high / 2, left - _PAD - 4, high)
        if room.width() >= now.metrics(11).horizontalAdvance(words[0]):
            draw.text(painter, room, words[0], small, now.now.text3)
            room = QRectF(right + 4, y - high / 2, self.width() - _PAD - right - 4, high)
            draw.text(painter, room, words[1], small, now.now.text3, Qt.AlignmentFlag.AlignRight)

    # for those who hear the window

    def spoken_value(self) -> str:
        return with_unit(self._value, "σ", 1)

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return self._value, self._low, self._high, STEP

    def speak_to(self, value: float) -> None:
        self._step_to(value)

    def step_by(self, steps: float) -> None:
        self._step_to(round(self._value + steps * STEP, 4))
