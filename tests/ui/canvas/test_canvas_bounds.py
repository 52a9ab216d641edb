"""What must hold at the edges: seams, memory, trouble with the disk, odd sizes, a canvas that goes while it works."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from ganstudio.core import document as doc
from ganstudio.core.document import Change, Pool, Rect
from ganstudio.core.raster import Picture
from ganstudio.ui.canvas import Canvas
from ganstudio.ui.canvas.chunk import EXTENT, Chunk
from ganstudio.ui.canvas.chunks import Chunks
from ganstudio.ui.canvas.view import View
from ganstudio.ui.desk import Desk

from .conftest import Shown, noise, ramp


def at_once(pixels: np.ndarray, view: View) -> np.ndarray:
    """The picture drawn by Qt from one image: what tiles must look like together."""
    rgb = np.ascontiguousarray(np.dstack([pixels[..., ::-1], np.full(pixels.shape[:2], 255, np.uint8)]))
    image = QImage(rgb.data, rgb.shape[1], rgb.shape[0], QImage.Format.Format_RGB32)
    out = QImage(view.width, view.height, QImage.Format.Format_RGB32)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    source = QRectF(-view.left / view.zoom, -view.top / view.zoom, view.width / view.zoom, view.height / view.zoom)
    painter.drawImage(QRectF(0, 0, view.width, view.height), image, source)
    painter.end()
    data = np.frombuffer(out.constBits(), np.uint8).reshape(view.height, view.width, 4)
    return data[..., 2::-1].copy()


@pytest.mark.parametrize("zoom", [0.55, 0.8, 1.3, 1.9])
def test_tiles_have_no_seams(shown: Shown, zoom: float) -> None:
    """Around the place where four chunks meet."""
    picture = noise(EXTENT + 700, EXTENT + 700)
    shown.canvas.show_state(shown.state(picture))
    shown.canvas.set_zoom(zoom)
    shown.canvas.centre_on(EXTENT + 13, EXTENT - 9)
    shown.bare()
    seen, wanted = shown.pixels().astype(int), at_once(picture, shown.canvas.view).astype(int)
    different = np.abs(seen - wanted).max(2) > 6  # Qt steps through the source in fixed point from another start
    assert different.mean() < 0.001, f"{different.sum()} pixels differ"


def test_reduced_levels_lie_where_the_picture_lies(shown: Shown) -> None:
    picture = ramp(3072, 2048)
    picture[512:1024, 1024:1536] = 255
    shown.canvas.show_state(shown.state(picture))
    for zoom in (0.125, 0.2, 0.3):
        shown.canvas.set_zoom(zoom)
        shown.canvas.centre_on(1280, 768)
        white = np.argwhere((shown.pixels()[:400] == 255).all(2))
        (top, left), (bottom, right) = white.min(0), white.max(0)
        x0, y0 = shown.canvas.view.to_device(1024, 512)
        assert left == pytest.approx(x0, abs=1.6)
        assert top == pytest.approx(y0, abs=1.6)
        assert right - left + 1 == pytest.approx(512 * zoom, abs=3)
        assert bottom - top + 1 == pytest.approx(512 * zoom, abs=3)


def test_memory_is_bounded(shown: Shown) -> None:
    """Looking at all of a large picture at 100 % holds no more than the budget and what is in sight."""
    plane_budget = 12 << 20
    shown.canvas.show_state(shown.state(np.full((5000, 5000, 3), 90, np.uint8)))
    plane = shown.canvas.stage.after
    assert plane is not None
    plane.chunks.budget = plane_budget
    shown.canvas.set_zoom(1.0)
    most = 0
    for y in range(300, 5000, 1100):
        for x in range(300, 5000, 1100):
            shown.canvas.centre_on(x, y)
            shown.settle()
            most = max(most, plane.nbytes)
    in_sight = 5 * (EXTENT + 2) ** 2 * 4
    assert most <= plane_budget + in_sight


def test_a_disk_that_fails_is_told_of_once(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles that were moved to a file which is cut short: the others are shown, a sentence is said."""
    pool = Pool(1 << 20)
    state = doc.state_of(pool, Picture.of(noise(2000, 2000)), "Photo")
    file = pool._file._file
    assert file is not None, "nothing was moved to the disk"
    os.ftruncate(file.fileno(), 100_000)
    told: list[str] = []
    shown.canvas.trouble.connect(told.append)
    shown.canvas.show_state(state)
    shown.canvas.set_zoom(1.0)
    shown.settle()
    shown.canvas.centre_on(500, 500)
    shown.settle()
    assert len(told) == 1
    assert "cut short" in told[0]
    shown.canvas.grab()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (20_000, 3), (2, 9_000), (257, 256)])
def test_odd_sizes(shown: Shown, width: int, height: int) -> None:
    picture = noise(width, height)
    shown.canvas.show_state(shown.state(picture))
    shown.canvas.compare(shown.state(255 - picture))
    for mode in ("result", "split", "side"):
        shown.canvas.set_mode(mode)
        for act in (shown.canvas.fit, shown.canvas.fit_width, shown.canvas.zoom_in, shown.canvas.zoom_out):
            act()
            shown.pixels()
        assert not shown.canvas.visible_rect().empty
    shown.canvas.set_mode("result")
    shown.canvas.set_zoom(1.0)
    shown.canvas.centre_on(0.5, 0.5)
    shown.bare()
    view = shown.canvas.view
    assert tuple(shown.pixels()[view.top, view.left]) == tuple(picture[0, 0])


