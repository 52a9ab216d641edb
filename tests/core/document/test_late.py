"""What is made late is what would have been made at once, and is made once."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from ganstudio.core.document import Document, Pool, Rect, Tiles, composite, land, paint, resize
from ganstudio.core.document.brush import Brush, Point
from ganstudio.core.document.late import LateBlock, enlarged
from ganstudio.core.document.pyramid import level_size, read
from ganstudio.core.errors import DiskFull
from ganstudio.core.resample import resized
from tests.core.document.making import document, noise, tiles


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize(("wide", "high"), [(1400, 1060), (1500, 531), (2800, 2120)])
def test_it_is_the_same_as_made_at_once(channels: int, wide: int, high: int) -> None:
    plane = tiles(Pool(), noise(700, 530, channels))
    at_once = resized(plane.raster(), wide, high)
    late = enlarged(plane, wide, high)
    assert (late.width, late.height, late.channels, late.depth) == (wide, high, channels, 8)
    bands = [at_once.rows(y, min(y + 256, high)) for y in range(0, high, 256)]
    assert np.array_equal(late.read(late.rect), np.concatenate(bands))


def test_16_bits_are_the_same(pool: Pool) -> None:
    plane = tiles(pool, noise(300, 270, 3, 16))
    bands = [resized(plane.raster(), 600, 540).rows(y, min(y + 256, 540)) for y in range(0, 540, 256)]
    assert np.array_equal(enlarged(plane, 600, 540).read(Rect(0, 0, 600, 540)), np.concatenate(bands))


@pytest.fixture
def pool() -> Pool:
    return Pool()


def test_nothing_is_made_before_it_is_looked_at(pool: Pool) -> None:
    plane = tiles(pool, noise(700, 530))
    before = pool.in_memory
    late = enlarged(plane, 1400, 1060)
    assert pool.in_memory == before
    late.read(Rect(0, 0, 10, 10))
    assert pool.in_memory - before == 1400 * 256 * 3  # a band of tiles
    late.read(Rect(600, 100, 900, 200))
    assert pool.in_memory - before == 1400 * 256 * 3


def test_reduced_it_is_the_original_and_costs_no_more(pool: Pool) -> None:
    plane = tiles(pool, noise(700, 530))
    late = enlarged(plane, 1400, 1060)
    assert np.array_equal(read(late, Rect(0, 0, 700, 530), 1), plane.read(plane.rect))
    assert np.array_equal(read(late, Rect(0, 0, 350, 265), 2), read(plane, Rect(0, 0, 350, 265), 1))
    assert not any(made(tile) for row in late.grid for tile in row)


def made(tile: object) -> bool:
    return not isinstance(tile, LateBlock) or tile._band is None


@pytest.mark.parametrize("factor", [1.5, 3, 4])
def test_levels_between_those_of_the_original_look_like_it(pool: Pool, factor: float) -> None:
    y, x = np.mgrid[:530, :700]
    smooth = np.dstack([x * 255 // 700, y * 255 // 530, (x + y) * 255 // 1230]).astype(np.uint8)
    plane = tiles(pool, smooth)
    late = enlarged(plane, round(700 * factor), round(530 * factor))
    plain = tiles(pool, late.read(late.rect))
    for level in range(1, 4):
        rect = Rect(0, 0, *level_size(late.width, late.height, level))
        assert np.abs(read(late, rect, level).astype(int) - read(plain, rect, level)).max() <= 3


def test_one_colour_stays_one_colour(pool: Pool) -> None:
    samples = noise(700, 530, 1)
    samples[:, :520] = 255
    late = enlarged(tiles(pool, samples), 1400, 1060)
    kinds = {(ty, tx): isinstance(tile, LateBlock) for ty, row in enumerate(late.grid) for tx, tile in enumerate(row)}
    assert not kinds[0, 0] and not kinds[4, 1] and kinds[0, 5]
    assert (late.read(Rect(0, 0, 1000, 1060)) == 255).all()


def test_what_is_clear_all_over_stays_clear(pool: Pool) -> None:
    late = enlarged(Tiles.solid(pool, 300, 300, (9, 9, 9, 0)), 600, 600)
    assert not late.read(late.rect).any()


def test_threads_that_want_the_same_make_it_once(pool: Pool) -> None:
    late = enlarged(tiles(pool, noise(700, 530)), 1400, 1060)
    before, found = pool.in_memory, []
    threads = [threading.Thread(target=lambda x=x: found.append(late.array(0, x).mean())) for x in (0, 1, 2, 3, 4, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert pool.in_memory - before == 1400 * 256 * 3


def test_it_survives_a_pool_that_is_full() -> None:
    pool = Pool(300_000)
    plane = tiles(pool, noise(700, 530))
    late = enlarged(plane, 1400, 1060)
    wanted = late.read(late.rect).copy()
    assert pool.in_memory <= 300_000
    assert np.array_equal(late.read(late.rect), wanted)


def test_a_full_disk_is_said_and_can_be_tried_again(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    late = enlarged(tiles(pool, noise(300, 300)), 600, 600)
    full, keep = [True], Pool._keep

    def no_room(self: Pool, key: int, own: np.ndarray) -> None:
        if full:
            raise DiskFull("full")
        keep(self, key, own)

    monkeypatch.setattr(Pool, "_keep", no_room)
    with pytest.raises(DiskFull):
        late.read(late.rect)
    full.clear()
    assert late.read(late.rect).any()


def test_landing_enlarges_nothing_until_it_is_shown(pool: Pool) -> None:
    state = document(pool, 400, 300)
    result = tiles(pool, noise(800, 600, seed=9))
    history, before = Document(state, 1 << 30), pool.in_memory
    history.do(land(state, result, "Photo 2×", "Upscale", layer_id="r"))
    composite(history.state, history.state.rect)
    assert pool.in_memory == before  # an opaque result covers all
    below = history.state.layers[0].pixels
    assert np.array_equal(below.rows(0, 256), resized(state.layers[0].pixels.raster(), 800, 600).rows(0, 256))
    assert pool.in_memory > before
    history.undo()
    assert history.state is state


def test_painting_on_a_late_mask_changes_that_place_alone(pool: Pool) -> None:
    state = resize(document(pool, 400, 300), 800, 600).state
    plain = state.layer("c").mask
    assert plain is not None
    wanted = plain.read(plain.rect).copy()
    again = resize(document(Pool(), 400, 300), 800, 600).state
    painted = paint(again, "c", Brush(30, erase=True, hardness=1), [Point(60, 60)]).state.layer("c").mask
    assert painted is not None
    changed = (painted.read(painted.rect) != wanted).any(axis=2)
    ys, xs = np.nonzero(changed)
    assert changed.any() and np.ptp(ys) <= 62 and np.ptp(xs) <= 62
