"""The widgets' tests stand on a known theme: dark, text of 100 %, nothing moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor, QCursor, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio.ui.theme import Theme, theme


@pytest.fixture(autouse=True)
def looks(qapp: QApplication) -> Iterator[Theme]:
    now = theme()
    now.still = True
    QCursor.setPos(5000, 5000)  # no test starts under the pointer that another has left
    now.set_text_scale(100)
    now.set("dark")
    yield now
    now.set_text_scale(100)
    now.set("system")
    now.still = False


class Grab:
    """A widget as pixels, at a ratio of device pixels to logical ones."""

    def __init__(self, widget: QWidget, ratio: int = 1) -> None:
        QApplication.processEvents()  # Qt hands palettes and layouts on by events
        drawn = QPixmap(widget.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(theme().now.panel)
        widget.render(drawn)
        self.image: QImage = drawn.toImage()
        self.ratio = ratio

    def at(self, x: float, y: float) -> QColor:
        """The colour at a place in logical pixels."""
        return self.image.pixelColor(int(x * self.ratio), int(y * self.ratio))

    def has(self, colour: QColor, near: int = 6) -> bool:
        return self.count(colour, near) > 0

    def count(self, colour: QColor, near: int = 6) -> int:
        """How many pixels are within `near` of a colour in each channel."""
        wanted = np.array([colour.red(), colour.green(), colour.blue()])
        return int((np.abs(samples(self.image)[..., :3].astype(int) - wanted) <= near).all(-1).sum())


def samples(image: QImage) -> np.ndarray:
    """The picture as uint8 (height, width, 4), red first."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1, 4)
    return flat[:, : plain.width()].copy()


def same(one: QColor, other: QColor, near: int = 3) -> bool:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) <= near for a, b in pairs)