def test_a_canvas_may_go_while_it_works(qtbot: QtBot) -> None:
    """The fixture of all tests of the window fails when threads stay."""
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    pool = Pool(256 << 20)
    state = doc.state_of(pool, Picture.of(noise(4000, 4000)), "Photo")
    canvas.show_state(state)
    canvas.active_layer = state.layers[0].id
    canvas.use("eraser")
    canvas.brush.set_size(2000)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())


def test_the_surround_is_chosen_in_the_preferences(qtbot: QtBot, desk: Desk) -> None:
    canvas = Canvas(desk)
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.show()
    desk.settings.change(canvas_surround="white")
    assert canvas.grab().toImage().pixelColor(5, 5).name() == "#ffffff"
    desk.settings.change(canvas_surround="grey")
    assert canvas.grab().toImage().pixelColor(5, 5).name() == "#777777"


_SCALED = """
import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ganstudio.core import document as doc
from ganstudio.core.document import Pool
from ganstudio.core.raster import Picture
from ganstudio.ui.canvas import Canvas
app = QApplication([])
canvas = Canvas()
canvas.resize(400, 300)
canvas.show()
picture = np.random.default_rng(1).integers(0, 256, (900, 1100, 3)).astype(np.uint8)
canvas.show_state(doc.state_of(Pool(64 << 20), Picture.of(picture), "Photo"))
canvas.set_zoom(1.0)
canvas.pill.hide()
while not canvas.stage.composer.idle:
    QTest.qWait(5)
image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
seen = data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
part = canvas.visible_rect()
print(image.width(), image.height(), np.array_equal(seen, picture[part.slices]))
canvas.stage.composer.close()
"""


@pytest.mark.parametrize(("scale", "size"), [("1.25", "500 375"), ("2", "800 600")])
def test_hundred_percent_on_a_sharp_screen(scale: str, size: str) -> None:
    """One device pixel a picture pixel, at any scale of the screen."""
    root = Path(__file__).resolve().parents[3]
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", _SCALED], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == f"{size} True", done.stderr


def test_a_late_tile_of_another_picture_is_refused() -> None:
    chunks = Chunks(600, 400, True, 1 << 20)
    tile = np.full((256, 256, 4), 9, np.uint8)
    version = chunks.version
    assert chunks.put((0, 0, 0), version, tile)
    for i in range(200):  # many small changes do not make it forget
        chunks.change(Rect(i, 0, i + 1, 1))
    assert not chunks.fresh((0, 0, 0))
    assert chunks.put((0, 0, 1), version, tile)
    assert chunks.put((0, 1, 1), version, tile[:144])
    assert not chunks.fresh((0, 0, 0))
    assert chunks.fresh((0, 1, 1)), "a change elsewhere made it stale"
    old = chunks.version
    chunks.clear(600, 400, True)
    assert not chunks.put((0, 0, 0), old, tile)
    for i in range(200):
        chunks.change(Rect(i, 0, i + 1, 1))
    assert not chunks.put((0, 0, 0), old, tile)


def test_neighbours_exchange_their_edges() -> None:
    left, right = Chunk((0, 0, 0), 2 * EXTENT, 300, True), Chunk((0, 0, 1), 2 * EXTENT, 300, True)
    a, b = noise(256, 256, 1, 4), noise(256, 256, 2, 4)
    left.put(0, 3, a, 1)
    assert np.array_equal(left.pixels[1:257, -1], a[:, -1]), "the picture's own edge while there is no neighbour"
    right.put(0, 4, b, 1)
    left.join_right(right)
    assert np.array_equal(left.pixels[1:257, -1], b[:, 0])
    assert np.array_equal(right.pixels[1:257, 0], a[:, -1])


sizes = st.integers(1, 40_000)


@settings(max_examples=60, deadline=None)
@given(sizes, sizes, st.integers(160, 4000), st.integers(120, 3000), st.floats(0.001, 100), st.data())
def test_a_view_keeps_what_is_pointed_at(
    width: int, height: int, wide: int, high: int, zoom: float, data: st.DataObject
) -> None:
    view = View(wide, high, width, height).fitted(0)
    x, y = data.draw(st.floats(0, wide)), data.draw(st.floats(0, high))
    px, py = view.to_picture(x, y)
    after = view.zoomed(zoom, x, y)
    assert view.smallest <= after.zoom <= max(64, view.fitting(0))
    free = replace(after, x=x - px * after.zoom, y=y - py * after.zoom)
    if free.kept() == free:  # else it had to be held in sight
        qx, qy = after.to_picture(x, y)
        assert math.isclose(qx, px, abs_tol=1.01 / min(view.zoom, after.zoom))
        assert math.isclose(qy, py, abs_tol=1.01 / min(view.zoom, after.zoom))
    assert not after.visible.empty
    assert not after.moved(data.draw(st.floats(-1e7, 1e7)), data.draw(st.floats(-1e7, 1e7))).visible.empty


def test_nothing_is_asked_for_twice(shown: Shown) -> None:
    """A slider's drag over the whole picture asks for each tile again, but for none that is being made as it is."""
    state = shown.state(noise(900, 900))
    shown.canvas.show_state(state)
    shown.settle()
    asked: list[int] = []
    wish = shown.canvas.stage.composer.wish
    shown.canvas.stage.composer.wish = lambda wishes: (asked.append(len(wishes)), wish(wishes))[1]  # type: ignore[method-assign]
    for opacity in (0.9, 0.8, 0.7):
        edit = doc.set_opacity(state, state.layers[0].id, opacity)
        shown.canvas.show_state(edit.state, Change(edit.change.rect, layers=True))
        state = edit.state
    shown.canvas.update()
    shown.settle()
    assert len(asked) == 3
