"""Zoom and pan with real events, looked at in real pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QInputDevice, QNativeGestureEvent, QPainter, QPaintEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core import document as doc
from ganstudio.core.document import Change, Rect
from ganstudio.ui import theme

from .conftest import Shown, noise, ramp


def surround() -> tuple[int, int, int]:
    now = theme.theme().now.canvas
    return now.red(), now.green(), now.blue()


def colour(pixel: np.ndarray) -> tuple[int, ...]:
    return tuple(int(value) for value in pixel)


def test_a_new_picture_is_fitted_and_stays_fitted(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(noise(800, 300)))
    assert shown.canvas.zoom == pytest.approx((640 - 64) / 800)
    shown.canvas.resize(500, 480)
    assert shown.canvas.zoom == pytest.approx((500 - 64) / 800)
    assert shown.canvas.visible_rect() == Rect(0, 0, 800, 300)


def test_hundred_percent_is_one_device_pixel(shown: Shown) -> None:
    picture = noise(1500, 1200)
    shown.canvas.show_state(shown.state(picture))
    shown.canvas.set_zoom(1.0)
    shown.bare()
    seen = shown.canvas.visible_rect()
    assert (seen.width, seen.height) == (640, 480)
    assert np.array_equal(shown.pixels(), picture[seen.slices])


def test_the_wheel_zooms_at_the_pointer(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(ramp(1000, 900)))
    at = QPointF(200, 350)
    for notches in (1, 3, 5, -2, 7, -10):
        before, zoom = shown.canvas.to_picture(at), shown.canvas.zoom
        shown.wheel(at.x(), at.y(), notches)
        after = shown.canvas.to_picture(at)
        assert shown.canvas.zoom == pytest.approx(zoom * 2 ** (notches / 4))
        far = 1.01 / min(zoom, shown.canvas.zoom)  # the corner lies on a whole pixel of the screen
        assert abs(after.x() - before.x()) <= far
        assert abs(after.y() - before.y()) <= far


def test_the_pixel_under_the_pointer_stays(shown: Shown) -> None:
    """Seen, not computed: the very colour that was under the pointer is still there after zooming in."""
    shown.canvas.show_state(shown.state(ramp(256, 256)))
    shown.canvas.set_zoom(1.0)
    shown.hover(300, 200)
    before = shown.pixels()[200, 300].astype(int)
    shown.wheel(300, 200, 12)
    assert shown.canvas.zoom == pytest.approx(8)
    after = shown.pixels()[195:205, 295:305].reshape(-1, 3).astype(int)
    assert np.abs(after - before).sum(1).min() <= 1


def test_pixels_are_squares_with_a_grid_from_eight_on(shown: Shown) -> None:
    picture = noise(64, 64)
    shown.canvas.show_state(shown.state(picture))
    shown.canvas.set_zoom(8.0)
    shown.bare()
    seen, view = shown.pixels(), shown.canvas.view
    x, y = 30, 31
    left, top = view.left + 8 * x, view.top + 8 * y
    assert (seen[top + 1 : top + 8, left + 1 : left + 8] == picture[y, x]).all()
    assert not (seen[top, left : left + 8] == picture[y, x]).all(), "no line above the pixel"
    shown.canvas.set_zoom(4.0)
    seen, view = shown.pixels(), shown.canvas.view
    left, top = view.left + 4 * x, view.top + 4 * y
    assert (seen[top : top + 4, left : left + 4] == picture[y, x]).all()


@pytest.mark.parametrize(
    ("key", "zoom"),
    [("1", 1.0), ("+", 2 / 3), ("-", 0.5)],
)
def test_keys_zoom(shown: Shown, key: str, zoom: float) -> None:
    shown.canvas.show_state(shown.state(noise(1000, 700)))  # fitted at 57.6 %
    shown.qtbot.keyClicks(shown.canvas, key)
    assert shown.canvas.zoom == pytest.approx(zoom)
    shown.qtbot.keyClicks(shown.canvas, "3")
    assert shown.canvas.zoom == pytest.approx(576 / 1000)
    shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert shown.canvas.zoom == 1.0
    shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert shown.canvas.zoom == pytest.approx(576 / 1000)


def test_middle_button_and_space_pan(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(noise(2000, 2000)))
    shown.canvas.set_zoom(1.0)
    seen = shown.canvas.visible_rect()
    shown.drag((300, 200), (280, 250), button=Qt.MouseButton.MiddleButton)
    assert shown.canvas.visible_rect() == seen.moved(20, -50)
    shown.canvas.use("crop")  # with any tool
    shown.qtbot.keyPress(shown.canvas, Qt.Key.Key_Space)
    shown.drag((300, 200), (320, 150))
    shown.qtbot.keyRelease(shown.canvas, Qt.Key.Key_Space)
    assert shown.canvas.visible_rect() == seen
    shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert shown.canvas.visible_rect() == seen  # the crop tool's arrows size its frame


def test_control_and_space_zoom_smoothly(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(noise(800, 800)))
    shown.canvas.set_zoom(1.0)
    shown.qtbot.keyPress(shown.canvas, Qt.Key.Key_Space)
    shown.qtbot.mousePress(
        shown.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, QPointF(300, 200).toPoint()
    )
    shown.hover(400, 200)
    assert shown.canvas.zoom == pytest.approx(2.0)
    shown.qtbot.mouseRelease(shown.canvas, Qt.MouseButton.LeftButton, pos=QPointF(400, 200).toPoint())
    shown.qtbot.keyRelease(shown.canvas, Qt.Key.Key_Space)


def test_the_picture_cannot_be_lost(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(noise(300, 200)))
    shown.canvas.pan(1e6, -1e6)
    assert not shown.canvas.visible_rect().empty
    for _ in range(60):
        shown.wheel(10, 10, -5)
    assert shown.canvas.zoom >= 1 / 8
    for _ in range(60):
        shown.wheel(630, 10, 5)
    assert shown.canvas.zoom == 64
    assert not shown.canvas.visible_rect().empty


def test_an_upscaled_picture_stays_in_its_place(shown: Shown) -> None:
    state = shown.state(ramp(200, 150))
    shown.canvas.show_state(state)
    shown.canvas.set_zoom(6.0, QPointF(100, 100))
    corner, zoom = shown.canvas.to_widget(50, 40), shown.canvas.zoom
    edit = doc.resize(state, 800, 600)
    shown.canvas.show_state(edit.state, edit.change)
    assert shown.canvas.zoom == pytest.approx(zoom / 4)
    assert shown.canvas.to_widget(200, 160) == corner
    edit = doc.rotate(edit.state, 90)
    shown.canvas.show_state(edit.state, edit.change)
    assert shown.canvas.visible_rect() == Rect(0, 0, 600, 800)


def test_the_pill_says_and_sets_the_zoom(shown: Shown, qtbot: QtBot) -> None:
    shown.canvas.show_state(shown.state(noise(1000, 700)))
    field = shown.canvas.pill.field
    assert field.text() == "58 %"
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "125")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert shown.canvas.zoom == 1.25
    assert field.text() == "125 %"
    field.selectAll()
    qtbot.keyClicks(field, "much")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "125 %"


def test_surround_and_checkerboard(shown: Shown) -> None:
    clear = np.dstack([noise(100, 100), np.zeros((100, 100), np.uint8)])
    shown.canvas.show_state(shown.state(clear))
    shown.canvas.set_zoom(1.0)
    seen, view = shown.pixels(), shown.canvas.view
    assert colour(seen[5, 5]) == surround()
    inside = seen[view.top : view.top + 100, view.left : view.left + 100].reshape(-1, 3)
    assert len(np.unique(inside, axis=0)) == 2
    assert (inside[:, 0] == inside[:, 2]).all(), "the squares are not grey"


def test_half_clear_pixels_show_the_squares(shown: Shown) -> None:
    half = np.zeros((64, 64, 4), np.uint8)
    half[...] = (255, 0, 0, 128)
    shown.canvas.show_state(shown.state(half))
    shown.canvas.set_zoom(1.0)
    seen, view = shown.pixels(), shown.canvas.view
    inside = np.unique(seen[view.top : view.top + 64, view.left : view.left + 64].reshape(-1, 3), axis=0).astype(int)
    squares = np.array([[0xA0] * 3, [0xC8] * 3])
    want = np.array([255, 0, 0]) * 128 / 255 + squares * 127 / 255
    assert np.abs(inside - want).max() <= 1


def test_only_what_changed_is_painted_again(shown: Shown) -> None:
    picture = noise(1500, 1200)
    state = shown.state(picture)
    shown.canvas.show_state(state)
    shown.canvas.set_zoom(1.0)
    shown.settle()
    regions = []
    paint = shown.canvas.paint_picture

    def watched(painter: object, where: object) -> None:
        regions.append(where)
        paint(painter, where)  # type: ignore[arg-type]

    shown.canvas.paint_picture = watched  # type: ignore[method-assign]
    seen = shown.canvas.visible_rect()
    patch = np.full((20, 20, 3), 255, np.uint8)
    edit = doc.paste_region(state, state.layers[0].id, seen.x0 + 300, seen.y0 + 200, patch)
    shown.canvas.show_state(edit.state, edit.change)
    shown.settle()
    assert regions, "nothing was painted"
    assert max(where.width() * where.height() for where in regions) <= 520 * 520
    assert (shown.pixels()[202:218, 302:318] == 255).all()


def test_another_document_shows_nothing_of_the_one_before(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(np.zeros((3000, 3000, 3), np.uint8)))
    white = shown.state(np.full((3000, 3000, 3), 255, np.uint8))
    shown.canvas.show_state(white, None)
    seen = shown.pixels()
    assert (seen[100:300, 200:400] == 255).all()
    shown.canvas.show_state(None)
    assert colour(shown.pixels()[240, 320]) == surround()


def test_it_says_what_it_shows(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(noise(640, 480)))
    shown.canvas.set_zoom(0.5)
    assert shown.canvas.accessibleName() == "Picture"
    assert "640 × 480" in shown.canvas.accessibleDescription()
    assert "50 %" in shown.canvas.accessibleDescription()


def test_a_change_of_nothing_asks_for_nothing(shown: Shown) -> None:
    state = shown.state(noise(300, 200))
    shown.canvas.show_state(state)
    shown.settle()
    edit = doc.rename(state, state.layers[0].id, "Another")
    shown.canvas.show_state(edit.state, Change(edit.change.rect, layers=True))
    assert shown.canvas.stage.composer.idle


def test_pinch_zooms_and_a_touchpad_pans(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(ramp(2000, 2000)))
    shown.canvas.set_zoom(1.0)
    at = QPointF(200, 150)
    place = shown.canvas.to_picture(at)
    pad = QPointingDevice(
        "pad", 7, QInputDevice.DeviceType.TouchPad, QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Position | QInputDevice.Capability.PixelScroll, 2, 1,
    )  # fmt: skip
    pinch = QNativeGestureEvent(Qt.NativeGestureType.ZoomNativeGesture, pad, 2, at, at, at, 0.5, QPointF())
    QCoreApplication.sendEvent(shown.canvas, pinch)
    assert shown.canvas.zoom == pytest.approx(1.5)
    assert shown.canvas.to_picture(at).x() == pytest.approx(place.x(), abs=1)
    shown.canvas.set_zoom(1.0)
    seen = shown.canvas.visible_rect()

    def scrolled(modifiers: Qt.KeyboardModifier) -> None:
        event = QWheelEvent(
            at, at, QPoint(30, -20), QPoint(60, -40), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.ScrollUpdate, False, Qt.MouseEventSource.MouseEventNotSynthesized, pad,
        )  # fmt: skip
        QCoreApplication.sendEvent(shown.canvas, event)

    scrolled(Qt.KeyboardModifier.NoModifier)
    assert shown.canvas.visible_rect() == seen.moved(-30, 20)
    assert shown.canvas.zoom == 1.0
    scrolled(Qt.KeyboardModifier.ControlModifier)
    assert shown.canvas.zoom < 1.0


def test_a_bar_that_comes_leaves_the_picture_where_it_is(shown: Shown, qtbot: QtBot) -> None:
    host, bar = QWidget(), QWidget()
    qtbot.addWidget(host)
    host.resize(640, 480)
    bar.setFixedHeight(40)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(bar)
    column.addWidget(shown.canvas)
    bar.hide()
    host.show()
    shown.canvas.show_state(shown.state(noise(300, 200)))
    qtbot.waitUntil(lambda: shown.canvas.height() == 480)

    def corner() -> tuple[float, float, float]:
        at = shown.canvas.mapTo(host, shown.canvas.to_widget(0, 0))
        return round(at.x()), round(at.y()), shown.canvas.zoom

    before = corner()
    for visible in (True, False):
        shown.canvas.hold()
        bar.setVisible(visible)
        qtbot.waitUntil(lambda high=440 if visible else 480: shown.canvas.height() == high)
        assert corner() == before
        assert shown.canvas.fitting == "fit"
    host.resize(900, 700)
    qtbot.waitUntil(lambda: shown.canvas.zoom > before[2])
    shown.canvas.setParent(None)  # it is closed by itself


def test_what_covers_the_picture_is_not_painted_with_it(shown: Shown, qtbot: QtBot) -> None:
    class Over(QLabel):
        painted = 0

        def paintEvent(self, event: QPaintEvent) -> None:
            Over.painted += 1
            QPainter(self).fillRect(self.rect(), QColor(1, 2, 3))

    canvas = shown.canvas
    over = Over(canvas)
    over.setGeometry(100, 100, 200, 50)
    inner = Over(over)
    inner.setGeometry(20, 10, 100, 20)
    canvas.covers.add(over)
    over.show()
    canvas.show_state(shown.state(noise(640, 480)))
    shown.settle()
    qtbot.waitUntil(lambda: Over.painted > 0)
    Over.painted = 0
    for step in range(5):
        canvas.pan(3, step)
        canvas.repaint(canvas.covers.left(canvas.rect()))
    assert Over.painted <= 5  # its corners alone, and nothing inside it
    over.hide()
    assert canvas.covers.left(canvas.rect()).boundingRect() == canvas.rect()
    seen = shown.pixels()
    assert not (seen[105:145, 105:295] == (1, 2, 3)).all(2).any()
