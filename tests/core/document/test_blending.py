"""Blend modes against the formulas of W3C Compositing and Blending Level 1, a pixel at a time, in plain Python."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.document import (
    Layer,
    Pool,
    Rect,
    State,
    Tiles,
    composite,
    flatten,
    flattened,
    merge_down,
    set_blend,
)
from ganstudio.core.document.blending import MODES
from ganstudio.core.document.project import save
from ganstudio.core.document.project_reading import open_project
from ganstudio.core.errors import BadInput
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture

Colour = tuple[float, float, float]


def luma(colour: Colour) -> float:
    return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]


def clipped(colour: Colour) -> Colour:
    light, low, high = luma(colour), min(colour), max(colour)
    if low < 0:
        colour = tuple(light + (one - light) * light / (light - low) for one in colour)  # type: ignore[assignment]
    if high > 1:
        colour = tuple(light + (one - light) * (1 - light) / (high - light) for one in colour)  # type: ignore[assignment]
    return colour


def with_luma(colour: Colour, light: float) -> Colour:
    step = light - luma(colour)
    return clipped((colour[0] + step, colour[1] + step, colour[2] + step))


def hard_light(under: float, top: float) -> float:
    return under * 2 * top if top <= 0.5 else under + (2 * top - 1) - under * (2 * top - 1)


def soft_light(under: float, top: float) -> float:
    if top <= 0.5:
        return under - (1 - 2 * top) * under * (1 - under)
    bent = ((16 * under - 12) * under + 4) * under if under <= 0.25 else math.sqrt(under)
    return under + (2 * top - 1) * (bent - under)


SEPARABLE: dict[str, Callable[[float, float], float]] = {
    "normal": lambda under, top: top,
    "multiply": lambda under, top: under * top,
    "screen": lambda under, top: under + top - under * top,
    "overlay": lambda under, top: hard_light(top, under),
    "soft-light": soft_light,
}


def mixed(mode: str, under: Colour, top: Colour) -> Colour:
    if mode == "luminosity":
        return with_luma(under, luma(top))
    if mode == "colour":
        return with_luma(top, luma(under))
    return tuple(SEPARABLE[mode](u, t) for u, t in zip(under, top, strict=True))  # type: ignore[return-value]


def expected(mode: str, under: np.ndarray, top: np.ndarray, weight: float) -> np.ndarray:
    """RGBA 0 … 1 of one pixel over another: 5.1 “simple alpha compositing” with blending."""
    ab, as_ = float(under[3]), float(top[3]) * weight
    own, below = tuple(map(float, top[:3])), tuple(map(float, under[:3]))
    source = [(1 - ab) * s + ab * m for s, m in zip(own, mixed(mode, below, own), strict=True)]  # type: ignore[arg-type]
    alpha = as_ + ab * (1 - as_)
    if alpha == 0:
        return np.zeros(4)
    return np.array([*((as_ * s + ab * b * (1 - as_)) / alpha for s, b in zip(source, below, strict=True)), alpha])


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(1 << 24)
    yield pool
    pool.close()


def tiles(pool: Pool, pixels: np.ndarray) -> Tiles:
    return Tiles.of(pool, Picture.of(pixels))


def two(pool: Pool, depth: int = 8, channels: int = 4, seed: int = 1) -> tuple[np.ndarray, np.ndarray, State]:
    """Two layers of noise with all alphas, clear and full among them."""
    rng = np.random.default_rng(seed)
    peak, kind = (255, np.uint8) if depth == 8 else (65535, np.uint16)
    made = []
    for _layer in range(2):
        pixels = rng.integers(0, peak + 1, (12, 16, channels)).astype(kind)
        pixels[:2] = rng.choice([0, peak], (2, 16, channels)).astype(kind)
        if channels == 4:
            pixels[3:6, :, 3], pixels[6:8, :, 3] = peak, 0
        made.append(pixels)
    layers = (Layer("under", "Under", tiles(pool, made[0])), Layer("top", "Top", tiles(pool, made[1])))
    return made[0], made[1], State(16, 12, pool, layers)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("depth", "opacity"), [(8, 1.0), (8, 0.6), (16, 1.0)])
def test_every_mode_is_as_the_standard_says(pool: Pool, mode: str, depth: int, opacity: float) -> None:
    under, top, state = two(pool, depth)
    state = set_blend(state, "top", mode).state
    state = state.with_layer(replace(state.layer("top"), opacity=opacity))
    peak = 255 if depth == 8 else 65535
    shown = composite(state, state.rect) / peak
    for y in range(12):
        for x in range(16):
            want = expected(mode, under[y, x] / peak, top[y, x] / peak, opacity)
            assert abs(shown[y, x, 3] - want[3]) <= 0.51 / peak + 1e-6
            if shown[y, x, 3] * peak >= 1:
                assert np.abs(shown[y, x, :3] - want[:3]).max() <= (0.51 + 0.02 / max(want[3], 0.02)) / peak + 2e-6


@pytest.mark.parametrize("mode", MODES)
def test_over_an_opaque_picture_and_through_a_mask(pool: Pool, mode: str) -> None:
    under, top, state = two(pool, 8, 3)
    mask = np.tile(np.array([0, 128, 255, 64], np.uint8), (12, 4))[..., None]
    layer = replace(state.layer("top"), mask=tiles(pool, mask), blend=mode)
    shown = composite(state.with_layer(layer), state.rect)
    assert (shown[..., 3] == 255).all()
    for y, x in np.ndindex(12, 16):
        whole = np.append(under[y, x] / 255, 1), np.append(top[y, x] / 255, 1)
        want = expected(mode, *whole, mask[y, x, 0] / 255)
        assert np.abs(shown[y, x, :3] - want[:3] * 255).max() <= 0.6
    assert np.array_equal(shown[:, 0::4, :3], under[:, 0::4]), "where the mask is 0 nothing happens"


def test_what_has_nothing_under_it_is_itself(pool: Pool) -> None:
    under, _top, state = two(pool)
    for mode in MODES:
        alone = State(16, 12, pool, (replace(state.layer("under"), blend=mode),))
        shown = composite(alone, alone.rect)
        full = under[..., 3] == 255
        assert np.array_equal(shown[full], under[full])


def test_a_covering_layer_that_blends_hides_nothing(pool: Pool) -> None:
    under, top, state = two(pool, 8, 3)
    layer = replace(state.layer("top"), blend="multiply")
    assert not layer.opaque and layer.covers
    state = state.with_layer(layer)
    header = flattened(state).header
    assert header.channels == 3, "nothing is clear"
    want = np.rint(under.astype(float) * top / 255)
    assert np.abs(flattened(state).rows(0, 12).astype(int) - want).max() <= 1


def test_merging_and_flattening_keep_what_is_seen(pool: Pool) -> None:
    _under, _top, state = two(pool, 8, 3)
    for mode in MODES:
        blended = set_blend(state, "top", mode).state
        seen = composite(blended, blended.rect)
        merged = merge_down(blended, "top").state
        assert np.array_equal(composite(merged, merged.rect), seen)
        assert [layer.blend for layer in merged.layers] == ["normal"]
        assert np.array_equal(composite(flatten(blended, "All").state, blended.rect), seen)
    multiplied = set_blend(set_blend(state, "top", "screen").state, "under", "multiply").state
    assert merge_down(multiplied, "top").state.layers[0].blend == "multiply"


def test_gray_layers_and_sizes_that_differ(pool: Pool) -> None:
    gray = Layer("g", "Gray", tiles(pool, np.full((4, 4, 1), 128, np.uint8)), x=14, y=-2, blend="multiply")
    _under, _top, state = two(pool, 8, 3)
    state = replace(state, layers=(state.layers[0], gray))
    plain = composite(replace(state, layers=state.layers[:1]), state.rect)
    shown = composite(state, state.rect)
    assert np.abs(shown[:2, 14:, :3].astype(int) - np.rint(plain[:2, 14:, :3] * (128 / 255))).max() <= 1
    assert np.array_equal(shown[2:], plain[2:])
    beyond = composite(state, Rect(-4, -4, 20, 20))
    assert np.array_equal(beyond[4:16, 4:20], shown)


def test_a_mode_that_is_none(pool: Pool) -> None:
    _under, _top, state = two(pool)
    with pytest.raises(ValueError, match="dissolve"):
        set_blend(state, "top", "dissolve")


def test_projects_keep_the_mode_and_say_so_to_older_programs(pool: Pool, tmp_path: Path) -> None:
    _under, _top, state = two(pool)
    plain, blended = tmp_path / "plain.ganstudio", tmp_path / "blended.ganstudio"
    save(state, plain, Progress())
    save(set_blend(state, "top", "soft-light").state, blended, Progress())
    assert manifest(plain)["version"] == 1 and "blend" not in manifest(plain)["layers"][1]
    assert manifest(blended)["version"] == 2 and manifest(blended)["layers"][1]["blend"] == "soft-light"
    again = open_project(blended, pool, Progress())
    assert [layer.blend for layer in again.layers] == ["normal", "soft-light"]
    want = composite(set_blend(state, "top", "soft-light").state, state.rect)
    assert np.array_equal(composite(again, again.rect), want)
    assert [layer.blend for layer in open_project(plain, pool, Progress()).layers] == ["normal", "normal"]


def test_an_unknown_mode_is_refused(pool: Pool, tmp_path: Path) -> None:
    _under, _top, state = two(pool)
    path, changed = tmp_path / "a.ganstudio", tmp_path / "b.ganstudio"
    save(set_blend(state, "top", "screen").state, path, Progress())
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "manifest.json":
                data = data.replace(b'"screen"', b'"glow"')
            new.writestr(part, data)
    with pytest.raises(BadInput, match="unknown blend mode “glow”"):
        open_project(changed, pool, Progress())


def manifest(path: Path) -> dict:
    with zipfile.ZipFile(path) as file:
        return json.loads(file.read("manifest.json"))
