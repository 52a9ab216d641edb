"""Canvas: shows a document's picture and lets tools work on it. Fast at any size: a frame is painted from tiles that
threads made; nothing here waits for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMetaMethod, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QWidget

from ganstudio.core.document import Change, Rect, State
from ganstudio.core.text import _
from ganstudio.ui import theme
from ganstudio.ui.canvas import looks
from ganstudio.ui.canvas.input import STEPS, Input
from ganstudio.ui.canvas.plane import Plane
from ganstudio.ui.canvas.stage import Pane, Stage
from ganstudio.ui.canvas.tools.base import Tool
from ganstudio.ui.canvas.tools.hand import Hand
from ganstudio.ui.canvas.view import View

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

MARGIN = 32  # logical pixels around a picture that is fitted
GAP = 4  # between the two of side by side
MODES = ("result", "split", "side")


class Canvas(QWidget):
    """A document's picture. `zoom` 1.0 is one device pixel per picture pixel at any scale of the screen.

    Modes: "result", "split" (a line to drag between what it is compared with and the result), "side" (both, in step).
    """

    zoom_changed = Signal(float)
    view_changed = Signal()
    mode_changed = Signal(str)
    pointer = Signal(int, int, object)  # x, y, (r, g, b) as in the document or None; (-1, -1, None): nowhere
    tab_pressed = Signal()  # with the canvas in focus
    stroke_painted = Signal(object)  # tools.brush.Painted: a finished stroke; `.on(state)` is the Edit
    crop_chosen = Signal(object, float)  # Rect, degrees clockwise
    moved = Signal(str, int, int)  # layer, by how many pixels
    colour_picked = Signal(object)  # (r, g, b) as in the document
    trial_chosen = Signal(int)
    trials_dismissed = Signal()
    files_dropped = Signal(object)  # QMimeData, valid only while the signal is handled
    trouble = Signal(str)  # something cannot be shown or done: a sentence

    def __init__(self, desk: Desk | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.stage = Stage(self)
        self.stage.tile_made.connect(self._tile_made)
        self.stage.trouble.connect(self.trouble)
        self.view = View(1, 1, 1, 1)
        self.mode = "result"
        self.split = 0.5  # of the viewport's width
        self.holding = False
        self._fitting = "fit"  # what is kept when the window changes: "fit", "width" or ""
        self._pointed: tuple[int, int] | None = None
        self._fresh = True  # no picture was fitted yet
        self._tool: Tool = Hand(self)
        self._input = Input(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(_("Picture"))
        theme.theme().changed.connect(self.update)
        if desk is not None:
            desk.settings.changed.connect(self._settings_changed)

    # What is shown

    @property
    def state(self) -> State | None:
        return self.stage.state

    def show_state(self, state: State | None, change: Change | None = None) -> None:
        """Show a document's state; `change` is what differs from the one shown before, None: another document."""
        if state is None:
            self.stage.clear()
            self._fresh = True
            self.update()
            return
        old = self.view
        self.stage.show(state, change)
        if self._fresh or change is None:
            self._fresh = False
            self._first_view(state)
        elif (state.width, state.height) != (old.picture_width, old.picture_height):
            self._other_size(state)
        self._look(change)

    def compare(self, before: State | None) -> None:
        """What split and side by side show beside the result; None: nothing to compare with."""
        self.stage.compare(before)
        self._changed_layout()

    def set_mode(self, mode: str) -> None:
        if mode not in MODES:
            raise ValueError(mode)
        if mode != self.mode:
            self.mode = mode
            self._changed_layout()
            self.mode_changed.emit(mode)

    def cycle_mode(self) -> None:
        """Result, split, side by side, and round again."""
        self.set_mode(MODES[(MODES.index(self.mode) + 1) % len(MODES)])

    def set_split(self, share: float) -> None:
        """Where the line is, 0 … 1 of the width."""
        self.split = min(max(share, 0.0), 1.0)
        self.update()
        self._wish()

    def hold_original(self, hold: bool) -> None:
        """Show what it is compared with, as long as a key is held."""
        if hold != self.holding:
            self.holding = hold
            self._changed_layout()

    # The view

    @property
    def zoom(self) -> float:
        return self.view.zoom

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Another zoom; `at` (in the widget) stays over the same place, None: the middle."""
        x, y = (self.view.width / 2, self.view.height / 2) if at is None else self._in_pane(at)
        self._fitting = ""
        self._set_view(self.view.zoomed(zoom, x, y))

    def zoom_in(self) -> None:
        """To the next of the usual steps, around the middle."""
        self.set_zoom(next((step for step in STEPS if step > self.zoom * 1.01), STEPS[-1]))

    def zoom_out(self) -> None:
        self.set_zoom(next((step for step in reversed(STEPS) if step < self.zoom * 0.99), STEPS[0]))

    def fit(self) -> None:
        self._fitting = "fit"
        self._refit()

    def fit_width(self) -> None:
        self._fitting = "width"
        self._refit()

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by logical pixels."""
        ratio = self.devicePixelRatioF()
        self._fitting = ""
        self._set_view(self.view.moved(dx * ratio, dy * ratio))

    def centre_on(self, x: float, y: float) -> None:
        """A place of the picture in the middle."""
        self._fitting = ""
        self._set_view(self.view.showing(x, y))

    def visible_rect(self) -> Rect:
        """The picture pixels in sight."""
        return self.view.visible

    def to_picture(self, at: QPointF) -> QPointF:
        """A point of the widget in picture coordinates."""
        return QPointF(*self.view.to_picture(*self._in_pane(at)))

    def to_widget(self, x: float, y: float) -> QPointF:
        """A point of the picture in the widget; in the result's pane when there are two."""
        ratio = self.devicePixelRatioF()
        dx, dy = self.view.to_device(x, y)
        return QPointF((dx + self._pane_left()) / ratio, dy / ratio)

    # Tools

    @property
    def tool(self) -> Tool:
        return self._tool

    @tool.setter
    def tool(self, tool: Tool) -> None:
        if tool is not self._tool:
            self._tool.end()
            self._tool = tool
            tool.begin()
            self.update()

    # Inside

    def _set_view(self, view: View) -> None:
        if view == self.view:
            return
        zoomed = view.zoom != self.view.zoom
        self.view = view
        self.update()
        self._wish()
        if zoomed:
            self.zoom_changed.emit(view.zoom)
        self.view_changed.emit()

    def _first_view(self, state: State) -> None:
        width, height = self._pane_size()
        self.view = View(width, height, state.width, state.height)
        self._fitting = "fit"
        self._refit()
        self.zoom_changed.emit(self.view.zoom)
        self.view_changed.emit()

    def _other_size(self, state: State) -> None:
        """An upscaled picture stays in its place; one of another shape is fitted."""
        old = self.view
        across, down = state.width / old.picture_width, state.height / old.picture_height
        if abs(across / down - 1) < 0.01 and across != 1:
            self._set_view(old.of_picture(state.width, state.height))
        else:
            self.view = View(old.width, old.height, state.width, state.height)
            self.fit()

    def _refit(self) -> None:
        margin = round(MARGIN * self.devicePixelRatioF())
        if self._fitting == "fit":
            self._set_view(self.view.fitted(margin))
        elif self._fitting == "width":
            self._set_view(self.view.width_fitted(margin))

    def _pane_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        width, height = max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        if self.shown_mode == "side":
            width = max(1, (width - round(GAP * ratio)) // 2)
        return width, height

    def _pane_left(self) -> int:
        """The left edge of the result's pane, in device pixels."""
        return self.view.width + round(GAP * self.devicePixelRatioF()) if self.shown_mode == "side" else 0

    def _in_pane(self, at: QPointF) -> tuple[float, float]:
        """A point of the widget in the device pixels of the pane it is in."""
        ratio = self.devicePixelRatioF()
        x, left = at.x() * ratio, self._pane_left()
        return (x - left if left and x >= left else x), at.y() * ratio

    @property
    def shown_mode(self) -> str:
        """The mode as far as there is something to compare with; "original" while a key is held."""
        if self.stage.before is None:
            return "result"
        return "original" if self.holding else self.mode

    def panes(self) -> list[Pane]:
        after, before = self.stage.after, self.stage.before
        if after is None:
            return []
        all_ = Rect(0, 0, self.view.width, self.view.height)
        if before is None or self.shown_mode == "result":
            return [Pane(after, 0, all_, True)]
        if self.shown_mode == "original":
            return [Pane(before, 0, all_, False)]
        if self.shown_mode == "side":
            return [Pane(before, 0, all_, False), Pane(after, self._pane_left(), all_, True)]
        line = round(self.split * self.view.width)
        return [
            Pane(before, 0, Rect(0, 0, line, all_.y1), False),
            Pane(after, 0, Rect(line, 0, all_.x1, all_.y1), True),
        ]

    def _changed_layout(self) -> None:
        size = self._pane_size()
        if size != (self.view.width, self.view.height):
            self._set_view(self.view.resized(*size))
            self._refit()
        self.update()
        self._wish()

    def _look(self, change: Change | None) -> None:
        """Paint nothing yet: tiles that are out of date are painted when their successors arrive."""
        if change is None or change.canvas:
            self.update()
        self._wish()

    def _wish(self) -> None:
        if self.isVisible():
            self.stage.wish(self.view, self.panes())

    @Slot(object, object)
    def _tile_made(self, plane: Plane, rect: Rect) -> None:
        ratio = self.devicePixelRatioF()
        for pane in self.panes():
            if pane.plane is plane:
                dirty = plane.device_rect(self.view, rect).clipped(pane.clip).moved(pane.left, 0)
                self.update(_logical(dirty, ratio))

    @Slot(object)
    def _settings_changed(self, names: object) -> None:
        self.update()

    def point_at(self, at: QPointF | None) -> None:
        """Say where the pointer is; the colour there follows when it was read."""
        place = None if at is None else self.to_picture(at)
        x, y = (-1, -1) if place is None else (math.floor(place.x()), math.floor(place.y()))
        inside = 0 <= x < self.view.picture_width and 0 <= y < self.view.picture_height
        if self.state is None or not inside:
            self._pointed = None
            self.pointer.emit(-1, -1, None)
        elif (x, y) != self._pointed:
            self._pointed = x, y
            self.stage.colour_at(x, y, self._colour_read)

    def _colour_read(self, found: tuple[int, int, object]) -> None:
        if self._pointed == found[:2]:
            self.pointer.emit(*found)

    def press_trial(self, at: QPointF) -> bool:
        return False

    def trial_key(self, event: QKeyEvent) -> bool:
        return False

    def tab(self) -> bool:
        """Tab with the canvas in focus hides panels where someone listens; else it moves the focus on."""
        if not self.isSignalConnected(QMetaMethod.fromSignal(self.tab_pressed)):
            return False
        self.tab_pressed.emit()
        return True

    # Events

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._input.wheel(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._input.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._input.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._input.release(event)

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._changed_layout()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            if self._input.key(event):
                return True
        elif isinstance(event, QGestureEvent):
            return self._input.gesture(event)
        elif isinstance(event, QNativeGestureEvent) and self._input.native_gesture(event):
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._changed_layout()
        return super().event(event)

    def showEvent(self, event: QEvent) -> None:
        self._wish()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        dirty = _device(event.rect(), ratio)
        painter.save()
        whole_pixels(painter, ratio)
        colour = looks.surround("" if self.desk is None else self.desk.settings.value.canvas_surround)
        panes = self.panes()
        if not panes:
            painter.fillRect(looks.qrect(dirty), colour)
        for pane in panes:
            clip = pane.clip.clipped(dirty.moved(-pane.left, 0))
            if clip.empty:
                continue
            painter.save()
            painter.translate(pane.left, 0)
            painter.setClipRect(looks.qrect(clip))
            looks.paint_surround(painter, clip, pane.plane.frame(self.view), colour, ratio)
            self.stage.paint(painter, self.view, Pane(pane.plane, pane.left, clip, pane.result), ratio)
            looks.paint_grid(painter, self.view, clip, ratio)
            painter.restore()
        painter.restore()
        if self.shown_mode == "split":
            looks.paint_split(painter, self.split * self.width(), self.height())
        self._tool.paint(painter)
        painter.end()


def whole_pixels(painter: QPainter, ratio: float) -> None:
    """Let a widget's painter work in device pixels, beginning on a whole one also where the widget does not."""
    at = painter.deviceTransform()
    painter.scale(1 / ratio, 1 / ratio)
    painter.translate(round(at.dx()) - at.dx(), round(at.dy()) - at.dy())


def _device(rect: QRect, ratio: float) -> Rect:
    """Logical pixels in device pixels, rounded outwards."""
    x0, y0 = int(rect.x() * ratio) - 1, int(rect.y() * ratio) - 1
    return Rect(x0, y0, int((rect.x() + rect.width()) * ratio) + 2, int((rect.y() + rect.height()) * ratio) + 2)


def _logical(rect: Rect, ratio: float) -> QRect:
    return QRectF(rect.x0 / ratio, rect.y0 / ratio, rect.width / ratio, rect.height / ratio).toAlignedRect()
