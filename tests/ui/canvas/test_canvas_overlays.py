"""A running task's result over the original, and trials on a region."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from ganstudio.core import document as doc
from ganstudio.core.document import Rect
from ganstudio.core.raster import Picture
from ganstudio.ui.canvas import RunningView, Trial

from .conftest import Shown, noise

GREY, GREEN, RED = (90, 90, 90), (20, 180, 20), (200, 20, 20)


@pytest.fixture
def grey(shown: Shown) -> Shown:
    shown.canvas.show_state(shown.state(np.full((480, 640, 3), GREY, np.uint8)))
    shown.canvas.set_zoom(1.0)
    shown.bare()
    return shown


def colour_at(shown: Shown, x: int, y: int) -> tuple[int, ...]:
    return tuple(int(value) for value in shown.pixels()[y, x])


def test_a_result_fills_in_tile_by_tile(grey: Shown) -> None:
    """Only what is there is shown; the file's other samples, whatever they are, never are."""
    pixels = np.zeros((960, 1280, 3), np.uint8)
    raster = Picture.of(pixels)
    whole, done = Rect(0, 0, 640, 480), []
    for x in range(0, 1280, 256):
        rect = Rect(x, 0, x + 256, 256)
        pixels[rect.slices] = GREEN
        done = [*done, rect]
        grey.canvas.set_running(RunningView(whole, 2.0, done, raster))
        seen = grey.pixels()
        edge = (x + 256) // 2
        assert (seen[5:120, 5 : edge - 5] == GREEN).all()
        assert (seen[140:250, 10:118] == GREY).all()
        assert not (seen == 0).all(2).any(), "samples were shown that are not there"
    frame = grey.pixels()[128:256, 0:128]
    assert (frame[2:-2, 2:-2] == GREY).all()
    assert (frame[1:-1, 0] != GREY).any(), "no hairline around a tile to come"
    grey.canvas.set_running(None)
    assert (grey.pixels() == GREY).all()


@pytest.mark.parametrize("zoom", [0.37, 0.8, 1.3, 2.0])
def test_what_is_not_there_is_not_mixed_in(grey: Shown, zoom: float) -> None:
    """Samples of tiles to come are 0; along the edges of those that came nothing is darker than either."""
    pixels = np.zeros((960, 1280, 3), np.uint8)
    rect = Rect(0, 0, 333, 259)
    pixels[rect.slices] = (200, 200, 200)
    grey.canvas.set_zoom(zoom)
    grey.canvas.set_running(RunningView(Rect(0, 0, 640, 480), 2.0, [rect], Picture.of(pixels)))
    seen = grey.pixels()
    frame = grey.canvas.view.frame.clipped(Rect(0, 0, seen.shape[1], seen.shape[0]))
    inside = seen[frame.slices][2:-2, 2:-2]
    assert (inside >= 90).all() and (inside == 200).any()


def test_frames_begin_where_tiles_end(grey: Shown) -> None:
    """The first tile is often smaller than the ones after it."""
    raster = Picture.of(np.full((960, 1280, 3), 200, np.uint8))
    done = [Rect(0, 0, 160, 160), Rect(160, 0, 352, 160)]
    grey.canvas.set_running(RunningView(Rect(0, 0, 640, 480), 2.0, done[:1], raster))
    grey.pixels()
    grey.canvas.set_running(RunningView(Rect(0, 0, 640, 480), 2.0, done, raster))
    seen = grey.pixels()
    line = np.flatnonzero((seen[110] != GREY).any(1))
    assert 80 in line and 176 in line and not {160, 240} & set(line.tolist())


def test_a_result_is_sharp_when_zoomed_in(grey: Shown) -> None:
    picture = noise(1280, 960)
    grey.canvas.set_running(RunningView(Rect(0, 0, 640, 480), 2.0, [Rect(0, 0, 1280, 960)], Picture.of(picture)))
    grey.canvas.set_zoom(2.0)
    grey.canvas.centre_on(320, 240)
    view = grey.canvas.view
    seen = grey.pixels()
    assert np.array_equal(seen, picture[-view.top : -view.top + 480, -view.left : -view.left + 640])


def test_one_trial_lies_on_its_region(grey: Shown) -> None:
    region = Rect(200, 100, 400, 300)
    image = Picture.of(np.full((400, 400, 3), GREEN, np.uint8))
    grey.canvas.set_trials([Trial(region, "Photo", image)])
    seen = grey.pixels()
    assert (seen[104:260, 204:396] == GREEN).all()
    assert (seen[50:95] == GREY).all()
    assert not (seen[100, 200:400] == GREEN).all(), "no frame"
    assert (seen[270:295, 205:240] != GREEN).any(), "no name"
    grey.canvas.set_trials([])
    assert (grey.pixels() == GREY).all()


