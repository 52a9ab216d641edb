"""Painting masks: what the brush leaves is what `core.document.paint` makes of the same points."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ganstudio.core import document as doc
from ganstudio.core.document import Point, Rect, State
from ganstudio.ui.canvas import Painted

from .conftest import Shown, noise

WHITE, BLACK = 255, 0


@pytest.fixture
def easel(shown: Shown) -> Shown:
    """A white layer over a black one, shown at 100 %, its corner at (120, 40) of the widget."""
    state = shown.state(np.full((400, 400, 3), BLACK, np.uint8))
    top = doc.add(state, shown.tiles(np.full((400, 400, 3), WHITE, np.uint8)), "Top", layer_id="top")
    shown.canvas.show_state(top.state)
    shown.canvas.active_layer = "top"
    shown.canvas.set_zoom(1.0)
    assert (shown.canvas.view.left, shown.canvas.view.top) == (120, 40)
    shown.canvas.brush.set_size(40)
    shown.bare()
    return shown


def mask_of(state: State, layer: str = "top") -> np.ndarray:
    mask = state.layer(layer).mask
    assert mask is not None
    return mask.read(Rect(0, 0, mask.width, mask.height))[..., 0]


def test_a_stroke_is_what_the_document_paints(easel: Shown) -> None:
    canvas = easel.canvas
    base = canvas.state
    assert base is not None
    canvas.use("eraser")
    with easel.qtbot.waitSignal(canvas.stroke_painted) as told:
        easel.drag((200, 100), (260, 180), (300, 120))
    painted: Painted = told.args[0]  # type: ignore[index]
    points = [Point(80, 60), Point(140, 140), Point(180, 80)]
    assert painted.points == points
    wanted = doc.paint(base, "top", canvas.brush.brush(erase=True), points)
    assert np.array_equal(mask_of(painted.edit.state), mask_of(wanted.state))
    assert painted.edit.change == wanted.change
    assert painted.edit.label == wanted.label
    assert painted.on(base) is painted.edit
    other = doc.rename(base, "top", "Renamed").state
    assert np.array_equal(mask_of(painted.on(other).state), mask_of(wanted.state))


def test_strokes_are_seen_while_painted_and_undone(easel: Shown) -> None:
    canvas = easel.canvas
    assert canvas.state is not None
    document = easel.follow(canvas.state)
    canvas.active_layer = "top"
    canvas.set_zoom(1.0)
    canvas.use("eraser")
    clean = easel.pixels()
    easel.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.to_widget(100.5, 100.5).toPoint())
    easel.qtbot.waitUntil(lambda: canvas.shown is not canvas.state)
    assert (easel.pixels()[140, 220] == BLACK).all(), "not seen before the button goes up"
    assert not document.can_undo, "a step before it is finished"
    easel.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.to_widget(100.5, 100.5).toPoint())
    easel.qtbot.waitUntil(lambda: document.can_undo)
    canvas.tool.hover(None)
    painted = easel.pixels()
    assert (painted[140, 220] == BLACK).all()
    assert (painted[140, 245] == WHITE).all()
    change = document.undo()
    canvas.show_state(document.state, change)
    assert np.array_equal(easel.pixels(), clean)
    change = document.redo()
    canvas.show_state(document.state, change)
    assert np.array_equal(easel.pixels(), painted)


def test_the_brush_brings_back_what_the_eraser_took(easel: Shown) -> None:
    canvas = easel.canvas
    assert canvas.state is not None
    document = easel.follow(doc.fill_mask(canvas.state, "top", 0).state)
    canvas.active_layer = "top"
    canvas.set_zoom(1.0)
    canvas.use("brush")
    easel.drag((200, 200), (260, 200))
    easel.qtbot.waitUntil(lambda: document.can_undo)
    canvas.tool.hover(None)
    seen = easel.pixels()
    assert (seen[200, 230] == WHITE).all()
    assert (seen[300, 230] == BLACK).all()


def test_quick_strokes_wait_for_each_other(easel: Shown) -> None:
    canvas = easel.canvas
    assert canvas.state is not None
    document = easel.follow(canvas.state)
    canvas.active_layer = "top"
    canvas.set_zoom(1.0)
    canvas.use("eraser")
    for x in (150, 250, 350, 450):
        easel.drag((x, 100), (x, 300))
    easel.qtbot.waitUntil(lambda: len(document.labels) == 5, timeout=10_000)
    assert document.labels[1:] == ("Erase mask",) * 4
    canvas.tool.hover(None)
    row = easel.pixels()[200]
    assert [bool((row[x] == BLACK).all()) for x in (150, 200, 250, 300, 350, 400, 450)] == [True, False] * 3 + [True]


def test_escape_gives_a_stroke_up(easel: Shown) -> None:
    canvas, told = easel.canvas, []
    canvas.stroke_painted.connect(told.append)
    canvas.use("eraser")
    clean = easel.pixels()
    easel.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    easel.qtbot.waitUntil(lambda: canvas.shown is not canvas.state)
    easel.qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    easel.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    canvas.tool.hover(None)
    assert np.array_equal(easel.pixels(), clean)
    assert told == []


def test_a_stroke_that_nobody_takes_goes(easel: Shown) -> None:
    canvas = easel.canvas
    canvas.use("eraser")
    clean = easel.pixels()
    with easel.qtbot.waitSignal(canvas.stroke_painted):
        easel.drag((300, 200), (350, 200))
    canvas.tool.hover(None)
    assert np.array_equal(easel.pixels(), clean)


def test_undo_in_the_middle_of_a_stroke_ends_it(easel: Shown) -> None:
    canvas = easel.canvas
    assert canvas.state is not None
    first = canvas.state
    edit = doc.set_opacity(first, "top", 0.5)
    canvas.show_state(edit.state, edit.change)
    canvas.use("eraser")
    easel.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    easel.qtbot.waitUntil(lambda: canvas.shown is not canvas.state)
    canvas.show_state(first, edit.change)
    easel.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    canvas.tool.hover(None)
    assert canvas.shown is first
    assert (easel.pixels()[240, 320] == WHITE).all()


def test_a_locked_layer_says_so(easel: Shown) -> None:
    canvas, told = easel.canvas, []
    canvas.trouble.connect(told.append)
    assert canvas.state is not None
    edit = doc.set_locked(canvas.state, "top", True)
    canvas.show_state(edit.state, edit.change)
    canvas.use("brush")
    easel.drag((300, 200), (350, 200))
    canvas.active_layer = None
    easel.drag((300, 200), (350, 200))
    assert len(told) == 2
    assert "locked" in told[0]


def test_keys_of_the_brush(easel: Shown) -> None:
    canvas, brush, seen = easel.canvas, easel.canvas.brush, []
    canvas.tool_changed.connect(seen.append)
    canvas.use("brush")
    size, feather = brush.size, brush.feather
    easel.qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert brush.size > size
    easel.qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert brush.size == pytest.approx(size)
    easel.qtbot.keyClick(canvas, Qt.Key.Key_BraceRight, Qt.KeyboardModifier.ShiftModifier)
    assert brush.feather == pytest.approx(feather + 0.1)
    easel.qtbot.keyClick(canvas, Qt.Key.Key_X)
    easel.qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert seen == ["brush", "eraser", "brush"]
    for _ in range(60):
        easel.qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert brush.size == 1
    assert brush.brush(erase=False).radius == 0.5


def test_the_ring_is_as_large_as_the_brush(easel: Shown) -> None:
    canvas = easel.canvas
    canvas.use("brush")
    canvas.brush.set_size(100)
    clean = easel.pixels()
    easel.hover(320, 200)
    changed = np.argwhere((easel.pixels() != clean).any(2))
    top, left = changed.min(0)
    bottom, right = changed.max(0)
    assert (left + right) / 2 == pytest.approx(320, abs=1)
    assert right - left == pytest.approx(102, abs=3)
    assert bottom - top == pytest.approx(102, abs=3)
    easel.qtbot.keyClicks(canvas, "]")
    changed = np.argwhere((easel.pixels() != clean).any(2))
    assert changed.max(0)[1] > right


def test_the_mask_can_be_seen(easel: Shown) -> None:
    canvas = easel.canvas
    assert canvas.state is not None
    mask = np.zeros((400, 400, 1), np.uint8)
    mask[:, :200] = 255
    tiles = easel.tiles(mask)
    edit = doc.set_mask(canvas.state, "top", tiles)
    canvas.show_state(edit.state, edit.change)
    plain = easel.pixels().astype(int)
    canvas.show_mask("top", (0, 200, 0))
    veiled = easel.pixels().astype(int)
    share = 0.35
    assert np.abs(veiled[240, 200] - (plain[240, 200] * (1 - share) + np.array([0, 200, 0]) * share)).max() <= 1
    assert (veiled[240, 420] == plain[240, 420]).all()
    canvas.show_mask(None)
    assert np.array_equal(easel.pixels(), plain)


def test_painting_on_a_moved_layer_of_another_size(shown: Shown) -> None:
    state = shown.state(noise(300, 300))
    edit = doc.add(state, shown.tiles(noise(120, 80, 2)), "Small", x=100, y=50, layer_id="small")
    document = shown.follow(edit.state)
    canvas = shown.canvas
    canvas.set_zoom(2.0)
    canvas.brush.set_size(30)
    canvas.use("eraser")
    places = [canvas.to_widget(x, y).toPoint() for x, y in ((110, 60), (150, 90))]
    shown.drag(*((place.x(), place.y()) for place in places))
    shown.qtbot.waitUntil(lambda: document.can_undo)
    points = [
        Point(canvas.to_picture(place.toPointF()).x(), canvas.to_picture(place.toPointF()).y()) for place in places
    ]
    wanted = doc.paint(edit.state, "small", canvas.brush.brush(erase=True), points)
    assert np.array_equal(mask_of(document.state, "small"), mask_of(wanted.state, "small"))
