"""Upscale and Resize: the size that is foretold is the size that comes, by as many networks as it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Picture, read_whole
from ganstudio.core.sizes import Size, TargetSize
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.tools import upscale
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import Context, tool_named
from ganstudio.tools.upscale import UpscaleParams, passes
from tests.acceptance.making import scene
from tests.models.making import card, safetensors_file, tiny_compact


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Photo ×2 and ×4, quick ×2, cleaner ×1, sharper ×1 and ×2, and a GAN."""
    folder = tmp_path_factory.mktemp("bundled")
    for seed, (name, group, scale, gan) in enumerate(
        (
            ("photo-x2", "photo", 2, False),
            ("photo-x4", "photo", 4, False),
            ("quick-x2", "quick", 2, False),
            ("cleaner", "", 1, False),
            ("sharper-x1", "sharper", 1, False),
            ("sharper-x2", "sharper", 2, False),
            ("dreamer-x2", "dreamer", 2, True),
            ("photo-crisp-x2", "crisp", 2, True),
        )
    ):
        facts = card(name, group=group, scale=scale, gan=gan, kind="restorer" if scale == 1 else "upscaler")
        if name == "photo-crisp-x2":
            facts = replace(facts, settings={"begun_from": "photo-x2"})
        net = tiny_compact(scale, seed=seed)
        for parameter in net.body[-1].parameters():
            parameter.data *= 0.1  # near enough to a plain enlargement to be taken for an upscaler
        safetensors_file(folder / f"{name}.safetensors", net, facts)
    return Library(bundled=folder, user=tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def context(library: Library) -> Iterator[Context]:
    runtime = Runtime("cpu", "exact", threads=1)
    yield Context(library, runtime, Progress())
    runtime.close()


def recipe(tool: str = "upscale", **params: Any) -> Recipe:
    made = tool_named(tool)
    return Recipe((Step(made, made.params(**params)),))


def made_of(one: Recipe, width: int, height: int, context: Context) -> tuple[tuple[int, int], Picture]:
    """The size foretold, and the picture."""
    source = Picture.of(scene(width, height))
    foretold = one.out_size(source.header, context.library)
    result = one.apply(source, context)
    try:
        return foretold, read_whole(result)
    finally:
        result.close()


targets = st.one_of(
    st.builds(TargetSize, width=st.integers(1, 90), height=st.integers(1, 90)),
    st.builds(TargetSize, width=st.integers(1, 90)),
    st.builds(TargetSize, long=st.integers(1, 90)),
    st.builds(TargetSize, short=st.integers(1, 40)),
)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 24),
    height=st.integers(1, 24),
    model=st.sampled_from(["photo", "photo-x4", "quick", "sharper"]),
    wanted=st.one_of(
        st.builds(dict, scale=st.none() | st.floats(0.05, 5)),
        st.builds(dict, size=targets),
    ),
)
def test_the_size_foretold_is_the_size_that_comes(
    context: Context, width: int, height: int, model: str, wanted: dict[str, Any]
) -> None:
    foretold, picture = made_of(recipe(model=model, **wanted), width, height, context)
    assert foretold == (picture.header.width, picture.header.height)
    assert picture.pixels.shape == (foretold[1], foretold[0], 3)


@settings(deadline=None)
@given(
    width=st.integers(1, 60_000),
    height=st.integers(1, 60_000),
    box=st.tuples(st.integers(1, 60_000), st.integers(1, 60_000)),
)
def test_a_box_is_filled_and_never_left(width: int, height: int, box: tuple[int, int]) -> None:
    reached = TargetSize(*box).of(width, height)
    assert reached[0] == box[0] or reached[1] == box[1]
    assert reached[0] <= box[0]
    assert reached[1] <= box[1]
    assert TargetSize(width=box[0]).of(width, height)[0] == box[0]
    assert max(TargetSize(long=box[0]).of(width, height)) == box[0]
    assert min(TargetSize(short=box[0]).of(width, height)) == box[0]


@pytest.mark.parametrize(
    ("model", "factor", "networks"),
    [
        ("photo", 1.0, []),
        ("photo", 0.5, []),
        ("photo", 1.0005, []),
        ("photo", 1.1, ["photo-x2"]),
        ("photo", 2.0, ["photo-x2"]),
        ("photo", 2.5, ["photo-x4"]),
        ("photo", 4.0, ["photo-x4"]),
        ("photo", 5.0, ["photo-x4", "photo-x2"]),
        ("photo", 8.0, ["photo-x4", "photo-x2"]),
        ("photo", 16.0, ["photo-x4", "photo-x4"]),
        ("photo-x2", 16.0, ["photo-x2"] * 4),
        ("quick", 16.0, ["quick-x2"] * 4),
        ("quick", 3.0, ["quick-x2"] * 2),
        ("photo-x4", 2.0, ["photo-x4"]),
        ("cleaner", 1.0, ["cleaner"]),
        ("cleaner", 0.5, ["cleaner"]),
        ("sharper", 1.0, ["sharper-x1"]),
        ("sharper", 3.0, ["sharper-x2"] * 2),
    ],
)
def test_networks_follow_each_other_until_the_factor_is_reached(
    library: Library, model: str, factor: float, networks: list[str]
) -> None:
    assert [one.name for one in passes(UpscaleParams(model), factor, library)] == networks


