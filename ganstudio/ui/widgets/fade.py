"""How far a widget has turned to its hover look: 120 ms there and back, at once when the system wants stillness."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QVariantAnimation
from PySide6.QtWidgets import QWidget

from ganstudio.ui.theme import theme

_MS = 120


class Fade(QObject):
    """`share` is 0 at rest and 1 under the pointer; the widget repaints between."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.share = 0.0
        self._moves: QVariantAnimation | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Enter and self._widget.isEnabled():
            self._to(1.0)
        elif kind in (QEvent.Type.Leave, QEvent.Type.EnabledChange, QEvent.Type.Hide):
            self._to(1.0 if kind == QEvent.Type.EnabledChange and self._is_over() else 0.0)
        return False

    def _is_over(self) -> bool:
        return self._widget.isEnabled() and self._widget.underMouse()

    def _to(self, end: float) -> None:
        span = theme().millis(_MS) if self._widget.isVisible() else 0
        if not span:
            if self._moves is not None:
                self._moves.stop()
            self._set(end)
            return
        if self._moves is None:
            self._moves = QVariantAnimation(self)
            self._moves.setEasingCurve(QEasingCurve.Type.OutCubic)
            self._moves.valueChanged.connect(self._set)
        self._moves.stop()
        self._moves.setDuration(span)
        self._moves.setStartValue(self.share)
        self._moves.setEndValue(end)
        self._moves.start()

    def _set(self, share: float) -> None:
        self.share = share
        self._widget.update()
