"""Fitted: a picture brought to the size at which a widget shows it, in another thread: painting only copies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from ganstudio.core.progress import Progress
from ganstudio.ui.background import Background, Task

Pixels = NDArray[np.uint8]
MARGIN = 16
_WHOLE_PIXELS = 8.0  # enlarged further than this, a tiny picture's pixels are shown as squares
_TINY = 40  # px


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture and how it is to be said: `early` until the sharp one is there, `chip` what lies on it."""

    pixels: Pixels
    early: bool = False
    chip: str = ""


class Fitted(QObject):
    """What a widget shows, as large as fits; the widget is painted anew when the right size is there."""

    def __init__(self, background: Background, widget: QWidget) -> None:
        super().__init__(widget)
        self._background, self._widget = background, widget
        self.shown: Shown | None = None  # what is wanted
        self.of: Shown | None = None  # what the image is of
        self._image = QImage()  # what is painted, in device pixels
        self._size = QSize()  # of the picture that the image is of
        self._task: Task | None = None

    def show(self, shown: Shown | None) -> None:
        self.shown = shown
        if shown is None:
            self._image, self.of = QImage(), None
            self._widget.update()
        else:
            self.scale()

    @property
    def place(self) -> QRect:
        """Where the image lies in the widget."""
        return self._place(self._size.width(), self._size.height())

    def _place(self, width: int, height: int) -> QRect:
        """Where a picture of this shape lies: in logical pixels, its edges on whole ones."""
        room = self._widget.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        share = min(room.width() / width, room.height() / height)
        wide, high = max(1, round(width * share)), max(1, round(height * share))
        return QRect(room.x() + (room.width() - wide) // 2, room.y() + (room.height() - high) // 2, wide, high)

    def scale(self) -> None:
        """The newest picture next; one at a time."""
        if self._task is not None or self.shown is None:
            return
        shown = self.shown
        high, wide = shown.pixels.shape[:2]
        place, ratio = self._place(wide, high), self._widget.devicePixelRatioF()
        size = max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio))
        work = partial(_scaled, shown, size)
        self._task = self._background.run(work, partial(self._done, shown, size), self._failed, owner=self)

    def _done(self, shown: Shown, size: tuple[int, int], image: QImage) -> None:
        self._task = None
        if self.shown is None:
            return
        self._image, self.of = image, shown
        self._size = QSize(shown.pixels.shape[1], shown.pixels.shape[0])
        self._widget.update()
        wanted = self.place.size() * self._widget.devicePixelRatioF()
        if self.shown is not shown or wanted != QSize(*size):
            self.scale()

    def _failed(self, error: Exception) -> None:
        self._task = None
        raise error

    def paint(self, painter: QPainter) -> None:
        """Where `place` is."""
        place, ratio = self.place, self._widget.devicePixelRatioF()
        if self._image.size() == place.size() * ratio:
            self._image.setDevicePixelRatio(ratio)
            painter.drawImage(place.topLeft(), self._image)
        else:  # the window is being drawn larger: quickly, until the right size is there
            self._image.setDevicePixelRatio(1.0)
            painter.drawImage(place, self._image)


def _scaled(shown: Shown, size: tuple[int, int], progress: Progress) -> QImage:
    return to_image(shown.pixels, size, squares=not shown.early)


def to_image(pixels: Pixels, size: tuple[int, int], *, squares: bool = False) -> QImage:
    """H×W×(1, 3 or 4) uint8 at a size (width, height), for the screen; `squares`: small pictures keep their pixels."""
    high, wide = pixels.shape[:2]
    share = size[0] / wide
    way = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    if squares and share >= _WHOLE_PIXELS and max(high, wide) <= _TINY:
        way = cv2.INTER_NEAREST
    code = {1: cv2.COLOR_GRAY2BGRA, 3: cv2.COLOR_RGB2BGRA, 4: cv2.COLOR_RGBA2BGRA}[pixels.shape[2]]
    bgra = cv2.cvtColor(np.ascontiguousarray(pixels), code)
    if (wide, high) != size:
        bgra = cv2.resize(bgra, size, interpolation=way)
    return QImage(bgra.data, size[0], size[1], size[0] * 4, QImage.Format.Format_RGB32).copy()