@pytest.mark.parametrize("factor", [1.3, 2, 3, 4, 6, 8, 12, 16])
@pytest.mark.parametrize("model", ["fidelity", "quick"])
def test_the_bundled_models_reach_every_factor(model: str, factor: float) -> None:
    library = Library()
    run = passes(UpscaleParams(model), factor, library)
    reached = int(np.prod([one.card.scale for one in run]))
    assert reached >= factor
    assert all(one.card.group == model for one in run)
    assert reached / run[-1].card.scale < factor  # none too many


def test_sixteen_times_larger(context: Context) -> None:
    foretold, picture = made_of(recipe(model="quick", scale=16.0), 9, 5, context)
    assert foretold == (picture.header.width, picture.header.height) == (144, 80)


def test_without_a_scale_a_group_doubles_and_a_model_keeps_its_own(library: Library) -> None:
    header = Header(10, 20)
    for model, size in (("photo", (20, 40)), ("photo-x4", (40, 80)), ("cleaner", (10, 20)), ("sharper", (20, 40))):
        assert recipe(model=model).out_size(header, library) == size


def test_a_model_that_keeps_the_size_works_on_the_picture_and_does_not_enlarge(context: Context) -> None:
    foretold, picture = made_of(recipe(model="cleaner"), 16, 12, context)
    assert foretold == (16, 12)
    assert not np.array_equal(picture.pixels, scene(16, 12))
    assert made_of(recipe(model="cleaner", scale=0.5), 16, 12, context)[0] == (8, 6)


def test_a_model_that_keeps_the_size_is_refused_before_anything_is_begun(library: Library) -> None:
    with pytest.raises(UsageError, match=r"cleaner keeps a picture's size: it cannot make it 2 times larger"):
        recipe(model="cleaner", scale=2.0).identity(library)
    with pytest.raises(UsageError, match="keeps a picture's size"):
        passes(UpscaleParams("cleaner", size=Size().parse("long:100")), 2.0, library)


def test_a_factor_of_one_half_needs_no_network(context: Context) -> None:
    smaller = made_of(recipe(model="photo", scale=0.5), 24, 16, context)[1]
    resized = made_of(recipe("resize", scale=0.5), 24, 16, context)[1]
    assert np.array_equal(smaller.pixels, resized.pixels)


def test_a_size_smaller_than_the_picture_is_reached_too(context: Context) -> None:
    foretold, picture = made_of(recipe(model="photo", size=TargetSize(long=10)), 24, 16, context)
    assert foretold == (picture.header.width, picture.header.height) == (10, 7)


def test_steps_after_each_other_give_the_size_foretold(context: Context) -> None:
    up, down = recipe(model="quick").steps[0], recipe("resize", size=TargetSize(width=15)).steps[0]
    foretold, picture = made_of(Recipe((up, down, up)), 16, 12, context)
    assert foretold == (picture.header.width, picture.header.height) == (30, 22)


def test_what_a_result_says_of_its_source_is_the_strongest_word_of_its_steps(library: Library) -> None:
    plain, invented, resized = recipe(model="quick"), recipe(model="dreamer"), recipe("resize", scale=2.0)
    assert resized.source_type(library) == ""
    assert plain.source_type(library) == "algorithmicallyEnhanced"
    assert invented.source_type(library) == "compositeWithTrainedAlgorithmicMedia"
    assert Recipe((*plain.steps, *invented.steps, *resized.steps)).source_type(library) == invented.source_type(library)


def test_an_unknown_model_is_a_sentence_with_the_nearest_name(library: Library) -> None:
    with pytest.raises(BadModel, match="Did you mean quick"):
        upscale.out_size(UpscaleParams("quikc"), Header(8, 8), library)


def test_scale_and_size_are_not_given_both() -> None:
    with pytest.raises(UsageError, match="Give one of them"):
        UpscaleParams(scale=2.0, size=TargetSize(long=9))


def test_a_blend_goes_from_the_faithful_model_to_its_gan(context: Context, library: Library) -> None:
    picture = Picture.of(scene(48, 40))

    def made(model: str, blend: float = 0.0) -> np.ndarray:
        result = recipe(model=model, scale=2.0, blend=blend).apply(picture, context)
        return read_whole(result).pixels.astype(int)

    faithful, half, whole, gan = made("photo-x2"), made("photo-x2", 0.5), made("photo-x2", 1.0), made("photo-crisp-x2")
    assert np.array_equal(whole, gan) and not np.array_equal(faithful, gan)
    assert 0 < np.abs(half - faithful).mean() < np.abs(gan - faithful).mean()


def test_a_blend_counts_as_invented_and_both_models_belong_to_it(library: Library) -> None:
    plain, blended = UpscaleParams("photo-x2"), UpscaleParams("photo-x2", blend=0.3)
    assert upscale.source_type(plain, library) == "algorithmicallyEnhanced"
    assert upscale.source_type(blended, library) == "compositeWithTrainedAlgorithmicMedia"
    assert [one.name for one in upscale.models(blended, library)] == ["photo-x2", "photo-crisp-x2"]
    assert recipe(model="photo-x2").identity(library) != recipe(model="photo-x2", blend=0.3).identity(library)


def test_a_blend_without_a_counterpart_is_refused_with_what_has_one(library: Library, context: Context) -> None:
    params = UpscaleParams("quick", blend=0.5)
    assert "blend" in upscale.idle(params, library) and not upscale.idle(UpscaleParams("photo"), library)
    with pytest.raises(UsageError) as caught:
        upscale.models(params, library)
    assert "photo-x2" in caught.value.hint
