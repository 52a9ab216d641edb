"""A document that another process made is the same here, samples and levels, and its file goes with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.document import Pool, Rect, Tiles, composite, flip, paint
from ganstudio.core.document.brush import Brush, Point
from ganstudio.core.document.handing import packed, unpacked
from ganstudio.core.document.pool import Block
from ganstudio.core.document.state import State
from ganstudio.core.errors import Cancelled, OutputError
from ganstudio.core.raster import Picture
from tests.core.document.making import document, facts, noise

WIDE, HIGH = 700, 530


def given(folder: Path, memory: int | None = None) -> tuple[State, State, Pool]:
    """A document, the same handed over, and the pool that it is in now."""
    theirs = Pool(0, folder / "tiles")
    made = document(theirs, WIDE, HIGH)
    data = packed(made)
    ours = Pool(memory)
    return made, unpacked(data, ours, folder / "tiles"), ours


def test_what_is_handed_over_is_the_same_at_every_level(tmp_path: Path) -> None:
    made, found, _pool = given(tmp_path)
    assert facts(found) == facts(made)
    for level in range(4):
        rect = Rect(0, 0, -(-WIDE >> level), -(-HIGH >> level))
        assert np.array_equal(composite(found, rect, level), composite(made, rect, level))


def test_nothing_is_read_or_made_before_it_is_looked_at(tmp_path: Path) -> None:
    _made, found, pool = given(tmp_path)
    assert pool.in_memory == 0
    composite(found, Rect(0, 0, 100, 100), 2)
    assert 0 < pool.in_memory < 3 * 256 * 256 * 5  # a tile of each layer and its mask, of that level alone


def test_a_change_shares_the_levels_that_came_along(tmp_path: Path) -> None:
    _made, found, pool = given(tmp_path)
    disk = pool.on_disk
    changed = paint(found, "c", Brush(20, erase=True), [Point(40, 40)]).state
    composite(changed, Rect(0, 0, WIDE >> 1, HIGH >> 1), 1)
    mask = changed.layer("c").mask
    assert mask is not None
    assert changed.layer("a").pixels is found.layer("a").pixels
    own = [tile for key, tile in mask.mips.items() if isinstance(tile, Block) and tile not in found_mips(found)]
    assert len(own) <= 2  # the painted corner's
    assert pool.on_disk == disk


def found_mips(state: State) -> set[object]:
    return {tile for layer in state.layers for plane in layer.planes for tile in plane.mips.values()}


def test_it_needs_no_more_memory_than_there_is(tmp_path: Path) -> None:
    made, found, pool = given(tmp_path, memory=1 << 20)
    assert np.array_equal(composite(found, found.rect), composite(made, made.rect))
    assert pool.in_memory <= 1 << 20
    before = pool.on_disk
    flip(found, True)  # new tiles push the others out, which need no room: they are in their file
    assert pool.on_disk == before


def test_its_file_goes_with_the_last_tile(tmp_path: Path) -> None:
    _made, found, pool = given(tmp_path)
    assert not (tmp_path / "tiles").exists()
    assert pool.on_disk > 0
    del found
    assert pool.on_disk == 0


def test_layers_that_shared_tiles_share_them_again(tmp_path: Path) -> None:
    theirs = Pool(0, tmp_path / "tiles")
    both = document(theirs, 300, 300)
    shared = both.with_layer(replace(both.layers[1], pixels=both.layers[0].pixels))
    found = unpacked(packed(shared), Pool(), tmp_path / "tiles")
    assert found.layers[0].pixels.grid[0][0] is found.layers[1].pixels.grid[0][0]


def test_a_file_that_was_cut_short_is_said(tmp_path: Path) -> None:
    theirs = Pool(0, tmp_path / "tiles")
    data = packed(document(theirs, WIDE, HIGH))
    with open(tmp_path / "tiles", "r+b") as file:
        file.truncate(1000)
    found = unpacked(data, Pool(), tmp_path / "tiles")
    with pytest.raises(OutputError, match="cut short"):
        composite(found, found.rect)


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    data = packed(document(Pool(0, tmp_path / "tiles"), 300, 300))
    (tmp_path / "tiles").unlink()
    with pytest.raises(OutputError):
        unpacked(data, Pool(), tmp_path / "tiles")


def test_a_closed_pool_stops_whoever_still_reads() -> None:
    pool = Pool(0)
    tiles = Tiles.of(pool, Picture.of(noise(600, 300)))
    pool.close()
    with pytest.raises(Cancelled):
        tiles.read(tiles.rect)
    with pytest.raises(Cancelled):
        Tiles.of(pool, Picture.of(noise(10, 10)))
