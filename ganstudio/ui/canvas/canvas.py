"""Canvas: the viewport with tools, overlays and everything a person does to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMetaMethod, QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QWidget

from ganstudio.core.document import Change, Rect, State
from ganstudio.core.document.state import NOTHING
from ganstudio.core.errors import UserError
from ganstudio.core.text import _
from ganstudio.ui.canvas import looks
from ganstudio.ui.canvas.brush import BrushSettings
from ganstudio.ui.canvas.input import Input
from ganstudio.ui.canvas.pill import SplitHandle, ZoomPill
from ganstudio.ui.canvas.running import Running, RunningView
from ganstudio.ui.canvas.sources import TINT, MaskShown
from ganstudio.ui.canvas.spoken import description
from ganstudio.ui.canvas.tools import TOOLS
from ganstudio.ui.canvas.tools.base import Tool
from ganstudio.ui.canvas.trials import Trial, Trials
from ganstudio.ui.canvas.viewport import Viewport

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk


class Canvas(Viewport):
    """Shows a document's state and lets tools work on it. Tools change nothing: they say what they did in a signal,
    and show it until the next `show_state`."""

    pointer = Signal(int, int, object)  # x, y, (r, g, b) as in the document or None; (-1, -1, None): nowhere
    tool_changed = Signal(str)  # another tool is active
    tab_pressed = Signal()  # with the canvas in focus
    stroke_painted = Signal(object)  # brush.Painted: a finished stroke; `.on(state)` is its Edit
    area_chosen = Signal(object)  # tools.Area: a part of the mask to be shown or hidden
    pen_used = Signal()  # a tablet's pen: how hard it is pressed may mean something
    crop_chosen = Signal(object, float)  # Rect, degrees clockwise
    crop_changed = Signal(object, float)  # the same while it is still chosen
    moved = Signal(str, int, int)  # layer, by how many pixels
    colour_picked = Signal(object)  # (r, g, b) as in the document
    trial_chosen = Signal(int)
    trials_dismissed = Signal()
    files_dropped = Signal(object)  # QMimeData, valid only while the signal is handled

    def __init__(self, desk: Desk | None = None, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.brush = BrushSettings(self)
        self.tools: dict[str, Tool] = {tool.id: tool(self) for tool in TOOLS}
        self._tool = self.tools["hand"]
        self._state: State | None = None
        self._unsaid = NOTHING  # where what is shown differs from the document's state
        self.active_layer: str | None = None
        self.area_erase = False  # what lasso and rectangle do
        self._pointed: tuple[int, int] | None = None
        self._labels = (_("Original"), _("Result"))
        self._input = Input(self)
        self._running = Running(self.stage)
        self._trials = Trials(self.stage)
        self.overlays += [self._running, self._trials]
        self.pill = ZoomPill(self)
        self.handle = SplitHandle(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(_("Picture"))
        self.view_changed.connect(self._describe)
        self.mode_changed.connect(self._describe)

    # What is shown

    @property
    def state(self) -> State | None:
        """The document's state, without what a tool is making of it."""
        return self._state

    def show_state(self, state: State | None, change: Change | None = None) -> None:
        """Show a document's state; `change` is what differs from the one shown before, None: another document."""
        if state is not None and state is self.shown and change is not None:  # a tool showed it already
            self._state, self._unsaid = state, NOTHING
            return
        self._tool.cancel()
        if change is not None:
            change = Change(change.rect.joined(self._unsaid), change.canvas, change.layers)
        appears = (state is None) != (self._state is None)
        self._state, self._unsaid = state, NOTHING
        self.show_picture(state, change)
        if appears:
            self.pill.place()
        self._describe()

    def foresee(self, state: State) -> None:
        """Show what a document will look like that is still being read: there is nothing yet that tools could change.
        `show_state` with a Change of everything then leaves the view as it is."""
        self.show_state(None)
        self.show_picture(state)
        self.pill.place()

    def compare(self, before: State | None) -> None:
        super().compare(before)
        self.handle.place()

    def preview(self, state: State, rect: Rect) -> None:
        """Show what a tool is making of the document's state; `rect` is what differs from what is shown."""
        self._unsaid = self._unsaid.joined(rect)
        self.show_picture(state, Change(rect))

    def end_preview(self) -> None:
        """Show the document's state again."""
        if self._state is not None and self.shown is not self._state:
            rect, self._unsaid = self._unsaid, NOTHING
            self.show_picture(self._state, Change(rect))

    def set_labels(self, before: str, after: str) -> None:
        """What the labels at the lower corners say."""
        self._labels = before, after
        self.update()

    def show_mask(self, layer_id: str | None, colour: tuple[int, int, int] = TINT) -> None:
        """A layer's mask as a veil over the picture; None: no veil."""
        self.stage.show_mask(None if layer_id is None else MaskShown(layer_id, colour))
        self.wish()

    def set_running(self, view: RunningView | None) -> None:
        """The result of a running task as far as it is there. Call again with more `done` of the same raster."""
        news = self._running.show(view)
        if news is None:
            self.update()
        else:
            for rect in news[1]:
                self.update_rect(news[0], rect)
        self.wish()

    def set_trials(self, trials: list[Trial]) -> None:
        """Up to three trials on a region, side by side; a click (or Enter) chooses one, Esc dismisses them."""
        self._trials.show(trials)
        self.handle.place()
        self.update()
        self.wish()

    @property
    def trials(self) -> list[Trial]:
        return self._trials.trials

    # Tools

    @property
    def tool(self) -> Tool:
        return self._tool

    @tool.setter
    def tool(self, tool: Tool) -> None:
        if tool is self._tool:
            return
        self._tool.cancel()
        self._tool.end()
        self._tool = tool
        tool.begin()
        self._input.cursor_here()
        self.update()
        self.tool_changed.emit(tool.id)

    def use(self, name: str) -> None:
        """Make a tool active: "hand", "move", "crop", "brush", "eraser", "lasso", "rectangle", "pick", "zoom"."""
        self.tool = self.tools[name]

    def refuse(self, error: UserError) -> None:
        """Say why a tool cannot do it."""
        self.trouble.emit(str(error))

    def point_at(self, at: QPointF | None) -> None:
        """Say where the pointer is; the colour there follows when it was read."""
        place = None if at is None else self.to_picture(at)
        x, y = (-1, -1) if place is None else (math.floor(place.x()), math.floor(place.y()))
        inside = 0 <= x < self.view.picture_width and 0 <= y < self.view.picture_height
        if self._state is None or not inside:
            self._pointed = None
            self.pointer.emit(-1, -1, None)
        elif (x, y) != self._pointed:
            self._pointed = x, y
            self.pointer.emit(x, y, None)
            self.stage.colour_at("pointer", x, y, self._colour_read)

    def _colour_read(self, found: tuple[int, int, object]) -> None:
        if self._pointed == found[:2]:
            self.pointer.emit(*found)

    def pick_at(self, x: float, y: float) -> None:
        """Read the colour at a place of the picture and say it in `colour_picked`."""
        if self._state is not None and self._state.rect.x1 > x >= 0 <= y < self._state.rect.y1:
            self.stage.colour_at("pick", math.floor(x), math.floor(y), self._picked)

    def _picked(self, found: tuple[int, int, object]) -> None:
        if found[2] is not None:
            self.colour_picked.emit(found[2])

    def trial_at(self, at: QPointF) -> int | None:
        ratio = self.devicePixelRatioF()
        return self._trials.at(self.view, self.panes(), at.x() * ratio, at.y() * ratio)

    def trial_key(self, event: QKeyEvent) -> bool:
        """← → highlight, Enter chooses, Esc dismisses."""
        key = event.key()
        if not self._trials.trials or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._trials.step(1 if key == Qt.Key.Key_Right else -1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.trial_chosen.emit(self._trials.chosen)
        elif key == Qt.Key.Key_Escape:
            self.trials_dismissed.emit()
        else:
            return False
        return True

    def tab(self) -> bool:
        """Tab with the canvas in focus hides panels where someone listens; else it moves the focus on."""
        if not self.isSignalConnected(QMetaMethod.fromSignal(self.tab_pressed)):
            return False
        self.tab_pressed.emit()
        return True

    def _describe(self) -> None:
        self.setAccessibleDescription(description(self._state, self.zoom, self.shown_mode))

    # Events

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._input.wheel(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._input.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._input.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._input.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._input.press(event)  # two quick strokes are two strokes

    def tabletEvent(self, event: QTabletEvent) -> None:
        self._input.tablet(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._input.leave()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._input.focus_lost()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._input.key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._input.key_released(event):
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage() or mime.hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files_dropped.emit(event.mimeData())
        event.acceptProposedAction()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            if self._input.key(event):
                return True
        elif isinstance(event, QGestureEvent):
            return self._input.gesture(event)
        elif isinstance(event, QNativeGestureEvent) and self._input.native_gesture(event):
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pill.place()
        self.handle.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.paint_picture(painter, event.rect())
            self._tool.paint(painter)
            if self.shown_mode == "split":
                looks.paint_split(painter, self.split * self.width(), self.height(), self.hidden())
            if self._state is not None and self.stage.before is not None:
                looks.paint_labels(painter, self.size(), self.shown_mode, self._labels)
