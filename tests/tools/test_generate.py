"""Generate: a source in recipes, the same pixels from a PNG's own recipe, and models that are missing or others."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core import xmp
from ganstudio.core.codecs import History, open_raster, write
from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.latent import Latent, Point, Push, Weighted, direction_files
from ganstudio.core.latent.directions import Direction, DirectionSet
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture, read_whole
from ganstudio.jobs.generating import recipe_of
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.tools import all_sources, all_tools, generate
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.resize import TOOL as RESIZE
from ganstudio.tools.resize import ResizeParams
from ganstudio.tools.tool import Context
from tests.models.making import card, safetensors_file, tiny_compact
from tests.runtime.generator_files import CLASSES, generator_file, tiny_plain, tiny_style


@pytest.fixture
def library(tmp_path: Path) -> Library:
    generator_file(tmp_path / "bundled" / "animals.safetensors", tiny_style(3), CLASSES)
    generator_file(tmp_path / "bundled" / "digits.safetensors", tiny_plain())
    safetensors_file(tmp_path / "bundled" / "double.safetensors", tiny_compact(), card("double"))
    return Library(bundled=tmp_path / "bundled", user=tmp_path / "user")


def context(library: Library) -> Context:
    return Context(library, Runtime("cpu", "exact"), Progress(), priority=0)


def recipe(latent: Latent, *after: Step) -> Recipe:
    return Recipe((Step(generate.TOOL, latent), *after), SaveOptions(format="png"))


def resize(scale: float) -> Step:
    return Step(RESIZE, ResizeParams(scale=scale))


def test_a_source_is_no_filter() -> None:
    assert "generate" in all_sources() and "generate" not in all_tools()
    with pytest.raises(UsageError, match="only be the first step"):
        Recipe((resize(0.5), Step(generate.TOOL, Latent())))
    with pytest.raises(UsageError, match="takes none"):
        recipe(Latent()).for_pictures()
    with pytest.raises(UsageError, match="works on a picture"):
        Recipe((resize(0.5),)).apply(None, context(Library()))


def test_json_both_ways(library: Library) -> None:
    latent = Latent("animals", (Weighted("3", 0.5), Weighted("7")), psi=1.5, pushes=(Push("a", 1.0, 0, 2, b"\0" * 48),))
    made = recipe(latent, resize(0.5))
    assert Recipe.from_json(json.loads(made.text())) == made
    assert made.source is not None and len(made.filters) == 1
    with pytest.raises(UsageError, match="only be the first"):
        Recipe.from_json(json.loads(made.text()) | {"steps": made.to_json()["steps"][::-1]})


def test_size_and_pixels_of_a_recipe_that_needs_no_picture(library: Library) -> None:
    made = recipe(Latent("animals", classes=(Weighted("owl"),)), resize(2.5))
    assert made.out_size(None, library) == (40, 40)
    result = made.apply(None, context(library))
    assert read_whole(result).pixels.shape == (40, 40, 3)
    alone = recipe(Latent("digits"))
    assert alone.out_size(None, library) == (16, 16)
    assert read_whole(alone.apply(None, context(library))).header.channels == 1
    assert alone.source_type(library) == "trainedAlgorithmicMedia" == made.source_type(library)


def test_a_pngs_recipe_renders_the_same_pixels_again(tmp_path: Path, library: Library) -> None:
    direction = Direction.of("warm", "Warm", np.linspace(-1, 1, 12), "own", first=2)
    entry = library.find("animals")
    direction_files.save(DirectionSet(entry.sha256, "animals", (direction,)))
    latent = Latent("animals", (Weighted("3"),), (Weighted("dog"),), noise="8", pushes=(Push("warm", 1.5),))
    made = recipe(latent).settled(library)
    source = made.source
    assert source is not None and isinstance(source.params, Latent)
    assert source.params.weights == entry.sha256 and source.params.pushes[0] == direction.push(1.5)
    path = tmp_path / "made.png"
    history = History(json.dumps(made.to_json()), made.source_type(library))
    write(made.apply(None, context(library)), path, made.save, Progress(), history=history)
    direction_files.save(DirectionSet(entry.sha256, "animals"))  # the recipe holds what it needs
    again = recipe_of(path)
    assert again == made
    opened = open_raster(path)
    pixels = read_whole(opened).pixels
    assert xmp.source_type(opened.meta.xmp) == "trainedAlgorithmicMedia"
    opened.close()
    assert np.array_equal(read_whole(again.apply(None, context(library))).pixels, pixels)


@pytest.mark.parametrize("layers", [18, 26])
def test_a_long_recipe_survives(tmp_path: Path, layers: int) -> None:
    point = Point.of(np.random.default_rng(0).standard_normal((layers, 512), dtype=np.float32))
    made = recipe(Latent("animals", point=point, weights="ab" * 32))
    history = History(json.dumps(made.to_json()), "trainedAlgorithmicMedia")
    for suffix, name in ((".png", "png"), (".jpg", "jpg"), (".webp", "webp"), (".tif", "tiff")):
        path = tmp_path / f"made{suffix}"
        picture = Picture.of(np.zeros((9, 9, 3), np.uint8))
        written = write(picture, path, SaveOptions(format=name), Progress(), history=history)
        if name == "jpg" and layers == 26:  # more than JPEG's 64 KB: said, and what made it is still there
            assert "too long" in " ".join(written.notes)
            with closing(open_raster(path)) as raster:
                assert xmp.source_type(raster.meta.xmp) == "trainedAlgorithmicMedia"
            continue
        assert recipe_of(path) == made, name
        assert written.notes == ()


def test_a_missing_model_is_named_and_one_of_another_name_found(tmp_path: Path, library: Library) -> None:
    latent = recipe(Latent("animals")).settled(library).steps[0].params
    assert isinstance(latent, Latent)
    moved = replace(latent, model="renamed-since")
    assert generate.model(moved, library).name == "animals"
    (tmp_path / "bundled" / "animals.safetensors").unlink()
    with pytest.raises(BadModel, match="“renamed-since” that made this is not here"):
        generate.model(moved, library)


def test_another_file_of_the_same_name_is_not_taken_for_it(tmp_path: Path, library: Library) -> None:
    latent = recipe(Latent("animals")).settled(library).steps[0].params
    assert isinstance(latent, Latent)
    generator_file(tmp_path / "bundled" / "animals.safetensors", tiny_style(3, seed=5), CLASSES)
    with pytest.raises(BadModel, match="is another file than the one that made this"):
        generate.model(latent, library)
    assert generate.model(replace(latent, weights=""), library).name == "animals"


def test_identity_follows_weights_and_words(tmp_path: Path, library: Library) -> None:
    one = recipe(Latent("animals"))
    assert one.identity(library) == recipe(Latent("animals")).identity(library)
    assert one.identity(library) != recipe(Latent("animals", psi=0.5)).identity(library)
    before = one.identity(library)
    generator_file(tmp_path / "bundled" / "animals.safetensors", tiny_style(3, seed=5), CLASSES)
    assert one.identity(library) != before


@pytest.mark.parametrize(("name", "said"), [("double", "enlarges pictures"), ("nobody", "no model “nobody”")])
def test_a_model_that_makes_none_is_a_sentence(library: Library, name: str, said: str) -> None:
    with pytest.raises(BadModel if name == "nobody" else UsageError, match=said):
        generate.models(Latent(name), library)


def test_an_unknown_direction_is_a_sentence(library: Library) -> None:
    with pytest.raises(UsageError, match="no direction “warm”"):
        recipe(Latent("animals", pushes=(Push("warm", 1.0),))).settled(library)


def test_words_for_names(library: Library) -> None:
    assert generate.words(Latent("animals", (Weighted("7"),), (Weighted("owl"),))) == {
        "model": "animals", "seed": "7", "class": "owl",
    }  # fmt: skip
    assert generate.words(Latent("a/b/mine.pkl", point=Point.of(np.zeros((1, 2), np.float32))))["seed"] == "point"
