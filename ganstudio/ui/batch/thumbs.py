"""Thumbnails of the rows that are seen: made by threads of their own, the rows looked at last first, kept by bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage
from shiboken6 import isValid

from ganstudio.core.codecs.small import small
from ganstudio.core.errors import UserError
from ganstudio.core.priority import thread_steps_back
from ganstudio.core.raster import Header, Picture
from ganstudio.jobs.changes import Row
from ganstudio.ui.batch.cells import Sizes
from ganstudio.ui.canvas.display import Display

WIDTH, HEIGHT = 60, 36  # device pixels: 30×18 at 2×
_KEPT = 24 << 20
_THREADS = 1
_NICER = 3  # than the window's own thread
ResultSize = Callable[[Row, Header], tuple[int, int]]


@dataclass(frozen=True)
class Wish:
    id: int
    path: Path
    page: int
    row: Row


@dataclass(frozen=True)
class Thumb:
    """`image` None: it cannot be shown. `sizes` None: not even its header can be read."""

    id: int
    image: QImage | None
    sizes: Sizes | None


class Thumbs(QObject):
    """`made(Thumb)`. `result_size` runs in the threads."""

    made = Signal(object)

    def __init__(self, result_size: ResultSize, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._result_size = result_size
        self._images: OrderedDict[int, QImage | None] = OrderedDict()
        self._bytes = 0
        self._wanted: list[Wish] = []
        self._making: set[int] = set()
        self._ready = threading.Condition()
        self._closed = False
        self.made.connect(self._keep)
        self._threads = [
            threading.Thread(target=self._work, name=f"thumbnails-{number}", daemon=True) for number in range(_THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def of(self, id: int) -> QImage | None:
        image = self._images.get(id)
        if image is not None:
            self._images.move_to_end(id)
        return image

    def known(self, id: int) -> bool:
        return id in self._images

    def want(self, rows: list[Row], again: frozenset[int] = frozenset()) -> None:
        """These rows are seen now; what was wanted before is not any more. `again` are made although they are known.
        What a maker makes is no picture before it is done, and seldom one then: it has none."""
        wishes = [
            Wish(row.id, row.source, row.page, row)
            for row in rows
            if not row.title and (row.id not in self._images or row.id in again)
        ]
        with self._ready:
            self._wanted = [one for one in wishes if one.id not in self._making]
            self._ready.notify_all()

    def forget(self, id: int) -> None:
        image = self._images.pop(id, None)
        if image is not None:
            self._bytes -= image.sizeInBytes()

    def close(self) -> None:
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        for thread in self._threads:
            thread.join(2.0)

    @Slot(object)
    def _keep(self, thumb: Thumb) -> None:
        self.forget(thumb.id)
        self._images[thumb.id] = thumb.image
        self._bytes += thumb.image.sizeInBytes() if thumb.image is not None else 0
        while self._bytes > _KEPT and self._images:
            _id, image = self._images.popitem(last=False)
            self._bytes -= image.sizeInBytes() if image is not None else 0

    def _work(self) -> None:
        thread_steps_back(_NICER)
        while True:
            with self._ready:
                while not self._wanted and not self._closed:
                    self._ready.wait()
                if self._closed:
                    return
                wish = self._wanted.pop(0)
                self._making.add(wish.id)
            thumb = self._make(wish)
            with self._ready:
                self._making.discard(wish.id)
                if not self._closed and isValid(self):
                    self.made.emit(thumb)

    def _make(self, wish: Wish) -> Thumb:
        try:
            header, picture = small(wish.path, wish.page, WIDTH * 2, HEIGHT * 2)
        except (UserError, MemoryError):
            return Thumb(wish.id, None, None)
        try:
            wide, high = self._result_size(wish.row, header)
        except UserError:
            wide, high = 0, 0
        sizes = (header.width, header.height, wide, high)
        return Thumb(wish.id, filling(image_of(picture), WIDTH, HEIGHT), sizes)


def image_of(picture: Picture) -> QImage:
    """A picture of 8 bits as the screen shows it, an image of its own."""
    samples = picture.pixels
    height, width, channels = samples.shape
    colours = samples[..., :3] if channels >= 3 else np.repeat(samples[..., :1], 3, axis=2)
    alpha = samples[..., -1:] if channels in (2, 4) else np.full((height, width, 1), 255, np.uint8)
    bgra = np.ascontiguousarray(Display(picture.meta.icc).shown(np.concatenate([colours, alpha], axis=2)))
    return QImage(bgra.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def filling(image: QImage, width: int, height: int) -> QImage:
    """The middle of an image so that it fills width×height."""
    scale = max(width / image.width(), height / image.height())
    wide, high = min(image.width(), round(width / scale)), min(image.height(), round(height / scale))
    left, top = (image.width() - wide) // 2, (image.height() - high) // 2
    part = image.copy(left, top, max(1, wide), max(1, high))
    buffer = np.frombuffer(part.constBits(), np.uint8).reshape(part.height(), part.bytesPerLine() // 4, 4)
    made = cv2.resize(buffer[:, : part.width()], (width, height), interpolation=cv2.INTER_AREA)
    made = np.ascontiguousarray(made)
    return QImage(made.data, width, height, width * 4, part.format()).copy()
