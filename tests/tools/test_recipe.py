"""Recipes: the same from JSON as in code, an identity that follows weights and words, and no path of anybody."""

from __future__ import annotations

import getpass
import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.errors import UsageError
from ganstudio.core.sizes import TargetSize
from ganstudio.models.library import Library
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import all_tools, tool_named
from ganstudio.tools.upscale import UpscaleParams
from tests.models.making import card, safetensors_file, tiny_compact

sides = st.integers(1, 99_999)
params = st.one_of(
    st.builds(UpscaleParams, model=st.text(), scale=st.none() | st.floats(0.05, 16)),
    st.builds(UpscaleParams, size=st.builds(TargetSize, width=sides, height=sides)),
    st.builds(UpscaleParams, size=st.builds(TargetSize, long=sides)),
)
saves = st.builds(
    SaveOptions,
    format=st.sampled_from(["keep", "png", "jpg", "tiff"]),
    quality=st.none() | st.integers(1, 100),
    metadata=st.sampled_from(["keep", "no-gps", "none"]),
    ai_mark=st.booleans(),
)


def recipe(model: str = "photo", save: SaveOptions | None = None, **more: Any) -> Recipe:
    step = Step(tool_named("upscale"), UpscaleParams(model=model, **more))
    return Recipe((step,), save or SaveOptions())


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Photo ×2 and ×4, quick ×2, and one whose name has a dot."""
    folder = tmp_path / "bundled"
    for seed, (name, group, scale) in enumerate(
        (("photo-x2", "photo", 2), ("photo-x4", "photo", 4), ("quick-x2", "quick", 2), ("4x_own.v2", "", 4))
    ):
        facts = card(name, group=group, scale=scale)
        safetensors_file(folder / f"{name}.safetensors", tiny_compact(scale, seed=seed), facts)
    return Library(bundled=folder, user=tmp_path / "user")


@given(st.lists(params, min_size=1, max_size=3), saves)
def test_json_there_and_back_is_the_same(steps: list[UpscaleParams], save: SaveOptions) -> None:
    made = Recipe(tuple(Step(tool_named("upscale"), one) for one in steps), save)
    again = Recipe.from_json(json.loads(json.dumps(made.to_json(keep_paths=True))))
    assert again == made
    assert Recipe.from_json(json.loads(made.text())).text() == made.text()


@pytest.mark.parametrize(
    "words",
    [
        "/home/anna/models/mine.pth",
        r"C:\Users\anna\models\mine.pth",
        "../anna/models/mine.pth",
        "~/anna/models/mine.pth",
        r"\\anna\share\mine.pth",
    ],
)
def test_what_is_shown_names_no_folder_and_nobody(words: str) -> None:
    text = recipe(words).text()
    assert "mine.pth" in text
    for private in ("anna", "home", "Users", "models/", getpass.getuser(), socket.gethostname(), str(Path.home())):
        assert private not in text


def test_a_model_file_is_found_again_from_any_folder(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    mine = safetensors_file(tmp_path / "here" / "mine.v1", tiny_compact(2, seed=7), card("mine"))
    monkeypatch.chdir(tmp_path / "here")
    located = recipe("mine.v1").located(library)
    assert located.steps[0].params == UpscaleParams(model=str(mine))
    assert located.identity(library) == recipe("mine.v1").identity(library)
    monkeypatch.chdir(tmp_path)
    again = Recipe.from_json(located.to_json(keep_paths=True))
    assert again.identity(library) == located.identity(library)
    assert again.words == {"model": "mine"}


@pytest.mark.parametrize("name", ["photo", "quick", "Quick", "4x_own.v2"])
def test_a_name_of_the_library_stays_one_whatever_lies_around(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).mkdir()
    assert recipe(name).located(library) == recipe(name)
    assert recipe(name).words == {"model": name}
    (tmp_path / name).rmdir()
    (tmp_path / name).write_text("a file of that name")
    assert recipe(name).located(library) == recipe(name)


def test_the_identity_changes_with_weights_words_and_saving(library: Library) -> None:
    one = recipe("quick")
    same = [recipe("quick"), Recipe.from_json(one.to_json()), one.located(library)]
    other = [
        recipe("photo"),
        recipe("quick", scale=2.0),
        recipe("quick", size=TargetSize(long=100)),
        recipe("quick", SaveOptions(quality=80)),
        Recipe((*one.steps, *one.steps)),
        Recipe((Step(replace(one.steps[0].tool, version=99), one.steps[0].params),)),
    ]
    assert {made.identity(library) for made in same} == {one.identity(library)}
    assert len({made.identity(library) for made in (one, *other)}) == len(other) + 1


def test_the_identity_follows_the_weights_of_the_models_it_may_use(library: Library, tmp_path: Path) -> None:
    before = {name: recipe(name).identity(library) for name in ("photo", "photo-x2", "quick")}
    path = tmp_path / "bundled" / "photo-x4.safetensors"
    safetensors_file(path, tiny_compact(4, seed=99), card("photo-x4", group="photo", scale=4, summary="Retrained."))
    assert recipe("photo").identity(library) != before["photo"]
    assert recipe("photo-x2").identity(library) == before["photo-x2"]
    assert recipe("quick").identity(library) == before["quick"]


def test_the_identity_is_the_same_in_another_place(library: Library, tmp_path: Path) -> None:
    before = recipe("quick").identity(library)
    (tmp_path / "bundled").rename(tmp_path / "moved")
    assert recipe("quick").identity(Library(bundled=tmp_path / "moved", user=tmp_path / "user")) == before


GOOD: dict[str, Any] = {"format": "ganstudio-recipe", "version": 1, "steps": [{"tool": "upscale"}]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": "other"}, "This is not a GANStudio recipe."),
        ({"version": 2}, "The recipe comes from a newer version of the program. Update it."),
        ({"version": "1"}, "no version that is a whole number"),
        ({"version": True}, "no version that is a whole number"),
        ({"version": None}, "no version that is a whole number"),
        ({"version": 0}, "no version that is a whole number"),
        ({"steps": []}, "The recipe has no steps."),
        ({"steps": {}}, "The recipe has no steps."),
        ({"steps": ["upscale"]}, "A step of the recipe names no Tool."),
        ({"steps": [{"tool": "paint"}]}, "no Tool “paint”; known are generate, resize, restore, stylize, upscale."),
        ({"steps": [{"tool": "upscale", "version": 99}]}, "Upscale comes from a newer version"),
        ({"steps": [{"tool": "upscale", "version": "1"}]}, "no version that is a whole number"),
        ({"steps": [{"tool": "upscale", "parms": {}}]}, "an unknown part “parms”"),
        ({"steps": [{"tool": "upscale", "params": {"strength": 1}}]}, "There is no parameter “strength”"),
        ({"steps": [{"tool": "upscale", "params": {"scale": 99}}]}, "Scale: 99 is outside"),
        ({"steps": [{"tool": "upscale", "params": {"scale": float("inf")}}]}, "Scale: “inf” is not a number."),
        ({"steps": [{"tool": "upscale", "params": {"scale": 10**400}}]}, "Scale: The number is outside"),
        ({"steps": [{"tool": "upscale", "params": {"scale": 2, "size": "9x"}}]}, "Give one of them."),
        ({"steps": [{"tool": "upscale", "params": [1]}]}, "not a JSON object"),
        ({"save": {"quality": float("nan")}}, "Quality: “nan” is not a whole number."),
        ({"save": None}, "not a JSON object"),
        ({"colour": "red"}, "an unknown part “colour”"),
    ],
)
def test_a_wrong_recipe_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(GOOD | changes))
    with pytest.raises(UsageError) as caught:
        Recipe.load(path)
    assert str(caught.value).startswith(f"The recipe {path} cannot be used.")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b'{"steps":' + b"[" * 100_000 + b"]" * 100_000 + b"}"])
def test_what_is_no_json_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is not valid JSON"):
        Recipe.load(path)


def test_a_folder_and_a_missing_file_are_no_recipes(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.json"):
        with pytest.raises(UsageError, match="cannot be read"):
            Recipe.load(path)


def test_a_recipe_from_a_windows_editor_and_one_out_of_a_result_are_read(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD | {"identity": "abc"}).encode())
    assert Recipe.load(path) == recipe()


def test_every_tool_makes_a_recipe_with_its_usual_params() -> None:
    for tool in all_tools().values():
        made = Recipe((Step(tool, tool.params()),))
        assert Recipe.from_json(json.loads(made.text())) == made
