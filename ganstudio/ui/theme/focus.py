"""The ring round the widget that has the keyboard: shown after keys, not after a mouse click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from .theme import Theme

OUTSIDE = 2  # px between widget and ring
_ROOM = 4
_TIP_AFTER = 500  # ms, as under the pointer


class _Overlay(QWidget):
    """A see-through child of the window that paints the ring over its neighbours."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self.radius = 5.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.now.accent_text, 1.5))
            gap = _ROOM - OUTSIDE - 0.75
            radius = self.radius + OUTSIDE
            painter.drawRoundedRect(self.rect().toRectF().adjusted(gap, gap, -gap, -gap), radius, radius)


def _is_in_front(widget: QWidget) -> bool:
    """Whether a widget's window still has the keyboard: then its focus was only taken off it."""
    return isValid(widget) and widget.isVisible() and QApplication.activeWindow() == widget.window()


class FocusRing(QObject):
    """Follows the application's focus. Widgets that draw their own ring carry the property `ring` = "own";
    `ring_radius` tells the radius of a widget's corners (5 without it)."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._overlay: _Overlay | None = None
        self._target: QWidget | None = None
        # The window in which nothing has the focus just now; None where no window of the program is in front.
        # What gets the focus together with its window gets no ring, unless it had one when the window was left.
        self._front: QWidget | None = None
        self._kept: QWidget | None = None
        self._tip = QTimer(self, singleShot=True, interval=_TIP_AFTER)
        self._tip.timeout.connect(self._show_tip)

    @property
    def target(self) -> QWidget | None:
        """The widget that has the ring now."""
        return self._target

    def follow(self, old: QWidget | None, new: QWidget | None) -> None:
        had = self._target
        self._leave()
        if new is None:
            self._front = old.window() if old is not None and _is_in_front(old) else None
            self._kept = had
            return
        back = old is None and (self._front is None or not isValid(self._front))
        clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if clicked or new.isWindow() or (back and new is not self._kept):
            return
        self._target = new
        new.installEventFilter(self)
        if new.toolTip():
            self._tip.start()
        if new.property("ring") == "own":
            return
        self._overlay = _Overlay(new.window(), self._theme)
        radius = new.property("ring_radius")
        self._overlay.radius = float(radius) if radius is not None else 5.0
        self._place()

    def _show_tip(self) -> None:
        """What the pointer would get by resting, the keyboard gets too; Esc closes it."""
        target = self._target
        if target is not None and isValid(target) and target.isVisible() and target.toolTip():
            QToolTip.showText(target.mapToGlobal(QPoint(0, target.height() - 8)), target.toolTip(), target)

    def _leave(self) -> None:
        self._tip.stop()
        if self._target is not None and isValid(self._target):
            self._target.removeEventFilter(self)
        if self._overlay is not None and isValid(self._overlay):
            self._overlay.hide()
            self._overlay.deleteLater()
        self._target, self._overlay = None, None

    def _place(self) -> None:
        if self._target is None or self._overlay is None or not isValid(self._overlay):
            return
        seen = self._target.visibleRegion().boundingRect()
        corner = self._target.mapTo(self._target.window(), QPoint(0, 0))
        whole = QRect(corner, self._target.size())
        self._overlay.setGeometry(whole.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))
        # A widget scrolled half out of sight: its ring ends where the widget does.
        cut = seen.adjusted(0, 0, 2 * _ROOM, 2 * _ROOM)
        if seen != self._target.rect() and not seen.isEmpty():
            self._overlay.setMask(cut)
        else:
            self._overlay.clearMask()
        self._overlay.setVisible(not seen.isEmpty())
        self._overlay.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._leave()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._tip.stop()
            if event.key() == Qt.Key.Key_Escape and QToolTip.isVisible():
                QToolTip.hideText()
                return True
        elif kind in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Paint):
            self._place()
        return False