def test_trials_show_the_same_place_side_by_side(grey: Shown) -> None:
    base = noise(200, 200)
    region = Rect(220, 100, 420, 300)
    pictures = [base, 255 - base, base // 2]
    grey.canvas.set_trials([Trial(region, f"T{i}", Picture.of(p)) for i, p in enumerate(pictures)])
    seen = grey.pixels()
    row = seen[150:200]
    starts = []
    for picture in pictures:
        part = picture[50:100, 60:80]
        found = [x for x in range(640 - 20) if np.array_equal(row[:, x : x + 20], part)]
        assert len(found) == 1
        starts += found
    assert starts[1] - starts[0] == starts[2] - starts[1] > 190


def test_a_click_adopts_a_trial(grey: Shown) -> None:
    region = Rect(220, 100, 420, 300)
    images = [Picture.of(np.full((200, 200, 3), colour, np.uint8)) for colour in (GREEN, RED)]
    chosen: list[int] = []
    grey.canvas.trial_chosen.connect(chosen.append)
    grey.canvas.set_trials([Trial(region, "A", images[0]), Trial(region, "B", images[1])])
    seen = grey.pixels()
    for colour in (RED, GREEN):
        y, x = np.argwhere((seen == colour).all(2))[3000]
        grey.qtbot.mouseClick(grey.canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    assert chosen == [1, 0]


def test_trials_by_keys(grey: Shown) -> None:
    region = Rect(220, 100, 420, 300)
    image = Picture.of(np.full((200, 200, 3), GREEN, np.uint8))
    chosen: list[int] = []
    grey.canvas.trial_chosen.connect(chosen.append)
    grey.canvas.set_trials([Trial(region, "A", image), Trial(region, "B", None)])
    grey.qtbot.keyClick(grey.canvas, Qt.Key.Key_Right)
    grey.qtbot.keyClick(grey.canvas, Qt.Key.Key_Return)
    assert chosen == [1]
    with grey.qtbot.waitSignal(grey.canvas.trials_dismissed):
        grey.qtbot.keyClick(grey.canvas, Qt.Key.Key_Escape)
    with pytest.raises(ValueError, match="4 trials"):
        grey.canvas.set_trials([Trial(region, "A", image)] * 4)


def test_a_trial_that_arrives_takes_its_place(grey: Shown) -> None:
    region = Rect(100, 100, 300, 300)
    first = Picture.of(np.full((200, 200, 3), GREEN, np.uint8))
    grey.canvas.set_trials([Trial(region, "A", first), Trial(region, "B", None)])
    assert not (grey.pixels() == RED).all(2).any()
    second = Picture.of(np.full((200, 200, 3), RED, np.uint8))
    grey.canvas.set_trials([Trial(region, "A", first), Trial(region, "B", second)])
    seen = grey.pixels()
    assert (seen == RED).all(2).sum() > 30_000
    assert (seen == GREEN).all(2).sum() > 30_000
    assert len(grey.canvas.stage.planes) == 3


def test_no_split_runs_through_a_trial(grey: Shown) -> None:
    canvas = grey.canvas
    canvas.compare(grey.state(np.full((480, 640, 3), RED, np.uint8)))
    canvas.handle.resize(30, 30)
    canvas.set_mode("split")
    assert canvas.handle.isVisible()
    region = Rect(220, 140, 420, 340)
    canvas.set_trials([Trial(region, "Photo", Picture.of(np.full((200, 200, 3), GREEN, np.uint8)))])
    assert not canvas.handle.isVisible()
    seen = grey.pixels()
    assert (seen[150:300, 310:330] == GREEN).all()
    assert (seen[20:120, 319:321].min(2) > 180).all(), "outside of it the line stays"
    canvas.set_trials([])
    assert canvas.handle.isVisible()


def test_the_veil_of_a_hidden_layer_follows_its_mask(grey: Shown) -> None:
    """Nothing else of it is seen, so that the document says that nothing has changed."""
    state = grey.canvas.shown
    assert state is not None
    state = doc.add(state, grey.tiles(noise(480, 640)), "Hidden", layer_id="hidden").state
    state = doc.set_visible(state, "hidden", False).state
    state = doc.invert_mask(state, "hidden").state
    grey.canvas.show_state(state, None)
    grey.canvas.set_zoom(1.0)
    grey.canvas.show_mask("hidden", RED)
    assert colour_at(grey, 300, 200) == GREY  # it hides everything
    edit = doc.invert_mask(state, "hidden")
    grey.canvas.show_state(edit.state, edit.change)
    veiled = colour_at(grey, 300, 200)
    assert veiled[0] > GREY[0] > veiled[1]
    edit = doc.move(edit.state, "hidden", 400, 0)
    grey.canvas.show_state(edit.state, edit.change)
    assert colour_at(grey, 300, 200) == GREY and colour_at(grey, 500, 200) == veiled
