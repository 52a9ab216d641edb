"""A curve on the timeline: how a value goes over the time of the film. Points are dragged, added, removed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu

from ganstudio.core.latent.easing import NAMED, Curve, Dot
from ganstudio.core.text import _
from ganstudio.ui.explore.walk.ruler import clock
from ganstudio.ui.explore.walk.scale import OnScale, TimeScale
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Button, accessible, draw, wording

if TYPE_CHECKING:
    from ganstudio.ui.explore.walk.editing import WalkEditor

_HIGH, _NEAR = 76, 12.0
_APART = 0.05  # seconds between two points


class CurveRow(OnScale):
    """`low` to `high` is what is seen of the values, `hard` what is allowed. Left and Right choose a point, Up and Down
    change its value, Alt moves it in time, Insert or a double-click adds one, Delete removes."""

    spoken_role = QAccessible.Role.Slider
    remove_wanted = Signal(str)

    def __init__(
        self, scale: TimeScale, editor: WalkEditor, id: str, name: str, seen: tuple[float, float],
        hard: tuple[float, float], *, unit: str = "", colour: int = 0, step: float = 0.05,
    ) -> None:  # fmt: skip
        super().__init__(scale)
        self.id, self.name = id, name
        self._editor, self._seen, self._hard, self._unit = editor, seen, hard, unit
        self._colour, self._step = colour, step
        self._at = 0
        self._drag = -1
        self._ring = False
        self.setAccessibleName(name)
        self.setToolTip(_("Double-click adds a point, Delete removes it, arrows change its value"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.close_button = Button(_("Remove the curve"), "close", "icon", parent=self)
        self.close_button.setAccessibleName(_("Remove the curve {name}").format(name=name))
        self.close_button.clicked.connect(self._remove)
        editor.changed.connect(self._changed)
        follow(self._restyle)

    @property
    def curve(self) -> Curve:
        return self._editor.curve(self.id) or Curve((Dot(0.0, 0.0),))

    @property
    def at(self) -> int:
        """The point that the keyboard is at."""
        return min(self._at, len(self.curve.dots) - 1)

    @Slot()
    def _changed(self) -> None:
        self.setAccessibleDescription(self.spoken_value())
        self.update()

    @Slot()
    def _remove(self) -> None:
        self.remove_wanted.emit(self.id)

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(_HIGH))
        side = self.close_button.sizeHint().width()
        top = 8 + theme().px(18) + (theme().px(18) - side) // 2
        self.close_button.setGeometry(self.scale.left - side - 6, top, side, side)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, theme().px(_HIGH))

    # Places

    def _band(self) -> QRectF:
        return QRectF(self.scale.left, 8, self.scale.room, self.height() - 16)

    def _range(self) -> tuple[float, float]:
        """What is seen: wider where a point lies beyond."""
        values = [dot.value for dot in self.curve.dots]
        return min(self._seen[0], *values), max(self._seen[1], *values)

    def _y(self, value: float) -> float:
        low, high = self._range()
        area = self._band().adjusted(0, 8, 0, -8)
        return area.bottom() - (value - low) / (high - low) * area.height()

    def _value(self, y: float) -> float:
        low, high = self._range()
        area = self._band().adjusted(0, 8, 0, -8)
        found = low + (area.bottom() - y) / max(1.0, area.height()) * (high - low)
        return round(min(max(found, self._hard[0]), self._hard[1]), 2)

    def _spot(self, dot: Dot) -> QPointF:
        return QPointF(self.scale.x(dot.seconds), self._y(dot.value))

    def _dot_at(self, pos: QPointF) -> int:
        found = [(float((self._spot(dot) - pos).manhattanLength()), n) for n, dot in enumerate(self.curve.dots)]
        far, place = min(found)
        return place if far <= _NEAR else -1

    # Changes

    def _put(self, dots: tuple[Dot, ...], merge: str = "") -> None:
        self._editor.set_curve(self.id, Curve(dots), merge)

    def put(self, place: int, seconds: float, value: float, merge: str = "") -> None:
        """A point stays between its neighbours; the first one stays at its time."""
        dots = list(self.curve.dots)
        low = dots[place - 1].seconds + _APART if place else dots[0].seconds
        high = dots[place + 1].seconds - _APART if place + 1 < len(dots) else max(self._editor.walk.seconds, low)
        at = dots[0].seconds if place == 0 else round(min(max(seconds, low), max(low, high)), 3)
        value = min(max(value, self._hard[0]), self._hard[1])
        dots[place] = replace(dots[place], seconds=at, value=round(value, 3))
        self._put(tuple(dots), merge)

    def add(self, seconds: float, value: float | None = None) -> None:
        dots = self.curve.dots
        if any(abs(dot.seconds - seconds) < _APART for dot in dots) or seconds < 0:
            return
        loop = self._editor.walk.seconds if self._editor.walk.loop else None
        value = self.curve.at(seconds, loop or None) if value is None else value
        made = tuple(sorted((*dots, Dot(round(seconds, 3), round(value, 3), NAMED["ease"])), key=lambda d: d.seconds))
        self._at = next(n for n, dot in enumerate(made) if dot not in dots)
        self._put(made)

    def remove(self, place: int) -> None:
        if len(self.curve.dots) > 1:
            self._at = max(0, place - 1)
            self._put(tuple(dot for n, dot in enumerate(self.curve.dots) if n != place))

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        place = self._dot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._at = self._drag = place
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag >= 0:
            pos = event.position()
            self.put(self._drag, self.scale.at(pos.x()), self._value(pos.y()), merge=f"curve {self.id} {self._drag}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = -1
        self._editor.end_merge()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pos = event.position()
        if event.button() == Qt.MouseButton.LeftButton and self._dot_at(pos) < 0 and self._band().contains(pos):
            self.add(self.scale.at(pos.x()), self._value(pos.y()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.at if by_key else self._dot_at(QPointF(event.pos()))
        if place >= 0:
            self._at = place
            spot = self.mapToGlobal(self._spot(self.curve.dots[place]).toPoint())
            self._menu(place, spot if by_key else event.globalPos())

    def _menu(self, place: int, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for id, words in (("ease", _("Ease in and out")), ("linear", _("Straight")), ("hold", _("Hold, then jump"))):
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(self.curve.dots[place].easing == NAMED[id])
            action.triggered.connect(partial(self._ease, place, id))
        menu.addSeparator()
        gone = menu.addAction(_("Remove the point"))
        gone.setEnabled(len(self.curve.dots) > 1)
        gone.triggered.connect(partial(self._remove_dot, place))
        menu.popup(at)

    def _ease(self, place: int, id: str, *_unused: object) -> None:
        self._put(tuple(replace(d, easing=NAMED[id]) if n == place else d for n, d in enumerate(self.curve.dots)))

    def _remove_dot(self, place: int, *_unused: object) -> None:
        self.remove(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, place = Qt.Key(event.key()), self.at
        dot = self.curve.dots[place]
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key, 0)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if alt:
                self.put(place, dot.seconds + way * 0.1, dot.value)
            else:
                self._at = max(0, min(len(self.curve.dots) - 1, place + way))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.put(place, dot.seconds, dot.value + way * self._step)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove(place)
        elif key == Qt.Key.Key_Insert:
            self.add(self.scale.now)
        else:
            super().keyPressEvent(event)
            return
        self._ring = True
        self.setAccessibleDescription(self.spoken_value())
        accessible.tell(self, self.spoken_value())
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # Said

    def spoken_value(self) -> str:
        dot = self.curve.dots[self.at]
        return _("{value} at {time}").format(value=self._words(dot.value), time=clock(dot.seconds))

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return self.curve.dots[self.at].value, *self._hard, self._step

    def speak_to(self, value: float) -> None:
        self.put(self.at, self.curve.dots[self.at].seconds, value)

    def step_by(self, steps: float) -> None:
        dot = self.curve.dots[self.at]
        self.put(self.at, dot.seconds, dot.value + steps * self._step)

    def _words(self, value: float) -> str:
        return wording.with_unit(value, self._unit, 2 if not self._unit else 1)

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, band = theme().now, self._band()
            painter.fillRect(self.rect(), now.panel)
            painter.fillRect(0, 0, self.width(), 1, now.edge)
            values = [dot.value for dot in self.curve.dots]
            room = QRectF(12, band.top(), self.scale.left - 20, theme().px(18))
            draw.text(painter, room, self.name, theme().font(12, 500), now.text)
            low, high = self._words(min(values)), self._words(max(values))
            words = low if low == high else _("{low} to {high}").format(low=low, high=high)
            below = QRectF(12, band.top() + theme().px(18), self.scale.left - 46, theme().px(18))
            draw.text(painter, below, words, theme().font(11), now.text3)
            painter.setClipRect(self.scale.left - 8, 0, self.width(), self.height())
            draw.box(painter, band, now.field, now.frame, 5)
            low, high = self._range()
            if low < 0 < high:
                painter.setPen(QPen(now.line, draw.hair(painter)))
                y = round(self._y(0.0)) + 0.5
                painter.drawLine(QPointF(band.left(), y), QPointF(band.right(), y))
            self._paint_line(painter, band)
            self.paint_playhead(painter)

    def _path(self) -> QPainterPath:
        """The curve as it is: an easing is a Bézier, so that nothing has to be sampled."""
        dots, end = list(self.curve.dots), self._editor.walk.seconds
        if self._editor.walk.loop and end > 0:
            inside = [dot for dot in dots if dot.seconds < end] or [replace(dots[0], seconds=0.0)]
            before = replace(inside[-1], seconds=inside[-1].seconds - end)
            dots = [before, *inside, replace(inside[0], seconds=inside[0].seconds + end)]
        else:
            first, last = replace(dots[0], seconds=0.0), replace(dots[-1], seconds=max(end, dots[-1].seconds))
            dots = [first, *(dot for dot in dots if 0 < dot.seconds < last.seconds), last]
        path = QPainterPath(self._spot(dots[0]))
        for here, there in pairwise(dots):
            a, b, easing = self._spot(here), self._spot(there), here.easing
            if easing.holds:
                path.lineTo(QPointF(b.x(), a.y()))
                path.lineTo(b)
                continue
            wide, high = b.x() - a.x(), b.y() - a.y()
            path.cubicTo(
                QPointF(a.x() + easing.x1 * wide, a.y() + easing.y1 * high),
                QPointF(a.x() + easing.x2 * wide, a.y() + easing.y2 * high),
                b,
            )
        return path

    def _paint_line(self, painter: QPainter, band: QRectF) -> None:
        curve, end = self.curve, self._editor.walk.seconds
        colour = theme().now.data[self._colour % len(theme().now.data)] if theme().now.data else theme().now.accent_text
        painter.save()
        right = min(band.right(), self.scale.x(end))
        painter.setClipRect(QRectF(band.left(), 0, max(0.0, right - band.left()), self.height()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.5))
        painter.drawPath(self._path())
        painter.restore()
        for place, dot in enumerate(curve.dots):
            spot, chosen = self._spot(dot), place == self.at
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(colour if chosen and (self._ring or self._drag == place) else theme().now.field)
            painter.drawEllipse(spot, 4.5, 4.5)
            if chosen and self._ring:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme().now.accent_text, 1.5))
                painter.drawEllipse(spot, 8, 8)
