"""The pictures of the walk on the timeline: keyframes to be dragged and chosen, between them what it goes through."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QMenu

from ganstudio.core.latent import Latent
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.explore.carrying import carried_in
from ganstudio.ui.explore.images import image_of
from ganstudio.ui.explore.walk.ruler import clock
from ganstudio.ui.explore.walk.scale import OnScale, TimeScale
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import accessible, draw, wording

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.walk.editing import WalkEditor
    from ganstudio.ui.explore.walk.player import Player

_TOP, _SIDE, _NAMES = 10, 60, 24
_KEYS, _BETWEEN = "walk:keys", "walk:between"
_ASK_AFTER_MS = 300
_KEPT = 400
_NUDGE, _FAR = 0.1, 1.0


class PicturesRow(OnScale):
    """`sought(seconds)` when a keyframe is entered; `refused(sentence)` when a drop does not fit. Left and Right
    choose, Alt moves in time, Shift+Alt in order, Delete removes, Enter looks at it."""

    spoken_role = QAccessible.Role.List
    sought = Signal(float)
    refused = Signal(str)

    def __init__(
        self, scale: TimeScale, journey: Journey, link: ExploreLink, editor: WalkEditor, player: Player
    ) -> None:  # fmt: skip
        super().__init__(scale)
        self._journey, self._link, self._editor, self._player = journey, link, editor, player
        self._images: dict[Latent, QImage] = {}
        self._asked: list[Latent] = []
        self._between: dict[int, QImage] = {}  # by their place in the row
        self._places: list[float] = []
        self._press: tuple[int, QPointF, float] | None = None
        self._dragging = self._ring = False
        self._drop: float | None = None
        self._timer = QTimer(self, interval=_ASK_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._ask_between)
        self.setAccessibleName(_("Pictures of the walk"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        editor.changed.connect(self._changed)
        editor.chosen.connect(self.update)
        player.course_changed.connect(self._timer.start)
        scale.changed.connect(self._timer.start)
        link.thumb.connect(self._painted)
        link.engine_lost.connect(self._lost)
        journey.facts_changed.connect(self._changed)
        follow(self._restyle)
        self._changed()

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(_TOP + _SIDE + _NAMES) + 6)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, theme().px(_TOP + _SIDE + _NAMES) + 6)

    # What is shown

    @Slot()
    def _changed(self) -> None:
        keys = self._editor.walk.keys
        missing = [one.latent for one in keys if one.latent not in self._images]
        if missing and missing != self._asked:
            self._asked = list(dict.fromkeys(missing))
            self._link.thumbs(_KEYS, self._asked, theme().px(_SIDE) * 2)
        self.setAccessibleDescription(self.spoken_value())
        self.update()

    def _ask_between(self) -> None:
        """Pictures along the way, as many as stand side by side."""
        side, end = theme().px(_SIDE), self._editor.walk.seconds
        count = min(60, int(self.scale.room / side) + 1)
        places = [self.scale.at(self.scale.left + (n + 0.5) * side) for n in range(count)]
        found = [one for one in places if one < end]
        latents = [one for seconds in found if (one := self._player.latent(seconds)) is not None]
        if len(latents) == len(found) and found:
            self._places = found
            self._between.clear()
            self._link.thumbs(_BETWEEN, latents, 64)
        self.update()

    @Slot(str, int, object)
    def _painted(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _KEYS and index < len(self._asked):
            self._images[self._asked[index]] = image_of(picture)
            while len(self._images) > _KEPT:
                del self._images[next(iter(self._images))]
        elif channel == _BETWEEN:
            self._between[index] = image_of(picture)
        else:
            return
        self.update()

    @Slot(object)
    def _lost(self, _failure: object) -> None:
        """They are asked for again when the model is open again."""
        self._asked = []

    # Places

    def _rect(self, seconds: float, *, last: bool = False) -> QRectF:
        """A keyframe's picture begins at its time; the loop's end ends at it."""
        side = theme().px(_SIDE)
        x = self.scale.x(seconds)
        return QRectF(round(x - side if last else x), theme().px(_TOP), side, side)

    def _key_at(self, pos: QPointF) -> int:
        found = [n for n, start in enumerate(self._editor.starts) if self._rect(start).contains(pos)]
        return found[-1] if found else -1

    def _segment_at(self, pos: QPointF) -> int:
        seconds, walk = self.scale.at(pos.x()), self._editor.walk
        if not 0 <= seconds <= walk.seconds or not walk.keys:
            return -1
        return max(n for n, start in enumerate(self._editor.starts) if start <= seconds)

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        if event.button() != Qt.MouseButton.LeftButton:
            return
        key = self._key_at(event.position())
        if key >= 0:
            self._press = (key, event.position(), self._editor.starts[key])
            self._editor.choose(key)
        elif (segment := self._segment_at(event.position())) >= 0:
            self._editor.choose(segment)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            key = self._key_at(event.position())
            tip = "" if key < 0 else f"{self._editor.name(key)}  {clock(self._editor.starts[key])}"
            self.setToolTip(tip or _("Drag pictures here; Delete removes, Alt and the arrows move in time"))
            return
        key, start, seconds = self._press
        far = event.position().x() - start.x()
        if self._dragging or abs(far) >= QApplication.startDragDistance():
            self._dragging = True
            self._editor.set_start(key, seconds + far / self.scale.room * self.scale.seen, merge=f"start {key}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is not None and not self._dragging:
            self.sought.emit(self._editor.starts[self._press[0]])
        self._press, self._dragging = None, False
        self._editor.end_merge()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        key = self._key_at(event.position())
        if key >= 0:
            self._journey.go(self._editor.walk.keys[key].latent, self._editor.name(key))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        key = self._editor.key if by_key else self._key_at(QPointF(event.pos()))
        if key >= 0:
            self._editor.choose(key)
            spot = self.mapToGlobal(self._rect(self._editor.starts[key]).center().toPoint())
            self._menu(key, spot if by_key else event.globalPos())

    def _menu(self, key: int, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        latent, last = self._editor.walk.keys[key].latent, len(self._editor.walk.keys) - 1
        menu.addAction(_("Steer from here")).triggered.connect(partial(self._steer, key))
        menu.addAction(_("Keep it")).triggered.connect(partial(self._keep, latent))
        earlier = menu.addAction(_("Earlier in the order"))
        earlier.triggered.connect(partial(self._shift, key, -1))
        earlier.setEnabled(key > 0)
        later = menu.addAction(_("Later in the order"))
        later.triggered.connect(partial(self._shift, key, 1))
        later.setEnabled(key < last)
        menu.addSeparator()
        menu.addAction(_("Remove")).triggered.connect(partial(self._remove, key))
        menu.popup(at)

    def _steer(self, key: int, *_unused: object) -> None:
        self._journey.go(self._editor.walk.keys[key].latent, self._editor.name(key))

    def _keep(self, latent: Latent, *_unused: object) -> None:
        self._journey.keep(latent)

    def _shift(self, key: int, later: int, *_unused: object) -> None:
        self._editor.shift(key, later)

    def _remove(self, key: int, *_unused: object) -> None:
        self._editor.remove(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, at = Qt.Key(event.key()), self._editor.key
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if at < 0:
            super().keyPressEvent(event)
            return
        self._ring = True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            way = 1 if key == Qt.Key.Key_Right else -1
            if alt and shift:
                self._editor.shift(at, way)
            elif alt:
                self._editor.set_start(at, self._editor.starts[at] + way * _NUDGE)
            else:
                self._choose(at + way)
        elif key == Qt.Key.Key_Home or key == Qt.Key.Key_End:
            self._choose(0 if key == Qt.Key.Key_Home else len(self._editor.walk.keys) - 1)
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.sought.emit(self._editor.starts[at])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._editor.remove(at)
        else:
            super().keyPressEvent(event)
        self.update()

    def _choose(self, place: int) -> None:
        self._editor.choose(place)
        self.setAccessibleDescription(self.spoken_value())
        accessible.tell(self, self.spoken_value())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if carried_in(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drop = self.scale.at(event.position().x())
        self.update()

    def dragLeaveEvent(self, event: object) -> None:
        self._drop = None
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        at, self._drop = self.scale.at(event.position().x()), None
        event.acceptProposedAction()
        for one in carried_in(event.mimeData()):
            try:
                self._editor.add(one.latent, at if self._editor.walk.keys else None)
            except ValueError:
                said = _("{name} is of another model; a walk goes through one.")
                self.refused.emit(said.format(name=one.name))

    # Said

    def spoken_value(self) -> str:
        at = self._editor.key
        if at < 0:
            return _("Drag two pictures here")
        said = _("{name}, at {time}, {seconds} to the next")
        key = self._editor.walk.keys[at]
        start = clock(self._editor.starts[at])
        return said.format(name=self._editor.name(at), time=start, seconds=wording.seconds(key.seconds))

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        count = len(self._editor.walk.keys)
        return (self._editor.key + 1.0, 1.0, float(count), 1.0) if count else None

    def speak_to(self, value: float) -> None:
        self._choose(round(value) - 1)

    def step_by(self, steps: float) -> None:
        self._choose(self._editor.key + round(steps))

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = draw.begin(QPainter(self))
        now, walk = theme().now, self._editor.walk
        painter.fillRect(self.rect(), now.panel)
        count = len(walk.keys)
        name = QRectF(12, theme().px(_TOP), self.scale.left - 20, theme().px(18))
        draw.text(painter, name, _("Pictures"), theme().font(12, 500), now.text)
        words = ngettext_("{count} keyframe", "{count} keyframes", count).format(count=wording.count(count))
        draw.text(painter, name.translated(0, theme().px(18)), words, theme().font(11), now.text3)
        painter.setClipRect(self.scale.left - 4, 0, self.width(), self.height())
        side = theme().px(_SIDE)
        band = QRectF(self.scale.left, theme().px(_TOP), self.scale.room, side)
        draw.box(painter, band, now.field, now.frame, 5)
        if count < 2:
            draw.text(painter, band.adjusted(16 + (side if count else 0), 0, -8, 0),
                      _("Drag two pictures here") if not count else _("Drag one more picture here"),
                      theme().font(), now.text3)  # fmt: skip
        else:
            self._paint_between(painter, band)
            self._paint_segment(painter)
        self._paint_keys(painter)
        if self._drop is not None:
            x = round(self.scale.x(max(self._drop, 0.0)))
            painter.fillRect(x - 1, theme().px(_TOP) - 4, 2, side + 8, now.accent_text)
        self.paint_playhead(painter)

    def _paint_between(self, painter: QPainter, band: QRectF) -> None:
        side = theme().px(_SIDE)
        painter.setOpacity(0.55)
        for place, image in self._between.items():
            x = self.scale.x(self._places[place]) - side / 2
            end = self.scale.x(self._editor.walk.seconds)
            spot = QRectF(x, band.top(), min(side, end - x), side)
            part = QRectF(0, 0, image.width() * spot.width() / side, image.height())
            if spot.width() > 0:
                painter.drawImage(spot, image, part)
        painter.setOpacity(1.0)

    def _paint_segment(self, painter: QPainter) -> None:
        """A line round the way that is chosen."""
        at, walk = self._editor.key, self._editor.walk
        if at < 0 or at >= walk.segments:
            return
        start = self._editor.starts[at]
        left, right = self.scale.x(start), self.scale.x(start + walk.keys[at].seconds)
        area = QRectF(left, theme().px(_TOP), right - left, theme().px(_SIDE))
        draw.box(painter, area, None, theme().now.accent_text, 4, 1.5)

    def _paint_keys(self, painter: QPainter) -> None:
        walk, at = self._editor.walk, self._editor.key
        starts, px = self._editor.starts, theme().px
        following = {at, (at + 1) % len(walk.keys)} if walk.segments and at >= 0 else {at}
        names: list[tuple[QRectF, str, bool]] = []
        for place, (key, start) in enumerate(zip(walk.keys, starts, strict=True)):
            rect = self._rect(start)
            self._paint_picture(painter, key.latent, rect, place in following, self._ring and place == at)
            after = self.scale.x(starts[place + 1]) if place + 1 < len(starts) else self.width()
            area = QRectF(rect.left(), rect.bottom() + 2, max(after - rect.left() - 6, rect.width()), px(18))
            names.append((area, self._editor.name(place), place == at))
        if walk.loop and len(walk.keys) > 1:
            rect = self._rect(walk.seconds, last=True)
            if rect.left() > self._rect(starts[-1]).right():
                self._paint_picture(painter, walk.keys[0].latent, rect, False, False, ghost=True)
                area = QRectF(rect.left() - 40, rect.bottom() + 2, rect.width() + 40, px(18))
                draw.text(painter, area, _("Loop"), theme().font(11), theme().now.text3, Qt.AlignmentFlag.AlignRight)
        for area, words, chosen in names:
            colour = theme().now.text if chosen else theme().now.text2
            draw.text(painter, area, words, theme().font(11, 500 if chosen else 400), colour)

    def _paint_picture(
        self, painter: QPainter, latent: Latent, rect: QRectF, chosen: bool, ring: bool, *, ghost: bool = False
    ) -> None:  # fmt: skip
        now, image = theme().now, self._images.get(latent)
        if image is None:
            draw.box(painter, rect, now.raised, None, 4)
        else:
            painter.setOpacity(0.6 if ghost else 1.0)
            painter.drawImage(rect, image)
            painter.setOpacity(1.0)
        line = now.accent_text if chosen else QColor("#F2F2F2")
        draw.box(painter, rect, None, line, 4, 2.0)
        if ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.accent_text, 1.5))
            painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), 6, 6)
