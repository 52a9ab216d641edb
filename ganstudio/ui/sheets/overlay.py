"""Overlay: a floating panel over the window, with a scrim behind it. Esc or a click beside it closes it; the focus
stays inside while it is open and goes back afterwards."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import shadow

RADIUS = 10
_THROUGH = ("Ctrl+K", "Ctrl+,", "Ctrl+/", "Ctrl+Q", "F1")


class Panel(QFrame):
    """The floating panel itself: rounded, one line around, a soft shadow painted by the overlay."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme().now
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(now.line)
            painter.setBrush(now.panel)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class Overlay(QWidget):
    """Base class: put the content into `self.panel` and say in `place` where it goes."""

    closed = Signal()

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self._over = window
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.panel = Panel(self)
        self._before: QWidget | None = None
        self.hide()
        window.installEventFilter(self)
        theme().changed.connect(self._restyle)

    def place(self) -> None:
        """Set the panel's geometry inside `self.rect()`."""
        raise NotImplementedError

    def first(self) -> QWidget:
        """What has the focus when it opens."""
        return self.panel

    def open(self) -> None:
        """Show it; another one that is open goes."""
        for other in self._over.findChildren(Overlay):
            if other is not self:
                other.close_panel()
        focused = QApplication.focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._before = focused
        self.setGeometry(self._over.rect())
        self.place()
        self.show()
        self.raise_()
        self.first().setFocus(Qt.FocusReason.PopupFocusReason)

    def close_panel(self) -> None:
        if self.isHidden():
            return
        self.hide()
        before, self._before = self._before, None
        try:
            if before is not None and before.isVisible():
                before.setFocus(Qt.FocusReason.PopupFocusReason)
        except RuntimeError:  # it was deleted meanwhile
            pass
        self.closed.emit()

    def _restyle(self) -> None:
        if self.isVisible():
            self.place()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._over.rect())
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()

    def event(self, event: QEvent) -> bool:
        """While this is open keys mean nothing to what lies below, but for those that open another panel or end."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if QKeySequence(event.keyCombination()).toString() not in _THROUGH:
                event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        event.accept()  # nothing below hears a key while this is open

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close_panel()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The focus goes round inside the panel."""
        stops = [one for one in self._stops() if one.isEnabled() and one.isVisible()]
        if not stops:
            return True
        focused = QApplication.focusWidget()
        at = stops.index(focused) if focused in stops else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def _stops(self) -> list[QWidget]:
        """What Tab goes through, in the order of the layout."""
        found: list[QWidget] = []
        one = self.panel.nextInFocusChain()
        while one is not None and one is not self.panel:
            if self.panel.isAncestorOf(one) and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
                found.append(one)
            one = one.nextInFocusChain()
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), theme().now.scrim)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shadow.paint(painter, QRectF(self.panel.geometry()), RADIUS, theme().now.dark)
