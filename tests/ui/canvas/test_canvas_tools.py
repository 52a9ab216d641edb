"""Crop, move, zoom, navigator, drops."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from ganstudio.core import document as doc
from ganstudio.core.document import Rect
from ganstudio.ui.canvas import Navigator
from ganstudio.ui.canvas.tools import Crop

from .conftest import Shown, noise, ramp

_No = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def cropping(shown: Shown) -> Shown:
    """400×300 at 100 %, its corner at (120, 90)."""
    shown.canvas.show_state(shown.state(noise(400, 300)))
    shown.canvas.set_zoom(1.0)
    shown.canvas.use("crop")
    shown.bare()
    assert (shown.canvas.view.left, shown.canvas.view.top) == (120, 90)
    return shown


def crop_of(shown: Shown) -> Crop:
    tool = shown.canvas.tool
    assert isinstance(tool, Crop)
    return tool


def chosen(shown: Shown) -> tuple[Rect, float]:
    with shown.qtbot.waitSignal(shown.canvas.crop_chosen) as told:
        shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_Return)
    rect, angle = told.args  # type: ignore[misc]
    return rect, angle


def test_crop_by_its_handles(cropping: Shown) -> None:
    cropping.drag((120, 90), (150, 120), (170, 130))  # the upper left corner
    cropping.drag((520, 260), (470, 200))  # the middle of the right side
    assert chosen(cropping) == (Rect(50, 40, 350, 300), 0.0)
    cropping.drag((300, 250), (310, 100))  # inside: it moves, and stays in the picture
    assert chosen(cropping) == (Rect(60, 0, 360, 260), 0.0)


def test_crop_keeps_an_aspect(cropping: Shown) -> None:
    tool = crop_of(cropping)
    tool.set_aspect(1.0)
    assert chosen(cropping)[0] == Rect(50, 0, 350, 300)
    cropping.drag((470, 390), (400, 380))
    rect = chosen(cropping)[0]
    assert rect.width == rect.height == 230
    assert (rect.x0, rect.y0) == (50, 0)


def test_crop_turns(cropping: Shown) -> None:
    tool = crop_of(cropping)
    tool.set_rect(Rect(100, 75, 300, 225))
    cropping.drag((520 - 80, 315 + 20), (440, 300))  # beyond a corner
    rect, angle = chosen(cropping)
    assert rect == Rect(100, 75, 300, 225)
    assert -20 < angle < -5
    cropping.qtbot.keyClick(cropping.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert chosen(cropping)[1] == pytest.approx(angle + 0.1)
    tool.set_angle(500)
    assert chosen(cropping)[1] == 45


def test_crop_by_keys_and_escape(cropping: Shown) -> None:
    canvas, click = cropping.canvas, cropping.qtbot.keyClick
    for _ in range(3):
        click(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    click(canvas, Qt.Key.Key_Right)
    assert chosen(cropping)[0] == Rect(1, 0, 371, 300)
    click(canvas, Qt.Key.Key_Escape)
    assert chosen(cropping)[0] == Rect(0, 0, 400, 300)


def test_crop_shows_what_goes(cropping: Shown) -> None:
    plain = cropping.pixels().astype(int)
    crop_of(cropping).set_rect(Rect(100, 100, 300, 200))
    seen = cropping.pixels().astype(int)
    assert (seen[95:180, 130:210] < plain[95:180, 130:210] + 1).all()
    assert seen[95:180, 130:210].mean() < 0.6 * plain[95:180, 130:210].mean()
    assert np.array_equal(seen[200:218, 258:282], plain[200:218, 258:282])  # between the lines of both frames
    cropping.canvas.use("hand")
    assert (cropping.pixels()[95:180, 130:210].mean()) > seen[95:180, 130:210].mean()


def test_move_drags_the_layer(shown: Shown) -> None:
    picture = ramp(400, 300)
    document = shown.follow(shown.state(picture))
    canvas = shown.canvas
    canvas.set_zoom(1.0)
    shown.bare()
    canvas.use("move")
    shown.drag((300, 200), (310, 210), (340, 225))
    layer = document.state.layers[0]
    assert (layer.x, layer.y) == (40, 25)
    seen, view = shown.pixels(), canvas.view
    assert np.array_equal(seen[view.top + 25 : view.top + 300, view.left + 40 : view.left + 400], picture[:275, :360])
    shown.qtbot.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    shown.qtbot.keyClick(canvas, Qt.Key.Key_Down)
    layer = document.state.layers[0]
    assert (layer.x, layer.y) == (30, 26)
    assert document.labels[1:] == ("Move layer",) * 3


def test_move_that_is_given_up(shown: Shown) -> None:
    state = shown.state(noise(400, 300))
    document = shown.follow(state)
    shown.canvas.use("move")
    shown.bare()
    clean = shown.pixels()
    shown.qtbot.mousePress(shown.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    shown.hover(350, 260)
    assert shown.canvas.shown is not state
    shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_Escape)
    shown.qtbot.mouseRelease(shown.canvas, Qt.MouseButton.LeftButton, pos=QPoint(350, 260))
    assert not document.can_undo
    assert np.array_equal(shown.pixels(), clean)


def test_the_zoom_tool(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(noise(1000, 1000)))
    shown.canvas.set_zoom(1.0)
    shown.canvas.use("zoom")
    at = QPointF(200, 150)
    place = shown.canvas.to_picture(at)
    shown.qtbot.mouseClick(shown.canvas, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert shown.canvas.zoom == 1.5
    assert shown.canvas.to_picture(at).x() == pytest.approx(place.x(), abs=1)
    alt = Qt.KeyboardModifier.AltModifier
    shown.qtbot.mouseClick(shown.canvas, Qt.MouseButton.LeftButton, alt, at.toPoint())
    assert shown.canvas.zoom == 1.0
    shown.drag((200, 150), (250, 150), (300, 150))
    assert shown.canvas.zoom == pytest.approx(2.0)


def test_the_navigator_moves_the_view(shown: Shown) -> None:
    navigator = Navigator()
    shown.qtbot.addWidget(navigator)
    navigator.resize(208, 208)
    navigator.attach(shown.canvas)
    navigator.show()
    shown.canvas.show_state(shown.state(np.full((2000, 2000, 3), 200, np.uint8)))
    shown.canvas.set_zoom(1.0)
    shown.qtbot.mouseClick(navigator, Qt.MouseButton.LeftButton, pos=QPoint(4 + 50, 4 + 150))
    seen = shown.canvas.visible_rect()
    assert (seen.x0 + seen.x1) / 2 == pytest.approx(500, abs=2)
    assert (seen.y0 + seen.y1) / 2 == pytest.approx(1500, abs=2)
    shown.qtbot.keyClick(navigator, Qt.Key.Key_Right)
    assert shown.canvas.visible_rect().x0 == seen.x0 + 64
    shown.qtbot.keyClicks(navigator, "+")
    assert shown.canvas.zoom == 1.5
    shown.settle()
    image = navigator.grab().toImage()
    assert image.pixelColor(54, 154).red() == 200, "the part in sight is darkened"
    assert image.pixelColor(150, 20).red() < 150, "the part out of sight is not"
    navigator.attach(None)


def test_files_are_dropped(shown: Shown) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("photo.jpg")])
    told: list[list[QUrl]] = []
    shown.canvas.files_dropped.connect(lambda data: told.append(data.urls()))
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, mime, left, _No)
    QApplication.sendEvent(shown.canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(shown.canvas, QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, mime, left, _No))
    assert told == [mime.urls()]


def test_tab_hides_panels_only_where_someone_listens(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(noise(50, 50)))
    shown.canvas.setFocus()
    told: list[bool] = []
    shown.canvas.tab_pressed.connect(lambda: told.append(True))
    shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_Tab)
    assert told == [True]


def test_a_tool_without_a_picture_does_nothing(shown: Shown) -> None:
    for name in shown.canvas.tools:
        shown.canvas.use(name)
        shown.drag((100, 100), (200, 150))
        shown.qtbot.keyClicks(shown.canvas, "+-123y[]x")
        shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_Return)
        shown.qtbot.keyClick(shown.canvas, Qt.Key.Key_Escape)
        shown.wheel(10, 10, 1)
        shown.canvas.grab()


def test_cropped_documents_are_shown_from_their_new_corner(shown: Shown) -> None:
    picture = noise(500, 400)
    state = shown.state(picture)
    shown.canvas.show_state(state)
    edit = doc.crop(state, Rect(100, 50, 400, 250))
    shown.canvas.show_state(edit.state, edit.change)
    shown.canvas.set_zoom(1.0)
    shown.bare()
    seen, view = shown.pixels(), shown.canvas.view
    assert np.array_equal(seen[view.top : view.top + 200, view.left : view.left + 300], picture[50:250, 100:400])
