"""Before and after: split, side by side, the key that is held."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from ganstudio.core import document as doc

from .conftest import Shown, noise, ramp

RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture
def compared(shown: Shown) -> Shown:
    """A red picture that became a blue one four times as large; it fills the widget."""
    before = shown.state(np.full((300, 400, 3), RED, np.uint8))
    after = shown.state(np.full((1200, 1600, 3), BLUE, np.uint8))
    shown.canvas.show_state(after)
    shown.canvas.compare(before)
    shown.canvas.set_zoom(1.0)
    return shown


def test_the_split_is_where_the_line_is(compared: Shown) -> None:
    compared.canvas.set_mode("split")
    for share in (0.5, 0.25, 0.8):
        compared.canvas.set_split(share)
        row = compared.pixels()[100]
        line = round(640 * share)
        assert (row[: line - 2] == RED).all()
        assert (row[line + 2 :] == BLUE).all()
        assert (row[line - 1 : line + 1].min(1) > 180).all(), "no white line"


def test_the_line_is_dragged_by_itself_and_by_its_handle(compared: Shown) -> None:
    canvas = compared.canvas
    canvas.set_mode("split")
    compared.drag((321, 50), (200, 60), (160, 60))
    assert canvas.split == pytest.approx(0.25)
    assert canvas.handle.geometry().center().x() == pytest.approx(160, abs=1)
    compared.qtbot.mousePress(canvas.handle, Qt.MouseButton.LeftButton, pos=QPoint(15, 15))
    compared.qtbot.mouseMove(canvas.handle, QPoint(15 + 160, 15))
    compared.qtbot.mouseRelease(canvas.handle, Qt.MouseButton.LeftButton, pos=QPoint(15, 15))
    assert canvas.split == pytest.approx(0.5, abs=0.01)
    assert canvas.view.left == canvas.view.frame.x0, "the picture moved"


def test_keys_move_the_line(compared: Shown) -> None:
    canvas = compared.canvas
    canvas.set_mode("split")
    compared.qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.split == pytest.approx(0.49)
    compared.qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.split == pytest.approx(0.59)
    compared.qtbot.keyClick(canvas.handle, Qt.Key.Key_Right)
    assert canvas.split == pytest.approx(0.60)
    compared.qtbot.keyClick(canvas.handle, Qt.Key.Key_Home)
    assert canvas.split == 0
    assert canvas.handle.accessibleName()


def test_side_by_side_in_step(shown: Shown) -> None:
    """Both panes show the same part of the picture, pixel for pixel."""
    picture = ramp(800, 600)
    state = shown.state(picture)
    inverted = shown.state(255 - picture)
    canvas = shown.canvas
    canvas.show_state(state)
    canvas.compare(inverted)
    canvas.set_mode("side")
    shown.bare()
    canvas.set_zoom(1.0)
    canvas.pan(-37, 11)
    seen = shown.pixels()[:440]  # above the labels
    left, right = seen[:, :318].astype(int), seen[:, 322:].astype(int)
    part = canvas.visible_rect()
    assert np.array_equal(right, picture[part.slices][:440])
    assert np.array_equal(left, 255 - right)


def test_the_picture_before_lies_exactly_under_the_result(shown: Shown) -> None:
    """Enlarged by whole numbers, every pixel of the one before covers its block."""
    small = noise(60, 40)
    state = shown.state(small)
    big = shown.state(np.repeat(np.repeat(small, 4, 0), 4, 1))
    shown.canvas.show_state(big)
    shown.canvas.set_zoom(2.0)
    alone = shown.pixels()[:430]
    shown.canvas.compare(state)
    shown.canvas.hold_original(True)
    assert np.array_equal(shown.pixels()[:430], alone)


def test_the_original_shows_while_its_key_is_held(compared: Shown) -> None:
    canvas = compared.canvas
    assert (compared.pixels()[100] == BLUE).all()
    compared.qtbot.keyPress(canvas, Qt.Key.Key_Backslash)
    assert (compared.pixels()[100] == RED).all()
    compared.qtbot.keyRelease(canvas, Qt.Key.Key_Backslash)
    assert (compared.pixels()[100] == BLUE).all()


def test_y_goes_round(compared: Shown) -> None:
    seen = []
    compared.canvas.mode_changed.connect(seen.append)
    for _ in range(3):
        compared.qtbot.keyClicks(compared.canvas, "y")
    assert seen == ["split", "side", "result"]


def test_without_something_to_compare_there_is_no_split(shown: Shown) -> None:
    shown.canvas.show_state(shown.state(np.full((480, 640, 3), BLUE, np.uint8)))
    shown.canvas.set_zoom(1.0)
    shown.canvas.set_mode("split")
    assert (shown.pixels()[100] == BLUE).all()
    assert not shown.canvas.handle.isVisible()
    with pytest.raises(ValueError, match="sideways"):
        shown.canvas.set_mode("sideways")


def test_an_edit_of_the_result_leaves_the_one_before(compared: Shown) -> None:
    canvas = compared.canvas
    canvas.set_mode("split")
    state = canvas.state
    assert state is not None
    edit = doc.set_visible(state, state.layers[0].id, False)
    canvas.show_state(edit.state, edit.change)
    row = compared.pixels()[100]
    assert (row[:318] == RED).all()
    assert len(np.unique(row[324:], axis=0)) == 2, "no squares where nothing is left"


def test_the_handle_goes_with_what_was_compared(compared: Shown) -> None:
    canvas = compared.canvas
    canvas.set_mode("split")
    assert canvas.handle.isVisible() and canvas.pill.isVisible()
    canvas.show_state(None)
    canvas.compare(None)
    assert not canvas.handle.isVisible() and not canvas.pill.isVisible()
    canvas.show_state(compared.state(np.full((480, 640, 3), BLUE, np.uint8)))
    assert canvas.pill.isVisible() and not canvas.handle.isVisible()
