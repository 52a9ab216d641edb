"""A Tool's result lands on top of the document, in one step, at its own size."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.document import Document, Pool, Rect, Tiles, add, composite, fill_mask, land, new_state
from ganstudio.core.raster import Picture


def _tiles(pool: Pool, width: int, height: int, channels: int = 3, seed: int = 1) -> Tiles:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)
    return Tiles.of(pool, Picture.of(pixels))


@pytest.fixture
def pool() -> Pool:
    return Pool(64 << 20)


def test_a_larger_result_takes_the_canvas_along(pool: Pool) -> None:
    state = add(new_state(pool, 300, 200), _tiles(pool, 300, 200), "Background", layer_id="a").state
    state = add(state, _tiles(pool, 40, 30, seed=2), "Patch", x=10, y=20, layer_id="b").state
    state = fill_mask(state, "b", 128).state
    document = Document(state, 1 << 30)
    result = _tiles(pool, 600, 400, seed=3)
    edit = land(state, result, "Photo 2×", "Upscale", made_by={"tool": "upscale"}, source_type="x", layer_id="r")
    change = document.do(edit)
    now = document.state
    assert (now.width, now.height) == (600, 400) and change.canvas and document.labels == ("", "Upscale")
    assert [layer.id for layer in now.layers] == ["a", "b", "r"]
    assert now.layer("b").rect == Rect(20, 40, 100, 100) and now.layer("b").mask is not None
    assert now.layer("r").pixels is result and now.layer("r").made_by == {"tool": "upscale"}
    assert np.array_equal(composite(now, now.rect)[..., :3], result.read(result.rect))
    document.undo()
    assert document.state is state


def test_a_result_of_the_same_size_leaves_the_layers(pool: Pool) -> None:
    state = add(new_state(pool, 64, 64), _tiles(pool, 64, 64), "Background", layer_id="a").state
    edit = land(state, _tiles(pool, 64, 64, seed=2), "Clean", "Restore")
    assert edit.state.layers[0] is state.layers[0] and not edit.change.canvas


def test_under_a_result_with_alpha_nothing_shows_twice(pool: Pool) -> None:
    state = add(new_state(pool, 64, 64), _tiles(pool, 64, 64, channels=4), "Background", layer_id="a").state
    result = _tiles(pool, 128, 128, channels=4, seed=2)
    edit = land(state, result, "Photo 2×", "Upscale", layer_id="r")
    shown = composite(edit.state, edit.state.rect)
    wanted = result.read(result.rect).copy()
    wanted[wanted[..., 3] == 0] = 0
    assert np.array_equal(shown[..., 3], wanted[..., 3])
    assert np.abs(shown.astype(int) - wanted)[wanted[..., 3] > 200].max() <= 1
