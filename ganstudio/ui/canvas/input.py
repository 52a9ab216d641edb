"""Input: wheel, pinch, mouse and keys of a canvas. What is common to all tools is done here (zoom, pan, the split line,
holding the original); the rest goes to the active tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from ganstudio.ui.canvas.tools.base import Pointer

if TYPE_CHECKING:
    from ganstudio.ui.canvas.canvas import Canvas

NOTCH = 2**0.25  # of the wheel
_GRIP = 6  # logical pixels beside the split line that take hold of it
_PAN = 64  # logical pixels an arrow moves the picture
_Key = Qt.Key
_Shift = Qt.KeyboardModifier.ShiftModifier
_Ctrl = Qt.KeyboardModifier.ControlModifier
_Alt = Qt.KeyboardModifier.AltModifier
_ARROWS = {_Key.Key_Left: (1, 0), _Key.Key_Right: (-1, 0), _Key.Key_Up: (0, 1), _Key.Key_Down: (0, -1)}


class Input:
    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._space = False
        self._pan_from: QPointF | None = None
        self._zoom_from: tuple[QPointF, float] | None = None
        self._split_drag = False
        self._tool_drag = False
        self._last = QPointF(-1, -1)
        self._pinch_zoom = 1.0
        self._pressure = 1.0  # of a pen; a mouse is always pressed fully
        self._turned = ""  # the tool that is put away while a pen's other end is used

    # Wheel and gestures

    def wheel(self, event: QWheelEvent) -> None:
        canvas, pixels, angle = self._canvas, event.pixelDelta(), event.angleDelta()
        touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
        modifiers = event.modifiers()
        if touchpad and not pixels.isNull() and not modifiers & _Ctrl:
            canvas.pan(pixels.x(), pixels.y())
        elif modifiers & _Shift:
            canvas.pan((angle.y() or angle.x()) / 120 * _PAN, 0)
        elif angle.y() or angle.x():  # Alt turns the wheel sideways
            canvas.set_zoom(canvas.zoom * NOTCH ** ((angle.y() or angle.x()) / 120), event.position())
        event.accept()

    def native_gesture(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._canvas.set_zoom(self._canvas.zoom * (1 + event.value()), event.position())
        return True

    def gesture(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        if pinch.state() == Qt.GestureState.GestureStarted:
            self._pinch_zoom = self._canvas.zoom
        at = QPointF(self._canvas.mapFromGlobal(pinch.centerPoint().toPoint()))
        step = pinch.centerPoint() - pinch.lastCenterPoint()
        self._canvas.pan(step.x(), step.y())
        self._canvas.set_zoom(self._pinch_zoom * pinch.totalScaleFactor(), at)
        event.accept(pinch)
        return True

    # Pen

    def tablet(self, event: QTabletEvent) -> None:
        """A pen does what the mouse does, and its pressure goes along; its other end erases where it paints."""
        kinds = {
            QEvent.Type.TabletPress: (QEvent.Type.MouseButtonPress, self.press),
            QEvent.Type.TabletMove: (QEvent.Type.MouseMove, self.move),
            QEvent.Type.TabletRelease: (QEvent.Type.MouseButtonRelease, self.release),
        }
        kind, call = kinds[event.type()]
        ends = event.type() == QEvent.Type.TabletRelease
        if not ends:  # a pen that is lifted is not pressed any more, but was
            self._pressure = min(max(event.pressure(), 0.0), 1.0) if event.buttons() else 1.0
        if event.type() == QEvent.Type.TabletPress:
            self._turn(event.pointerType() == QPointingDevice.PointerType.Eraser)
            self._canvas.pen_used.emit()
        places, buttons = (event.position(), event.globalPosition()), (event.button(), event.buttons())
        call(QMouseEvent(kind, *places, *buttons, event.modifiers(), event.pointingDevice()))
        if ends:
            self._pressure = 1.0
        event.accept()

    def _turn(self, other_end: bool) -> None:
        """The eraser for a pen's other end, until its tip is set down again: the stroke is still being painted when the
        pen is lifted."""
        canvas = self._canvas
        if other_end and canvas.tool.id == "brush":
            self._turned = canvas.tool.id
            canvas.use("eraser")
        elif not other_end and self._turned:
            canvas.use(self._turned)
            self._turned = ""

    # Mouse

    def press(self, event: QMouseEvent) -> None:
        canvas, at = self._canvas, event.position()
        middle = event.button() == Qt.MouseButton.MiddleButton
        left = event.button() == Qt.MouseButton.LeftButton
        if self.busy or not (middle or left):
            return
        if left and self._space and event.modifiers() & _Ctrl:
            self._zoom_from = at, canvas.zoom
        elif middle or self._space:
            self._pan_from = at
        elif self.on_split(at):
            self._split_drag = True
        elif (trial := canvas.trial_at(at)) is not None:
            canvas.trial_chosen.emit(trial)
        elif canvas.state is not None:
            self._tool_drag = True
            canvas.tool.press(self._pointer(event))
        self.cursor(at)

    def move(self, event: QMouseEvent) -> None:
        canvas, at = self._canvas, event.position()
        if self._zoom_from is not None:
            start, zoom = self._zoom_from
            canvas.set_zoom(zoom * 2 ** ((at.x() - start.x()) / 100), start)
        elif self._pan_from is not None:
            step, self._pan_from = at - self._pan_from, at
            canvas.pan(step.x(), step.y())
        elif self._split_drag:
            canvas.set_split(at.x() / max(canvas.width(), 1))
        elif self._tool_drag:
            canvas.tool.move(self._pointer(event))
        else:
            canvas.tool.hover(self._pointer(event))
        self._last = at
        canvas.point_at(at)
        self.cursor(at)

    def release(self, event: QMouseEvent) -> None:
        if self._tool_drag and event.button() == Qt.MouseButton.LeftButton:
            self._tool_drag = False
            self._canvas.tool.release(self._pointer(event))
        self._pan_from = self._zoom_from = None
        self._split_drag = False
        self.cursor(event.position())

    def leave(self) -> None:
        self._last = QPointF(-1, -1)
        self._canvas.tool.hover(None)
        self._canvas.point_at(None)

    def focus_lost(self) -> None:
        """No key is held any more as far as we can know."""
        self._space = False
        self._canvas.hold_original(False)

    @property
    def busy(self) -> bool:
        return self._tool_drag or self._split_drag or self._pan_from is not None or self._zoom_from is not None

    def on_split(self, at: QPointF) -> bool:
        canvas = self._canvas
        return canvas.shown_mode == "split" and abs(at.x() - canvas.split * canvas.width()) <= _GRIP

    def cursor(self, at: QPointF) -> None:
        """The pointer's shape here and now."""
        canvas = self._canvas
        if self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._split_drag or (not self._tool_drag and self.on_split(at)):
            shape = Qt.CursorShape.SplitHCursor
        elif canvas.state is None:
            shape = Qt.CursorShape.ArrowCursor
        else:
            x, y = canvas.to_picture(at).toTuple()
            shape = canvas.tool.cursor(Pointer(at, x, y))
        canvas.setCursor(shape)

    def cursor_here(self) -> None:
        self.cursor(self._last)

    def _pointer(self, event: QMouseEvent) -> Pointer:
        place = self._canvas.to_picture(event.position())
        return Pointer(event.position(), place.x(), place.y(), event.modifiers(), self._pressure)

    # Keys

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key was ours. Repeats of held ones are, too."""
        canvas, key = self._canvas, event.key()
        if key == _Key.Key_Space:
            self._space = True
            self.cursor(self._last)
        elif key == _Key.Key_Backslash and not event.modifiers() & (_Ctrl | _Alt):
            canvas.hold_original(True)
        elif key == _Key.Key_Escape and self.busy:
            self._give_up()
        elif canvas.trial_key(event) or canvas.tool.key(event):
            pass
        elif key == _Key.Key_Escape:
            return canvas.tool.cancel()
        else:
            return self._view_key(event)
        return True

    def key_released(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return event.key() in (_Key.Key_Space, _Key.Key_Backslash)
        if event.key() == _Key.Key_Space:
            self._space = False
            self.cursor(self._last)
        elif event.key() == _Key.Key_Backslash:
            self._canvas.hold_original(False)
        else:
            return False
        return True

    def _give_up(self) -> None:
        if self._tool_drag:
            self._canvas.tool.cancel()
        self._tool_drag = self._split_drag = False
        self._pan_from = self._zoom_from = None
        self.cursor(self._last)

    def _view_key(self, event: QKeyEvent) -> bool:
        canvas, key, modifiers = self._canvas, event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS:
            across, down = _ARROWS[Qt.Key(key)]
            if canvas.shown_mode == "split" and across and not modifiers & (_Ctrl | _Alt):
                canvas.set_split(canvas.split - across * (0.1 if modifiers & _Shift else 0.01))
            else:
                canvas.pan(across * _PAN, down * _PAN)
            return True
        if key in (_Key.Key_Plus, _Key.Key_Equal) and not modifiers & _Alt:
            canvas.zoom_in()
        elif key in (_Key.Key_Minus, _Key.Key_Underscore) and not modifiers & _Alt:
            canvas.zoom_out()
        elif key == _Key.Key_1 and not modifiers & ~_Ctrl:
            canvas.set_zoom(1.0)
        elif (key == _Key.Key_2 and not modifiers) or (key == _Key.Key_0 and modifiers == _Ctrl):
            canvas.fit()
        elif key == _Key.Key_3 and not modifiers:
            canvas.fit_width()
        elif key == _Key.Key_Y and not modifiers:
            canvas.cycle_mode()
        elif key == _Key.Key_Tab and not modifiers:
            return canvas.tab()
        else:
            return False
        return True
