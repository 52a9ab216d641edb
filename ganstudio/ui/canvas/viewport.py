"""Viewport: a document's picture in a widget: zoomed, panned, compared. A frame is painted from tiles that threads
made; nothing here waits for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from ganstudio.core.document import Change, Rect, State
from ganstudio.ui import theme
from ganstudio.ui.canvas import looks
from ganstudio.ui.canvas.covers import Covers
from ganstudio.ui.canvas.frame import Frame
from ganstudio.ui.canvas.painting import paint_panes
from ganstudio.ui.canvas.panes import pane_left, pane_size, panes_of
from ganstudio.ui.canvas.pixels import device, logical, whole_pixels
from ganstudio.ui.canvas.plane import Plane
from ganstudio.ui.canvas.stage import Overlay, Pane, Stage
from ganstudio.ui.canvas.view import View, stepped

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

MARGIN = 32  # logical pixels around a picture that is fitted
MODES = ("result", "split", "side")


class Viewport(QWidget):
    """`zoom` 1.0 is one device pixel a picture pixel at any scale of the screen.

    Modes: "result", "split" (a line between what it is compared with and the result), "side" (both, in step).
    """

    zoom_changed = Signal(float)
    view_changed = Signal()  # another part of the picture, another zoom, another size
    mode_changed = Signal(str)
    split_changed = Signal(float)
    trouble = Signal(str)  # something cannot be shown or done: a sentence

    def __init__(self, desk: Desk | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.stage = Stage(self)
        self.stage.tile_made.connect(self.update_rect)
        self.stage.trouble.connect(self.trouble)
        self.view = View(1, 1, 1, 1)
        self.mode = "result"
        self.split = 0.5  # of the width
        self.holding = False
        self.pixel_grid = True  # from 8× on
        self.overlays: list[Overlay] = []
        self.covers = Covers(self)
        self.frame = Frame()
        self._fitting = "fit"  # what is kept when the window changes: "fit", "width" or ""
        self._empty = True
        self._held_at: QPoint | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.theme().changed.connect(self._restyle)
        if desk is not None:
            desk.settings.changed.connect(self._settings_changed)

    # What is shown

    @property
    def shown(self) -> State | None:
        """What is painted: the document's state, or one that a tool is making of it."""
        return self.stage.state

    def show_picture(self, state: State | None, change: Change | None = None) -> None:
        """`change` is what differs from the one shown before, None: it is another picture altogether."""
        if state is None:
            self.stage.clear()
            self._empty = True
            self.update()
            return
        old = self.view
        self.stage.show(state, change)
        if self._empty or change is None:
            self._empty = False
            self.view = View(*self._pane_size(), state.width, state.height)
            self.fit()
            self.zoom_changed.emit(self.view.zoom)
            self.view_changed.emit()
            self.update()
        elif (state.width, state.height) != (old.picture_width, old.picture_height):
            self._other_size(state)
            self.update()
        self.wish()

    def compare(self, before: State | None) -> None:
        """What split and side by side show beside the result; None: nothing to compare with."""
        self.stage.compare(before)
        self.layout_changed()

    def set_mode(self, mode: str) -> None:
        """ "result", "split" or "side"; ValueError for others."""
        if mode not in MODES:
            raise ValueError(mode)
        if mode != self.mode:
            self.mode = mode
            self.layout_changed()
            self.mode_changed.emit(mode)

    def cycle_mode(self) -> None:
        """Result, split, side by side, and round again."""
        self.set_mode(MODES[(MODES.index(self.mode) + 1) % len(MODES)])

    def set_split(self, share: float) -> None:
        """Where the line is, 0 … 1 of the width."""
        share = min(max(share, 0.0), 1.0)
        if share != self.split:
            self.split = share
            self.update()
            self.wish()
            self.split_changed.emit(share)

    def hold_original(self, hold: bool) -> None:
        """Show what it is compared with for as long as a key is held."""
        if hold != self.holding:
            self.holding = hold
            self.layout_changed()

    @property
    def shown_mode(self) -> str:
        """The mode as far as there is something to compare with; "original" while its key is held."""
        if self.stage.before is None:
            return "result"
        return "original" if self.holding else self.mode

    # The view

    @property
    def zoom(self) -> float:
        return self.view.zoom

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Another zoom; `at` (in the widget) stays over the same place, None: the middle."""
        x, y = (self.view.width / 2, self.view.height / 2) if at is None else self._in_pane(at)
        self._fitting = ""
        self.set_view(self.view.zoomed(zoom, x, y))

    def zoom_in(self) -> None:
        """To the next of the usual steps, around the middle."""
        self.set_zoom(stepped(self.zoom, up=True))

    def zoom_out(self) -> None:
        self.set_zoom(stepped(self.zoom, up=False))

    def fit(self) -> None:
        self._fitting = "fit"
        self._refit()

    def fit_width(self) -> None:
        self._fitting = "width"
        self._refit()

    @property
    def fitting(self) -> str:
        """ "fit" or "width" while the zoom follows the widget's size, else ""."""
        return self._fitting

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by logical pixels."""
        ratio = self.devicePixelRatioF()
        self._fitting = ""
        self.set_view(self.view.moved(dx * ratio, dy * ratio))

    def centre_on(self, x: float, y: float) -> None:
        """A place of the picture in the middle."""
        self._fitting = ""
        self.set_view(self.view.showing(x, y))

    def set_view(self, view: View) -> None:
        if view == self.view:
            return
        zoomed = view.zoom != self.view.zoom
        self.view = view
        self.update()
        self.wish()
        if zoomed:
            self.zoom_changed.emit(view.zoom)
        self.view_changed.emit()

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

    def _other_size(self, state: State) -> None:
        """An upscaled picture stays in its place; one of another shape is fitted."""
        old = self.view
        across, down = state.width / old.picture_width, state.height / old.picture_height
        if abs(across / down - 1) < 0.01:
            self.set_view(old.of_picture(state.width, state.height))
        else:
            self.view = View(old.width, old.height, state.width, state.height)
            self.fit()

    def _refit(self) -> None:
        margin = round(MARGIN * self.devicePixelRatioF())
        if self._fitting == "fit":
            self.set_view(self.view.fitted(margin))
        elif self._fitting == "width":
            self.set_view(self.view.width_fitted(margin))

    # Panes

    def panes(self) -> list[Pane]:
        """The parts of the widget that show a picture."""
        return panes_of(self.stage, self.view, self.shown_mode, self.split, self._pane_left())

    def _pane_size(self) -> tuple[int, int]:
        return pane_size(self.width(), self.height(), self.devicePixelRatioF(), self.shown_mode)

    def _pane_left(self) -> int:
        """The left edge of the result's pane, in device pixels."""
        return pane_left(self.view, self.devicePixelRatioF(), self.shown_mode)

    def _in_pane(self, at: QPointF) -> tuple[float, float]:
        """A point of the widget in the device pixels of the pane it is in."""
        ratio = self.devicePixelRatioF()
        x, left = at.x() * ratio, self._pane_left()
        return (x - left if left and x >= left else x), at.y() * ratio

    def hold(self) -> None:
        """A bar comes or goes beside the widget: its next size leaves the picture where it is on the screen."""
        self._held_at = self.mapTo(self.window(), QPoint(0, 0))

    def layout_changed(self) -> None:
        """The widget has another size, or its panes have."""
        size, held = self._pane_size(), self._held_at
        self._held_at = None
        if size != (self.view.width, self.view.height) and held is not None:
            by = (held - self.mapTo(self.window(), QPoint(0, 0))) * self.devicePixelRatioF()
            self.set_view(self.view.held(*size, by.x(), by.y()))
        elif size != (self.view.width, self.view.height):
            self.set_view(self.view.resized(*size))
            self._refit()
        self.update()
        self.wish()

    def pieces(self) -> list[Pane]:
        """The panes and what overlays lay over them."""
        panes = self.panes()
        return [*panes, *(piece for overlay in self.overlays for piece in overlay.pieces(self.view, panes))]

    def hidden(self) -> QRegion:
        """Where overlays lie over the panes so that nothing of these counts (logical pixels)."""
        panes, ratio = self.panes(), self.devicePixelRatioF()
        region = QRegion()
        for overlay in self.overlays:
            region += overlay.hidden(self.view, panes, ratio)
        return region

    def wish(self) -> None:
        """Have made what is missing in sight."""
        if self.isVisible():
            self.stage.wish(self.view, self.pieces())

    @Slot(object, object)
    def update_rect(self, plane: Plane, rect: Rect) -> None:
        """Paint a rectangle of a plane's own pixels again, wherever it is seen."""
        ratio = self.devicePixelRatioF()
        self.frame.outdate(plane, rect)
        for pane in self.pieces():
            if pane.plane is plane:
                dirty = plane.device_rect(self.view, rect).clipped(pane.clip).moved(pane.left, pane.top)
                self.update(logical(dirty, ratio))

    def update(self, where: QRect | None = None) -> None:  # type: ignore[override]
        """Paint again, all or a rectangle; what covers the picture stays as it is."""
        super().update(self.covers.left(self.rect() if where is None else where))

    @Slot()
    def _restyle(self) -> None:
        """A slot of Qt's: it is let go with the canvas."""
        self.update()

    @Slot(object)
    def _settings_changed(self, names: object) -> None:
        self.update()

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.layout_changed()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.layout_changed()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.layout_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        self.frame.drop()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.paint_picture(painter, event.rect())

    def paint_picture(self, painter: QPainter, where: QRect) -> None:
        """Surround and pictures of a rectangle of the widget."""
        choice = "theme" if self.desk is None else self.desk.settings.value.canvas_surround
        panes, ratio, surround = self.panes(), painter.device().devicePixelRatio(), looks.surround(choice)
        painter.save()
        whole_pixels(painter, ratio)
        image = None
        if panes and not any(overlay.shown for overlay in self.overlays):
            wide, high = math.ceil(self.width() * ratio), math.ceil(self.height() * ratio)
            image = self.frame.image(wide, high, ratio, self.view, panes, surround, looks.gap())
        else:
            self.frame.drop()
        if image is not None:
            painter.drawPixmap(0, 0, image)
        else:
            paint_panes(painter, device(where, ratio), self.view, panes, self.overlays, surround, ratio)
        painter.restore()
