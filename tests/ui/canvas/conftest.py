"""A canvas on a screen that is not there, and ways to look at what it painted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from pytestqt.qtbot import QtBot

from ganstudio.core import document as doc
from ganstudio.core.document import Document, Pool, State, Tiles
from ganstudio.core.raster import Metadata, Picture
from ganstudio.ui.canvas import Canvas, Painted


class Shown:
    """A canvas in a test: what a person would do to it, and what is seen on it."""

    def __init__(self, canvas: Canvas, qtbot: QtBot) -> None:
        self.canvas = canvas
        self.qtbot = qtbot
        self.pool = Pool(64 << 20)

    def state(self, pixels: np.ndarray, meta: Metadata | None = None, **more: object) -> State:
        return doc.state_of(self.pool, Picture.of(pixels, meta, **more), "Photo")

    def tiles(self, pixels: np.ndarray) -> Tiles:
        return Tiles.of(self.pool, Picture.of(pixels))

    def follow(self, state: State) -> Document:
        """A document that the canvas shows, with strokes and moves done to it as the workspace does them."""
        document = Document(state, 1 << 30)
        self.canvas.show_state(state)
        self.canvas.active_layer = state.layers[-1].id

        def painted(stroke: Painted) -> None:
            change = document.do(stroke.on(document.state))
            self.canvas.show_state(document.state, change)

        def moved(layer: str, dx: int, dy: int) -> None:
            at = document.state.layer(layer)
            change = document.do(doc.move(document.state, layer, at.x + dx, at.y + dy))
            self.canvas.show_state(document.state, change)

        self.canvas.stroke_painted.connect(painted)
        self.canvas.moved.connect(moved)
        return document

    def bare(self) -> None:
        """Nothing over the picture that is a widget of its own."""
        self.canvas.setFocus()
        self.canvas.handle.setGeometry(0, 0, 0, 0)
        self.canvas.pill.hide()

    def settle(self) -> None:
        """Until every tile in sight is there and painted."""
        composer = self.canvas.stage.composer
        self.qtbot.waitUntil(lambda: composer.idle, timeout=20_000)
        QCoreApplication.processEvents()
        self.qtbot.waitUntil(lambda: composer.idle, timeout=20_000)

    def pixels(self) -> np.ndarray:
        """What is on the widget, (h, w, 3) RGB, in device pixels."""
        self.settle()
        image = self.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()

    def wheel(self, x: float, y: float, notches: float, modifiers: Qt.KeyboardModifier | None = None) -> None:
        at = QPointF(x, y)
        event = QWheelEvent(
            at, QPointF(self.canvas.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, round(120 * notches)),
            Qt.MouseButton.NoButton, modifiers or Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(self.canvas, event)

    def drag(self, *points: tuple[int, int], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        places = [QPoint(*point) for point in points]
        self.qtbot.mousePress(self.canvas, button, pos=places[0])
        for place in places[1:]:
            self._move(place, button)
        self.qtbot.mouseRelease(self.canvas, button, pos=places[-1])

    def _move(self, place: QPoint, button: Qt.MouseButton) -> None:
        at = QPointF(place)
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, QPointF(self.canvas.mapToGlobal(place)), Qt.MouseButton.NoButton, button,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QCoreApplication.sendEvent(self.canvas, event)

    def hover(self, x: int, y: int) -> None:
        self._move(QPoint(x, y), Qt.MouseButton.NoButton)


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(640, 480)
    canvas.show()
    qtbot.waitExposed(canvas)
    shown = Shown(canvas, qtbot)
    yield shown
    canvas.stage.composer.close()


def noise(width: int, height: int, seed: int = 1, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels)).astype(np.uint8)


def ramp(width: int, height: int) -> np.ndarray:
    """Every pixel another colour: red and green say where it is."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x % 256, y % 256, (x // 256) * 16 + (y // 256)], -1).astype(np.uint8)
