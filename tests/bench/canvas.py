"""A frame of pan and zoom on 100 megapixels beside a bare widget that draws one image.

    python -m tests.bench.canvas [--frames 200] [--megapixels 100]

Three layers, one of them masked, compared by a split with another picture of the same size; 1920×1080, software
rendering. What is timed is the widget's paint event (`repaint`), in the same run for the rival: a QWidget with one
QImage of 4096×4096 drawn smoothly at the same zooms (what a viewer does that has everything in one image, and no
layers). Exits with 1 when the 95th of 100 frames takes more than 16 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QElapsedTimer, QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio.core import document as doc
from ganstudio.core.document import Brush, Point, Pool, State, Tiles
from ganstudio.core.raster import Picture
from ganstudio.ui.canvas import Canvas

LIMIT_MS = 16.0
SIZE = (1920, 1080)


class OneImage(QWidget):
    """The rival."""

    def __init__(self, pixels: np.ndarray) -> None:
        super().__init__()
        self._pixels = pixels
        self._image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], QImage.Format.Format_RGB32)
        self._zoom, self._x = 1.0, 0.0

    def show_at(self, zoom: float, x: float) -> None:
        self._zoom, self._x = zoom, x

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        source = QRectF(self._x, 0, self.width() / self._zoom, self.height() / self._zoom)
        painter.drawImage(QRectF(self.rect()), self._image, source)
        painter.end()


def picture(width: int, height: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (64, 64, 3)).astype(np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def made(megapixels: float) -> tuple[State, State]:
    """Three layers, one masked; and the one below alone."""
    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    width = round(1.5 * height)
    pool = Pool()
    first = doc.state_of(pool, Picture.of(picture(width, height, 1)), "Photo")
    state = first
    for seed in (2, 3):
        state = doc.add(state, Tiles.of(pool, Picture.of(picture(width, height, seed))), f"Layer {seed}").state
    top, middle = state.layers[2].id, state.layers[1].id
    state = doc.set_opacity(state, middle, 0.5).state
    points = [Point(width * (0.1 + 0.2 * i), height * (0.2 + 0.6 * (i % 2))) for i in range(5)]
    return doc.paint(state, top, Brush(height / 8, 0.3, 1.0, erase=True), points).state, first


def settled(app: QApplication, canvas: Canvas, seconds: float) -> float:
    """Until all tiles are there; how long it took."""
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < seconds * 1000:
        app.processEvents()
        if canvas.stage.composer.idle:
            app.processEvents()
            if canvas.stage.composer.idle:
                break
        time.sleep(0.002)
    return clock.elapsed() / 1000


def breathe(app: QApplication, start: float) -> None:
    """What the window does between two frames of a screen of 60 Hz: it takes the tiles that were made."""
    while (left := start + 1 / 60 - time.perf_counter()) > 0:
        app.processEvents()
        time.sleep(min(left, 0.002))
    app.processEvents()


def frame(widget: QWidget, step: Callable[[], object]) -> float:
    """Milliseconds of a step and the paint event after it."""
    start = time.perf_counter()
    step()
    widget.repaint()
    return (time.perf_counter() - start) * 1000


def told(what: str, ours: list[float], theirs: list[float]) -> float:
    p95 = float(np.percentile(ours, 95))
    rival = float(np.percentile(theirs, 95))
    print(
        f"{what:<42} median {np.median(ours):6.2f}  p95 {p95:6.2f}  max {max(ours):6.2f} ms   "
        f"one image: p95 {rival:6.2f}   ratio {p95 / rival:.2f}"
    )
    return p95


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--megapixels", type=float, default=100)
    options = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    after, before = made(options.megapixels)
    canvas = Canvas()
    rival = OneImage(np.ascontiguousarray(np.dstack([picture(4096, 4096, 1), np.full((4096, 4096), 255, np.uint8)])))
    for widget in (canvas, rival):
        widget.resize(*SIZE)
        widget.show()
    canvas.show_state(after)
    canvas.compare(before)
    canvas.set_mode("split")
    print(f"{after.width}×{after.height}, three layers, split, {SIZE[0]}×{SIZE[1]}, {app.platformName()}")
    print(f"all tiles of the fitted view after {settled(app, canvas, 60):.2f} s")
    worst = 0.0
    for zoom in (canvas.zoom, 0.28, 0.56, 0.75, 1.0, 1.5, 4.0):
        canvas.set_zoom(zoom)
        canvas.centre_on(after.width / 2, after.height / 2)
        waited = settled(app, canvas, 60)
        ours, theirs, start = [], [], time.perf_counter()
        for i in range(options.frames):
            breathe(app, start)
            start = time.perf_counter()
            step = -13 if (i // 50) % 2 == 0 else 13, 7 if (i // 30) % 2 == 0 else -7
            ours.append(frame(canvas, lambda step=step: canvas.pan(*step)))
            theirs.append(frame(rival, lambda i=i, zoom=zoom: rival.show_at(max(zoom, 0.5), i * 2.0)))
        worst = max(worst, told(f"pan at {100 * zoom:.0f} % (tiles there after {waited:.2f} s)", ours, theirs))
    ours, theirs, start = [], [], time.perf_counter()
    at = QPointF(SIZE[0] * 0.4, SIZE[1] * 0.6)
    for i in range(options.frames):
        way = i % 100
        zoom = 0.13 * 2 ** ((way if way < 50 else 100 - way) / 10)
        breathe(app, start)
        start = time.perf_counter()
        ours.append(frame(canvas, lambda zoom=zoom: canvas.set_zoom(zoom, at)))
        theirs.append(frame(rival, lambda zoom=zoom: rival.show_at(max(zoom, 0.5), 0.0)))
    worst = max(worst, told("zoom sweep 13 % … 416 %, tiles on the way", ours, theirs))
    mib = sum(plane.nbytes for plane in canvas.stage.planes) / 2**20
    print(f"memory of display tiles {mib:.0f} MiB; worst p95 {worst:.2f} ms (limit {LIMIT_MS:.0f})")
    canvas.stage.composer.close()
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
