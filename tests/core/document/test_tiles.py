"""Tiles: shared, solid, spilled to the disk, reduced."""

from __future__ import annotations

import gc
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.core.document import Pool, Rect, Tiles
from ganstudio.core.document import pyramid as levels
from ganstudio.core.document.pool import Block
from ganstudio.core.errors import DiskFull
from tests.core.document.making import noise, reduced, tiles, whole

TILE = 256 * 256 * 3


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 560), st.integers(1, 560), st.integers(1, 4), st.sampled_from((8, 16)),
    st.integers(0, 2**32), st.data(),
)  # fmt: skip
def test_any_rectangle_reads_back(
    width: int, height: int, channels: int, depth: int, seed: int, data: st.DataObject
) -> None:
    pixels = noise(width, height, channels, depth, seed)
    plane = tiles(Pool(), pixels)
    x0, y0 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    rect = Rect(x0, y0, data.draw(st.integers(x0 + 1, width)), data.draw(st.integers(y0 + 1, height)))
    np.testing.assert_array_equal(plane.read(rect), pixels[rect.slices])
    np.testing.assert_array_equal(plane.rows(rect.y0, rect.y1), pixels[rect.y0 : rect.y1])


@settings(max_examples=25, deadline=None)
@given(st.integers(-300, 600), st.integers(-300, 600), st.integers(1, 400), st.integers(1, 400))
def test_writing_a_region_copies_only_its_tiles(x: int, y: int, width: int, height: int) -> None:
    pixels, patch = noise(600, 520), noise(width, height, seed=1)
    old = tiles(Pool(), pixels)
    new = old.written(x, y, patch)
    want = pixels.copy()
    here = Rect(x, y, x + width, y + height).clipped(old.rect)
    want[here.slices] = patch[here.moved(-x, -y).slices]
    np.testing.assert_array_equal(whole(new), want)
    np.testing.assert_array_equal(whole(old), pixels)
    for ty in range(3):
        for tx in range(3):
            if old.tile_rect(ty, tx).clipped(here).empty:
                assert new.grid[ty][tx] is old.grid[ty][tx]


def test_one_colour_costs_nothing() -> None:
    pool = Pool()
    plane = Tiles.solid(pool, 60_000, 60_000, (7, 8, 9))
    assert plane.solid_value == (7, 8, 9)
    assert pool.in_memory == 0
    np.testing.assert_array_equal(plane.read(Rect(59_999, 59_999, 60_000, 60_000)), [[[7, 8, 9]]])
    np.testing.assert_array_equal(levels.read(plane, Rect(100, 200, 104, 202), 4), np.full((2, 4, 3), (7, 8, 9)))
    assert tiles(pool, np.full((300, 300, 1), 5, np.uint8)).solid_value == (5,)
    assert plane.mapped(lambda a: 255 - a).solid_value == (248, 247, 246)
    assert pool.in_memory == 0
    assert plane.written(0, 0, noise(1, 1)).solid_value is None


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (1_000_001, 1), (100_000, 100_000)])
def test_impossible_sizes(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        Tiles.solid(Pool(), width, height, (0,))


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_halves_are_means(channels: int, depth: int) -> None:
    pixels = noise(37, 23, channels, depth)
    for level in range(1, 8):
        want = reduced(pixels, level)
        got = levels.read(tiles(Pool(), pixels), Rect(0, 0, want.shape[1], want.shape[0]), level)
        np.testing.assert_allclose(got.astype(int), want, atol=1 if channels in (2, 4) else 0)


def test_halves_across_tiles_and_after_a_change() -> None:
    pixels = noise(1100, 700)
    plane = tiles(Pool(), pixels)
    full = Rect(0, 0, 275, 175)
    pixels_halved = levels.halved(levels.halved(pixels))
    np.testing.assert_array_equal(levels.read(plane, full, 2), pixels_halved)
    patch = noise(50, 60, seed=9)
    changed = plane.written(800, 400, patch)
    pixels = pixels.copy()
    pixels[400:460, 800:850] = patch
    np.testing.assert_array_equal(levels.read(changed, full, 2), levels.halved(levels.halved(pixels)))
    np.testing.assert_array_equal(levels.read(plane, full, 2), pixels_halved)
    assert levels.tile_at(changed, 1, 0, 0) is levels.tile_at(plane, 1, 0, 0)
    assert levels.tile_at(changed, 1, 0, 1) is not levels.tile_at(plane, 1, 0, 1)


def test_what_does_not_fit_in_memory_goes_to_the_disk_and_comes_back() -> None:
    pool = Pool(2 * TILE)
    pixels = noise(1024, 768)
    plane = tiles(pool, pixels)
    assert pool.in_memory <= 2 * TILE
    assert pool.on_disk >= 10 * TILE
    np.testing.assert_array_equal(whole(plane), pixels)
    with ThreadPoolExecutor(4) as threads:
        for read in threads.map(whole, [plane] * 8):
            np.testing.assert_array_equal(read, pixels)
    assert pool.in_memory <= 2 * TILE
    del plane
    gc.collect()
    assert (pool.in_memory, pool.on_disk) == (0, 0)


def test_room_on_the_disk_is_used_again() -> None:
    pool = Pool(TILE)
    for seed in range(3):
        plane = tiles(pool, noise(512, 512, seed=seed))
        assert pool.on_disk <= 4 * TILE
        np.testing.assert_array_equal(whole(plane), noise(512, 512, seed=seed))
        del plane
    assert pool._file._end <= 4 * TILE


def test_samples_handed_out_cannot_be_written_to() -> None:
    pixels = noise(20, 20)
    plane = tiles(Pool(), pixels)
    pixels[:] = 0
    assert whole(plane).any()
    with pytest.raises(ValueError, match="read-only"):
        whole(plane)[0, 0] = 1
    block = plane.grid[0][0]
    assert isinstance(block, Block)
    assert block.nbytes == 1200


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder on a disk of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    try:
        made = subprocess.run(words, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if made.returncode:
        pytest.skip("a small disk may not be mounted here")
    monkeypatch.setenv("GANSTUDIO_HOME", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_a_sentence_and_loses_nothing(small_disk: Path) -> None:
    pool = Pool(2 * TILE)
    pixels = noise(512, 512)
    plane = tiles(pool, pixels)
    kept = [tiles(pool, noise(512, 512, seed=1)), tiles(pool, noise(512, 512, seed=2))]
    with pytest.raises(DiskFull, match="Nothing was lost"):
        tiles(pool, noise(1024, 768, seed=3))
    np.testing.assert_array_equal(whole(plane), pixels)
    for seed in (1, 2):
        np.testing.assert_array_equal(whole(kept[seed - 1]), noise(512, 512, seed=seed))
    kept.clear()
    gc.collect()
    patch = noise(300, 300, seed=5)
    np.testing.assert_array_equal(whole(plane.written(0, 0, patch))[:300, :300], patch)
    pool.close()
