"""Restore and Stylize: the size stays, strength 0 is the picture itself, tiles do not show, sentences for misuse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganstudio.core import styles
from ganstudio.core.errors import BadInput, UsageError
from ganstudio.core.paths import resource
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture, read_whole
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.stylize import StylizeParams, brush_for
from ganstudio.tools.tool import Context, tool_named
from tests.acceptance.making import scene
from tests.models.making import card, safetensors_file, tiny_compact


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("bundled")
    net = tiny_compact(1, seed=5)
    for parameter in net.body[-1].parameters():
        parameter.data *= 0.1
    safetensors_file(
        folder / "restore-x1.safetensors", net, card("restore-x1", group="restore", scale=1, kind="restorer")
    )
    safetensors_file(folder / "photo-x2.safetensors", tiny_compact(2), card("photo-x2", group="photo", scale=2))
    shutil.copy(resource("models", "style.safetensors"), folder)
    return Library(bundled=folder, user=tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def context(library: Library) -> Iterator[Context]:
    runtime = Runtime("cpu", "exact", threads=1)
    yield Context(library, runtime, Progress())
    runtime.close()


def made(context: Context, tool: str, source: np.ndarray, **params: Any) -> np.ndarray:
    one = tool_named(tool)
    recipe = Recipe((Step(one, one.params(**params)),))
    result = recipe.apply(Picture.of(source), context)
    try:
        return read_whole(result).pixels.copy()
    finally:
        result.close()


def error(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(float) - b.astype(float)).mean())


@pytest.mark.parametrize(("tool", "params"), [("restore", {}), ("stylize", {"style": "udnie"})])
def test_strength_goes_from_the_picture_itself_to_all_of_it(
    context: Context, tool: str, params: dict[str, Any]
) -> None:
    source = scene(97, 75)
    all_of_it = made(context, tool, source, strength=100.0, **params)
    half = made(context, tool, source, strength=50.0, **params)
    assert np.array_equal(made(context, tool, source, strength=0.0, **params), source)
    assert all_of_it.shape == source.shape and not np.array_equal(all_of_it, source)
    assert 0 < error(half, source) < error(all_of_it, source)


def test_alpha_stays_as_it_is_and_sixteen_bits_stay_sixteen(context: Context) -> None:
    picture = scene(80, 64)
    alpha = np.linspace(0, 255, 80, dtype=np.uint8)[None, :, None].repeat(64, axis=0)
    with_alpha = np.concatenate([picture, alpha], axis=2)
    for tool, params in (("restore", {}), ("stylize", {"style": "great-wave"})):
        assert np.array_equal(made(context, tool, with_alpha, **params)[..., 3:], alpha)
    deep = made(context, "restore", picture.astype(np.uint16) * 257)
    assert deep.dtype == np.uint16 and len(np.unique(deep)) > 300


def test_a_painting_does_not_show_its_tiles(library: Library) -> None:
    """The statistics of the whole picture are held: small tiles paint the same as one."""
    source = scene(250, 170)
    painted = []
    for tile in (64, None):
        runtime = Runtime("cpu", "exact", threads=1, tile=tile)
        painted.append(made(Context(library, runtime, Progress()), "stylize", source, style="udnie", brush=1.0))
        runtime.close()
    assert np.abs(painted[0].astype(int) - painted[1].astype(int)).max() <= 3


def test_colours_are_kept_when_asked_for(context: Context) -> None:
    source = (scene(96, 72) // 4 + 96).astype(np.uint8)
    free = made(context, "stylize", source, style="great-wave")
    kept = made(context, "stylize", source, style="great-wave", keep_colours=True)

    def colours(picture: np.ndarray) -> np.ndarray:
        red, green, blue = picture.astype(float).transpose(2, 0, 1)
        return np.stack([blue - green, red - green])

    inside = (kept.min(axis=2) > 0) & (kept.max(axis=2) < 255)
    off = np.abs(colours(kept) - colours(source))[:, inside]
    assert inside.mean() > 0.2 and off.max() <= 2
    assert np.abs(colours(free) - colours(source)).mean() > 2 * max(off.mean(), 0.5)


def test_a_picture_of_ones_own_is_a_style_and_travels_in_the_recipe(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "my ☂ style.png"
    Image.fromarray(scene(900, 500)).save(path)
    params = StylizeParams(style=styles.Style().parse(str(path)))
    text = Recipe((Step(tool_named("stylize"), params),)).to_json()
    assert str(tmp_path) not in str(text) and "☂" not in str(text)
    again = StylizeParams.from_json(params.to_json())
    assert styles.picture_of(again.style).shape[0] == styles.SHORT_SIDE
    source = scene(96, 72)
    mine = made(context, "stylize", source, style=again.style)
    assert error(mine, made(context, "stylize", source, style="udnie")) > 1


def test_a_larger_brush_paints_coarser_and_a_photograph_of_any_size_alike() -> None:
    usual = StylizeParams(style="udnie")
    assert brush_for(usual, 1200, 900) == 1
    assert brush_for(usual, 6400, 4000) == 4
    assert brush_for(StylizeParams(style="udnie", brush=8.0), 6400, 256) == 4, "something is left to paint"


def test_wrong_styles_and_models_are_refused_in_a_sentence(context: Context, tmp_path: Path) -> None:
    source = scene(64, 64)
    with pytest.raises(UsageError, match="no style “udine”") as caught:
        made(context, "stylize", source, style="udine")
    assert "great-wave" in caught.value.hint
    with pytest.raises(UsageError, match="paints pictures in styles: use it with Stylize"):
        made(context, "upscale", source, model="style")
    with pytest.raises(UsageError, match="enlarges pictures: use it with Upscale"):
        made(context, "restore", source, model="photo-x2")
    with pytest.raises(UsageError, match="picture is damaged"):
        StylizeParams(style="data:image/webp;base64,AAAA")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    with pytest.raises(BadInput):
        styles.Style().parse(str(broken))
