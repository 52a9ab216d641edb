"""Areas of a mask: filled and erased as drawn, edges smooth, tile by tile without seams."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ganstudio.core import document as doc
from ganstudio.core.document import EditRefused, Pool, Rect, State, Tiles
from ganstudio.core.document.areas import fill_area, inside
from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture

Line = list[tuple[float, float]]


@pytest.fixture
def state() -> Iterator[State]:
    """A layer of 600 × 500 above another, moved a little."""
    pool = Pool(1 << 24)
    plain = Tiles.of(pool, Picture.of(np.zeros((500, 600, 3), np.uint8)))
    state = doc.add(doc.new_state(pool, 600, 500), plain, "Under", layer_id="under").state
    yield doc.add(state, plain, "Top", x=7, y=-5, layer_id="top").state
    pool.close()


def mask(state: State, layer_id: str = "top") -> np.ndarray:
    found = state.layer(layer_id).mask
    assert found is not None
    return found.read(found.rect)[..., 0]


def star(x: float, y: float, far: float, near: float, corners: int = 9) -> Line:
    return [
        (x + r * math.cos(a), y + r * math.sin(a))
        for n in range(2 * corners)
        for r, a in [((far, near)[n % 2], math.pi * n / corners)]
    ]


def by_pillow(line: Line, width: int, height: int) -> np.ndarray:
    """Sixteen samples a direction."""
    fine = 16
    image = Image.new("L", (width * fine, height * fine))
    ImageDraw.Draw(image).polygon([(x * fine - 0.5, y * fine - 0.5) for x, y in line], fill=255)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))


@pytest.mark.parametrize("line", [star(300, 250, 240, 90), star(20, 30, 99, 60, 5), [(3.25, 2.5), (90, 40), (9, 450)]])
def test_it_is_the_area_inside_the_line(state: State, line: Line) -> None:
    edit = fill_area(state, "top", line, erase=False)
    want = by_pillow([(x - 7, y + 5) for x, y in line], 600, 500)
    made = mask(edit.state)
    assert np.abs(made.astype(int) - want).mean() < 0.6
    assert (np.abs(made.astype(int) - want) > 100).mean() < 1e-4
    assert edit.label == "Fill area"


def test_the_first_area_on_an_upper_layer_hides_the_rest(state: State) -> None:
    box: Line = [(107, 95), (207, 95), (207, 195), (107, 195)]
    painted = mask(fill_area(state, "top", box, erase=False).state)
    assert painted[100:200, 100:200].min() == 255
    assert painted.astype(int).sum() == 255 * 100 * 100
    erased = mask(fill_area(state, "top", box, erase=True).state)
    assert np.array_equal(erased, 255 - painted)
    lowest = mask(fill_area(state, "under", box, erase=False).state, "under")
    assert (lowest == 255).all(), "the lowest layer shows already"


def test_areas_add_and_take_away(state: State) -> None:
    one: Line = [(57, 45), (157, 45), (157, 145), (57, 145)]
    two: Line = [(107, 95), (207, 95), (207, 195), (107, 195)]
    both = fill_area(fill_area(state, "top", one, False).state, "top", two, False).state
    less = fill_area(both, "top", two, True).state
    assert mask(both).astype(int).sum() == 255 * (2 * 10_000 - 2_500)
    assert mask(less).astype(int).sum() == 255 * (10_000 - 2_500)
    assert fill_area(less, "top", one, True).change.rect == Rect(56, 44, 158, 146)


def test_no_seams_between_tiles(state: State) -> None:
    line = [(x + 0.37, y + 0.21) for x, y in star(300, 250, 250, 200)]
    whole = inside(np.array(line), Rect(0, 0, 600, 500))
    parts = np.block(
        [[inside(np.array(line), Rect(x, y, x + 100, y + 100)) for x in range(0, 600, 100)] for y in range(0, 500, 100)]
    )
    assert np.abs(whole - parts).max() <= 1e-4


@pytest.mark.parametrize("line", [[], [(1, 1)], [(1, 1), (50, 50)], [(9000, 9000), (9100, 9000), (9050, 9100)]])
def test_what_goes_round_nothing_paints_nothing(state: State, line: Line) -> None:
    before = fill_area(state, "top", [(0, 0), (50, 0), (50, 50)], False).state
    after = fill_area(before, "top", line, False)
    assert np.array_equal(mask(after.state), mask(before))


def test_far_outside_is_clipped(state: State) -> None:
    all_: Line = [(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)]
    assert (mask(fill_area(state, "top", all_, False).state) == 255).all()


def test_locked_and_stopped(state: State) -> None:
    box: Line = [(0, 0), (600, 0), (600, 500), (0, 500)]
    locked = doc.set_locked(state, "top", True).state
    with pytest.raises(EditRefused, match="locked"):
        fill_area(locked, "top", box, False)
    progress = Progress()
    progress.stop()
    with pytest.raises(Cancelled):
        fill_area(state, "top", box, False, progress)
