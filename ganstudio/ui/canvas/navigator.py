"""Navigator: the whole picture, small, with a frame around what the canvas shows. Drag the frame, or use the arrows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from ganstudio.core.text import _
from ganstudio.ui import theme
from ganstudio.ui.canvas.canvas import Canvas
from ganstudio.ui.canvas.view import stepped

_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_STEP = 0.1  # of what is in sight


class Navigator(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas: Canvas | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(_("Navigator"))
        self.setAccessibleDescription(_("Which part of the picture is in sight; arrows move it, + and − zoom"))
        theme.theme().changed.connect(self.update)

    def attach(self, canvas: Canvas | None) -> None:
        """Show this canvas from now on."""
        if self._canvas is not None:
            self._canvas.view_changed.disconnect(self._changed)
            self._canvas.stage.tile_made.disconnect(self._changed)
        self._canvas = canvas
        if canvas is not None:
            canvas.view_changed.connect(self._changed)
            canvas.stage.tile_made.connect(self._changed)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 150)

    @Slot()
    def _changed(self) -> None:
        self.update()

    def _place(self) -> tuple[QRectF, float] | None:
        """Where the picture is painted (logical pixels), and how many of them a picture pixel is."""
        state = None if self._canvas is None else self._canvas.shown
        if state is None:
            return None
        scale = min((self.width() - 8) / state.width, (self.height() - 8) / state.height)
        width, height = max(state.width * scale, 1), max(state.height * scale, 1)
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height), scale

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.theme().now.field)
            place = self._place()
            if place is not None and self._canvas is not None and self._canvas.stage.after is not None:
                self._paint_picture(painter, *place, self._canvas)

    def _paint_picture(self, painter: QPainter, box: QRectF, scale: float, canvas: Canvas) -> None:
        plane = canvas.stage.after
        assert plane is not None  # its caller looked
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        base = plane.base
        if base is not None:
            painter.drawImage(box, base.image, base.source(0, 0, base.rect.width, base.rect.height))
        else:
            painter.fillRect(box, theme.theme().now.raised)
        seen = canvas.visible_rect()
        frame = QRectF(
            box.x() + seen.x0 * scale, box.y() + seen.y0 * scale, seen.width * scale, seen.height * scale
        ).intersected(box)
        painter.setClipRect(box)
        for x0, y0, x1, y1 in (
            (box.left(), box.top(), box.right(), frame.top()), (box.left(), frame.bottom(), box.right(), box.bottom()),
            (box.left(), frame.top(), frame.left(), frame.bottom()),
            (frame.right(), frame.top(), box.right(), frame.bottom()),
        ):  # fmt: skip
            painter.fillRect(QRectF(x0, y0, x1 - x0, y1 - y0), QColor(0, 0, 0, 110))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
        painter.drawRect(frame)
        painter.setPen(QPen(theme.SPLIT_LINE, 1.5))
        painter.drawRect(frame)

    def _go(self, at: QPointF) -> None:
        place = self._place()
        if place is not None and self._canvas is not None:
            box, scale = place
            self._canvas.centre_on((at.x() - box.x()) / scale, (at.y() - box.y()) / scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._canvas is not None and event.angleDelta().y():
            self._canvas.set_zoom(self._canvas.zoom * 2 ** (event.angleDelta().y() / 480))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        canvas = self._canvas
        if canvas is not None and event.key() in _WAYS:
            across, down = _WAYS[Qt.Key(event.key())]
            canvas.pan(-across * canvas.width() * _STEP, -down * canvas.height() * _STEP)
        elif canvas is not None and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            canvas.set_zoom(stepped(canvas.zoom, up=event.key() != Qt.Key.Key_Minus))
        else:
            super().keyPressEvent(event)
