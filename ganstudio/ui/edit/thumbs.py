"""Thumbnails of layers and masks, made off the GUI thread and remembered while the pixels live."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from ganstudio.core.document import Rect, Tiles, pyramid
from ganstudio.core.document.composite import in_depth
from ganstudio.core.progress import Progress
from ganstudio.ui.background import Background
from ganstudio.ui.canvas.display import premultiplied
from ganstudio.ui.canvas.stage import display_of

SIDE = 96  # pixels of a thumbnail, for 36 px at any screen
_CHECKS = 8


@dataclass(frozen=True, eq=False)
class _Made:
    tiles: Tiles
    image: QImage


class Thumbs(QObject):
    """`of(tiles)` gives what is there and has the rest made; `made` says that more is there."""

    made = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._images: weakref.WeakKeyDictionary[Tiles, QImage] = weakref.WeakKeyDictionary()
        self._waiting: weakref.WeakSet[Tiles] = weakref.WeakSet()

    def of(self, tiles: Tiles, icc: bytes | None = None) -> QImage | None:
        """The thumbnail, None while it is being made."""
        found = self._images.get(tiles)
        if found is None and tiles not in self._waiting:
            self._waiting.add(tiles)
            self._background.run(partial(_make, tiles, icc), self._take, self._failed, owner=self)
        return found

    @Slot(object)
    def _take(self, made: _Made) -> None:
        self._waiting.discard(made.tiles)
        self._images[made.tiles] = made.image
        self.made.emit()

    def _failed(self, error: Exception) -> None:
        """A thumbnail that cannot be made stays a plain square: the canvas says what is wrong with the pixels."""


def _make(tiles: Tiles, icc: bytes | None, progress: Progress) -> _Made:
    return _Made(tiles, thumbnail(tiles, icc))


def thumbnail(tiles: Tiles, icc: bytes | None = None, side: int = SIDE) -> QImage:
    """The middle of a plane as a square, in the colours of the screen; alpha over checks. An image of its own."""
    level = 0
    while min(pyramid.level_size(tiles.width, tiles.height, level)) > 2 * side:
        level += 1
    width, height = pyramid.level_size(tiles.width, tiles.height, level)
    edge = min(width, height)
    x, y = (width - edge) // 2, (height - edge) // 2
    samples = pyramid.read(tiles, Rect(x, y, x + edge, y + edge), level)
    bgra = display_of(icc).shown(_rgba(samples)) if tiles.channels > 1 else premultiplied(_rgba(in_depth(samples, 8)))
    small = cv2.resize(bgra, (side, side), interpolation=cv2.INTER_AREA if edge > side else cv2.INTER_LINEAR)
    if tiles.channels in (2, 4):
        small = _over_checks(small)
    small = np.ascontiguousarray(small)
    return QImage(small.data, side, side, side * 4, QImage.Format.Format_RGB32).copy()


def _rgba(samples: np.ndarray) -> np.ndarray:
    """(h, w, 1 … 4) as straight RGBA of the same depth."""
    channels = samples.shape[2]
    colours = samples[..., :3] if channels >= 3 else np.repeat(samples[..., :1], 3, axis=2)
    peak = 255 if samples.dtype == np.uint8 else 65535
    alpha = samples[..., -1:] if channels in (2, 4) else np.full((*samples.shape[:2], 1), peak, samples.dtype)
    return np.concatenate([colours, alpha], axis=2)


def _over_checks(bgra: np.ndarray) -> np.ndarray:
    side = len(bgra)
    at = np.arange(side) // _CHECKS
    checks = np.where((at[:, None] + at[None]) % 2 == 0, 200, 150).astype(np.float32)[..., None]
    shown = bgra[..., :3] + checks * (1 - bgra[..., 3:].astype(np.float32) / 255)
    return np.concatenate([shown.clip(0, 255).astype(np.uint8), np.full((side, side, 1), 255, np.uint8)], axis=2)
