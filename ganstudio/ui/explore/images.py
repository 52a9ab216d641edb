"""Pictures of a generator as images of the screen, and the thumbnails of a Session, decoded off the GUI thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from ganstudio.core.errors import BadInput
from ganstudio.core.latent.thumbs import pixels_of, thumbnail

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.ui.desk import Desk

_KEPT = 2000  # images of at most 128 px: 128 MB at the worst
_AT_ONCE = 16


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """H×W×1, 3 or 4 uint8 (sRGB) → an image of its own."""
    height, width, channels = pixels.shape
    bgra = np.empty((height, width, 4), np.uint8)
    bgra[..., :3] = pixels[..., 2::-1] if channels >= 3 else pixels[..., :1]
    bgra[..., 3] = pixels[..., 3] if channels == 4 else 255
    kind = QImage.Format.Format_ARGB32 if channels == 4 else QImage.Format.Format_RGB32
    return QImage(bgra.data, width, height, width * 4, kind).copy()


class Thumbnails(QObject):
    """The images of WebP thumbnails; `made` when some more are there. `packed(key, bytes)`: pixels became a
    thumbnail."""

    made = Signal()
    packed = Signal(object, bytes)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._images: OrderedDict[bytes, QImage] = OrderedDict()
        self._wanted: dict[bytes, None] = {}
        self._working = False

    def of(self, thumb: bytes) -> QImage | None:
        """None until it is decoded; an empty image for what cannot be."""
        if not thumb:
            return None
        found = self._images.get(thumb)
        if found is None:
            self._wanted[thumb] = None
            self._work()
        else:
            self._images.move_to_end(thumb)
        return found

    def add(self, thumb: bytes, image: QImage) -> None:
        """One whose image is known already."""
        self._images[thumb] = image
        while len(self._images) > _KEPT:
            self._images.popitem(last=False)

    def pack(self, key: object, pixels: NDArray[np.uint8]) -> None:
        """Make a thumbnail of a picture; `packed` tells."""
        self._desk.background.run(partial(_packed, key, pixels), self._told, owner=self)

    def _told(self, found: tuple[object, bytes, QImage]) -> None:
        key, thumb, image = found
        self.add(thumb, image)
        self.packed.emit(key, thumb)

    def _work(self) -> None:
        if self._working or not self._wanted:
            return
        self._working = True
        some = list(self._wanted)[:_AT_ONCE]
        self._desk.background.run(partial(_decoded, some), self._took, owner=self)

    def _took(self, found: list[tuple[bytes, QImage]]) -> None:
        self._working = False
        for thumb, image in found:
            self._wanted.pop(thumb, None)
            self.add(thumb, image)
        self.made.emit()
        self._work()


def _decoded(thumbs: Iterable[bytes], progress: Progress) -> list[tuple[bytes, QImage]]:
    return [(thumb, _image(thumb)) for thumb in thumbs]


def _image(thumb: bytes) -> QImage:
    try:
        return image_of(pixels_of(thumb))
    except BadInput:
        return QImage()


def _packed(key: object, pixels: NDArray[np.uint8], progress: Progress) -> tuple[object, bytes, QImage]:
    thumb = thumbnail(pixels)
    return key, thumb, _image(thumb)
