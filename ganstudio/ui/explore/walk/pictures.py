"""The pictures of the walk on the timeline: keyframes to be dragged and chosen, between them what it goes through."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QMenu

from ganstudio.core.latent import Latent
from ganstudio.core.text import _
from ganstudio.ui.explore.carrying import carried_in
from ganstudio.ui.explore.walk.pictures_feed import PicturesFeed
from ganstudio.ui.explore.walk.pictures_look import PicturesLook, high
from ganstudio.ui.explore.walk.ruler import clock
from ganstudio.ui.explore.walk.scale import OnScale, TimeScale
from ganstudio.ui.theme import follow
from ganstudio.ui.widgets import accessible, draw, wording

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.walk.editing import WalkEditor
    from ganstudio.ui.explore.walk.player import Player

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
        self._journey, self._editor, self._player = journey, editor, player
        self.feed = PicturesFeed(scale, journey, link, editor, player, self)
        self._look = PicturesLook(scale, editor, player, self.feed)
        self._press: tuple[int, QPointF, float] | None = None
        self._dragging = self._ring = False
        self._drop: float | None = None
        self.setAccessibleName(_("Pictures of the walk"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        editor.changed.connect(self._changed)
        editor.chosen.connect(self.update)
        player.course_changed.connect(self._changed)
        self.feed.came.connect(self.update)
        follow(self._restyle)
        self._changed()

    def _restyle(self) -> None:
        self.setFixedHeight(high())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, high())

    @Slot()
    def _changed(self) -> None:
        self.setAccessibleDescription(self.spoken_value())
        self.update()

    @property
    def _timed(self) -> bool:
        """Whether pictures may be moved in time; with even speed their changes share it out."""
        return self._editor.walk.pace != "eye"

    # Places

    def _key_at(self, pos: QPointF) -> int:
        found = [n for n, start in enumerate(self._player.starts) if self._look.rect(start).contains(pos)]
        return found[-1] if found else -1

    def _segment_at(self, pos: QPointF) -> int:
        seconds, walk = self.scale.at(pos.x()), self._editor.walk
        if not 0 <= seconds <= walk.seconds or not walk.keys:
            return -1
        return max(n for n, start in enumerate(self._player.starts) if start <= seconds)

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        if event.button() != Qt.MouseButton.LeftButton:
            return
        key = self._key_at(event.position())
        if key >= 0:
            self._press = (key, event.position(), self._player.starts[key])
            self._editor.choose(key)
        elif (segment := self._segment_at(event.position())) >= 0:
            self._editor.choose(segment)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            key = self._key_at(event.position())
            tip = "" if key < 0 else f"{self._editor.name(key)}  {clock(self._player.starts[key])}"
            usual = _("Drag pictures here; Delete removes, Alt and the arrows move in time")
            if not self._timed:
                usual = _("Even speed shares out the time: switch it off to move pictures in time")
            self.setToolTip(tip or usual)
            return
        key, start, seconds = self._press
        far = event.position().x() - start.x()
        if self._timed and (self._dragging or abs(far) >= QApplication.startDragDistance()):
            self._dragging = True
            self._editor.set_start(key, seconds + far / self.scale.room * self.scale.seen, merge=f"start {key}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is not None and not self._dragging:
            self.sought.emit(self._player.starts[self._press[0]])
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
            spot = self.mapToGlobal(self._look.rect(self._player.starts[key]).center().toPoint())
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
            elif alt and self._timed:
                self._editor.set_start(at, self._player.starts[at] + way * _NUDGE)
            elif not alt:
                self._choose(at + way)
        elif key == Qt.Key.Key_Home or key == Qt.Key.Key_End:
            self._choose(0 if key == Qt.Key.Key_Home else len(self._editor.walk.keys) - 1)
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.sought.emit(self._player.starts[at])
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
        start = clock(self._player.starts[at])
        return said.format(name=self._editor.name(at), time=start, seconds=wording.seconds(key.seconds))

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        count = len(self._editor.walk.keys)
        return (self._editor.key + 1.0, 1.0, float(count), 1.0) if count else None

    def speak_to(self, value: float) -> None:
        self._choose(round(value) - 1)

    def step_by(self, steps: float) -> None:
        self._choose(self._editor.key + round(steps))

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            self._look.paint(painter, self.width(), self._ring, self._drop)
            self.paint_playhead(painter)
