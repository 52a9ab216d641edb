"""The stage: the picture as large as fits; an early one has a hairline at its lower edge until the sharp one is there.

Another thread brings a picture to the screen's size: painting only copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.background import Background, Task
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.theme.tokens import PICTURE_LABEL, PICTURE_LABEL_GROUND
from ganstudio.ui.widgets import draw

Pixels = NDArray[np.uint8]
_MARGIN = 16
_WHOLE_PIXELS = 8.0  # enlarged further than this, a tiny picture's pixels are shown as squares
_TINY = 40  # px


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture and how it is to be said: `early` until the sharp one is there, `chip` what lies on it."""

    pixels: Pixels
    early: bool = False
    chip: str = ""


class Stage(QWidget):
    """`menu_wanted(QPoint)` global; drops are handed on."""

    menu_wanted = Signal(object)
    dropped = Signal(object)  # QMimeData

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._shown: Shown | None = None  # what is wanted
        self._image = QImage()  # what is painted, in device pixels
        self._of: Shown | None = None  # what the image is of
        self._size = QSize()  # of the picture that the image is of
        self._task: Task | None = None
        self._words = ""
        self.setAccessibleName(_("The picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self.update)

    @property
    def shown(self) -> Shown | None:
        """What was last asked for."""
        return self._shown

    @property
    def painted(self) -> Shown | None:
        """What is on the screen: it follows what was asked for."""
        return self._of

    def set_words(self, words: str) -> None:
        """Where no picture is yet."""
        self._words = words
        self.setAccessibleDescription(words)
        if self._image.isNull():
            self.update()

    def show_picture(self, shown: Shown | None) -> None:
        self._shown = shown
        if shown is None:
            self._image, self._of = QImage(), None
            self.update()
        else:
            self._scale()

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    # In another thread

    def _place(self, width: int, height: int) -> QRect:
        """Where a picture of this shape lies: in logical pixels, its edges on whole ones."""
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        share = min(room.width() / width, room.height() / height)
        wide, high = max(1, round(width * share)), max(1, round(height * share))
        return QRect(room.x() + (room.width() - wide) // 2, room.y() + (room.height() - high) // 2, wide, high)

    def _scale(self) -> None:
        """The newest picture next; one at a time."""
        if self._task is not None or self._shown is None:
            return
        shown = self._shown
        high, wide = shown.pixels.shape[:2]
        place, ratio = self._place(wide, high), self.devicePixelRatioF()
        size = max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio))
        work = partial(_scaled, shown, size)
        self._task = self._background.run(work, partial(self._done, shown, size), self._failed, owner=self)

    def _done(self, shown: Shown, size: tuple[int, int], image: QImage) -> None:
        self._task = None
        if self._shown is None:
            return
        self._image, self._of = image, shown
        self._size = QSize(shown.pixels.shape[1], shown.pixels.shape[0])
        self.update()
        wanted = self._place(self._size.width(), self._size.height()).size() * self.devicePixelRatioF()
        if self._shown is not shown or wanted != QSize(*size):
            self._scale()

    def _failed(self, error: Exception) -> None:
        self._task = None
        raise error

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scale()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        now = theme().now
        if self._of is None:
            painter.fillRect(self.rect(), now.canvas)
            middle = Qt.AlignmentFlag.AlignHCenter
            draw.text(
                painter, QRectF(self.rect()).adjusted(16, 0, -16, 0), self._words, theme().font(), now.text3, middle
            )
            return
        place = self._place(self._size.width(), self._size.height())
        for part in _around(self.rect(), place):
            painter.fillRect(part, now.canvas)
        ratio = self.devicePixelRatioF()
        if self._image.size() == place.size() * ratio:
            self._image.setDevicePixelRatio(ratio)
            painter.drawImage(place.topLeft(), self._image)
        else:  # the window is being drawn larger: quickly, until the right size is there
            self._image.setDevicePixelRatio(1.0)
            painter.drawImage(place, self._image)
        if self._of.early:
            painter.fillRect(QRectF(place.x(), place.bottom() - 1, place.width(), 2), now.accent_text)
        if self._of.chip:
            self._paint_chip(painter, place, self._of.chip)

    def _paint_chip(self, painter: QPainter, place: QRect, words: str) -> None:
        now = theme()
        font = now.font(11, 600)
        wide = now.metrics(11, 600).horizontalAdvance(words) + 16
        box = QRectF(place.x() + 8, place.y() + 8, min(wide, place.width() - 16), now.px(24))
        draw.begin(painter)
        draw.box(painter, box, PICTURE_LABEL_GROUND, None, 4)
        draw.text(painter, box.adjusted(8, 0, -8, 0), words, font, PICTURE_LABEL)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from ganstudio.ui.documents.dropping import accepts

        if accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())


def _around(whole: QRect, hole: QRect) -> list[QRect]:
    """The frame that a hole leaves."""
    return [
        QRect(whole.left(), whole.top(), whole.width(), hole.top() - whole.top()),
        QRect(whole.left(), hole.bottom() + 1, whole.width(), whole.bottom() - hole.bottom()),
        QRect(whole.left(), hole.top(), hole.left() - whole.left(), hole.height()),
        QRect(hole.right() + 1, hole.top(), whole.right() - hole.right(), hole.height()),
    ]


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
