"""Covers: what lies over the picture and lets nothing of it through. A frame of pan and zoom leaves them alone:
painting every button over the picture anew takes as long as the picture itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

_ROUND = 8  # pixels of a corner that may show something through


class Covers:
    """Widgets over a canvas, each filled with opaque colour but for its round corners."""

    def __init__(self, canvas: QWidget) -> None:
        self._canvas = canvas
        self._widgets: list[QWidget] = []

    def add(self, widget: QWidget) -> None:
        self._widgets.append(widget)

    def left(self, where: QRect) -> QRegion:
        """What of a rectangle of the canvas can be seen through them."""
        region = QRegion(where)
        for widget in self._widgets:
            if widget.isVisible():
                place = QRect(widget.mapTo(self._canvas, QPoint(0, 0)), widget.size())
                region -= place.adjusted(_ROUND, 0, -_ROUND, 0)
                region -= place.adjusted(0, _ROUND, 0, -_ROUND)
        return region
