"""Walk: the keyframes it takes, the frames it draws with real small networks, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganstudio.core import xmp
from ganstudio.core.codecs import History, SaveOptions, open_raster, write
from ganstudio.core.errors import BadInput, BadModel, Cancelled, UsageError
from ganstudio.core.film.writers import writer
from ganstudio.core.latent import Latent, Weighted, session_file
from ganstudio.core.latent.easing import NAMED
from ganstudio.core.latent.session import Favourite, Session
from ganstudio.core.latent.walk import Walk
from ganstudio.core.latent.walk import walk_of as through
from ganstudio.core.params import Kind
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.tools import walk as tool
from ganstudio.tools.maker import Made, all_makers, maker_named
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import Context, step_named
from ganstudio.tools.walk import WalkParams, walk_of

DIGITS = "mnist-dcgan"


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    made = Runtime("cpu", "auto", threads=1)
    yield made
    made.close()


@pytest.fixture
def context(runtime: Runtime) -> Context:
    return Context(Library(), runtime, Progress(), priority=0)


def make(context: Context, output: Path, params: WalkParams, **inputs: Any) -> Made:
    return tool.run(params, {"output": output, **inputs}, context)


def frames(path: Path) -> list[np.ndarray]:
    return [pixels for _, pixels in writer(path.suffix[1:]).decode(path)]


def short(**how: Any) -> WalkParams:
    return WalkParams(**{"seeds": (1, 2, 3), "seconds": 0.3, "fps": 10.0, "quality": 100, **how})


def picture_of(latent: Latent, context: Context) -> np.ndarray:
    return step_named("generate").run(latent, context).pixels  # type: ignore[call-arg]


def test_it_is_a_maker() -> None:
    assert maker_named("walk") is tool.MAKER and "walk" in all_makers()
    with pytest.raises(UsageError, match="no maker"):
        maker_named("run")


def test_the_film_goes_through_its_keyframes(tmp_path: Path, context: Context) -> None:
    made = make(context, tmp_path / "a.webp", short())
    assert made.files == (tmp_path / "a.webp",) and made.facts["frames"] == 9
    shown = frames(made.files[0])
    assert shown[0].shape == (64, 64, 3) and len(shown) == 9
    for number, seed in ((0, "1"), (3, "2"), (6, "3")):
        own = picture_of(Latent(seeds=(Weighted(seed),)), context)
        assert np.abs(shown[number].astype(int) - own).max() <= 2
    steps = [float(np.abs(b.astype(int) - a).mean()) for a, b in zip(shown, [*shown[1:], shown[0]], strict=True)]
    assert min(steps) > 0.5  # the last is not the first twice


def test_digits_with_classes_and_a_direction_over_time(tmp_path: Path, context: Context) -> None:
    params = short(model=DIGITS, seeds=(5,), classes=((Weighted("3"),), (Weighted("8"),)), size=40, seconds=0.4)
    made = make(context, tmp_path / "a.gif", params)
    shown = frames(made.files[0])
    assert len(shown) == 8 and shown[0].shape == (40, 40, 3)
    assert np.abs(shown[0].astype(int) - shown[4]).mean() > 5  # a 3 and an 8
    assert np.array_equal(shown[0][..., 0], shown[0][..., 2])  # gray


def test_upscaled_frames_and_png_frames_carry_their_recipe(tmp_path: Path, context: Context) -> None:
    made = make(context, tmp_path / "frames", short(upscaler="quick", format="png", seeds=(1, 2), seconds=0.2))
    files = sorted(made.files[0].iterdir())
    assert [one.name for one in files] == [f"{n:05d}.png" for n in range(1, 5)]
    raster = open_raster(files[1])
    assert (raster.header.width, raster.header.height) == (128, 128)
    recipe = Recipe.from_json(json.loads(xmp.recipe(raster.meta.xmp) or ""))
    assert [step.tool.id for step in recipe.steps] == ["generate", "upscale"]
    assert xmp.source_type(raster.meta.xmp) == "trainedAlgorithmicMedia"
    again = recipe.apply(None, context)
    assert np.abs(again.rows(0, 128).astype(int) - raster.rows(0, 128)).max() <= 2


def test_a_stopped_film_goes_on_and_is_the_same_film(tmp_path: Path, context: Context) -> None:
    params = short(seconds=1.0)
    whole = make(context, tmp_path / "whole.webp", params)
    progress = Progress()
    seen: list[int] = []

    def show(frame: np.ndarray) -> None:
        seen.append(frame.shape[0])
        if len(seen) == 10:
            progress.stop()

    with pytest.raises(Cancelled, match=r"16 of 30 frames are kept in .*a\.webp\.frames"):
        make(replace(context, progress=progress), tmp_path / "a.webp", params, show=show)
    seen.clear()
    made = make(context, tmp_path / "a.webp", params, show=lambda frame: seen.append(1))
    assert made.facts["reused"] == 16 and len(seen) == 14
    for one, other in zip(frames(made.files[0]), frames(whole.files[0]), strict=True):
        assert np.array_equal(one, other)


def test_another_walk_does_not_take_the_frames(tmp_path: Path, context: Context) -> None:
    identities = set()
    for change in ({}, {"psi": 0.5}, {"fps": 11.0}, {"path": "straight"}, {"size": 65}, {"upscaler": "quick"}):
        params = short(**change)
        identities.add(tool.painter(walk_of(params, {}), params, context, "gif").identity())
    assert len(identities) == 6


def test_a_video_has_even_sides(context: Context) -> None:
    params = short(size=65)
    assert [tool.painter(walk_of(params, {}), params, context, one).side for one in ("gif", "webm")] == [65, 64]


def test_even_pace_evens_the_steps(context: Context) -> None:
    def unevenness(pace: str) -> float:
        params = short(seeds=(1, 1, 4, 9), path="straight", seconds=1.0, pace=pace, easing=NAMED["linear"])
        drawn = tool.painter(walk_of(params, {}), params, context, "gif")
        shown = [drawn.draw([number])[0].astype(float) for number in range(10, 40)]  # behind the pause
        steps = [float(np.abs(b - a).mean()) for a, b in pairwise(shown)]
        return float(np.std(steps) / np.mean(steps))

    assert unevenness("eye") < unevenness("time")


def keyframe(path: Path, latent: Latent, context: Context) -> Path:
    """A picture as `generate` saves it."""
    latent = step_named("generate").located(latent, context.library)  # type: ignore[union-attr]
    recipe = Recipe((Step(step_named("generate"), latent),))
    history = History(recipe=recipe.text(), source_type="trainedAlgorithmicMedia")
    write(Picture.of(picture_of(latent, context)), path, SaveOptions(), Progress(), history=history)
    return path


def test_keyframes_from_pictures_walks_and_sessions(tmp_path: Path, context: Context) -> None:
    latents = [Latent(seeds=(Weighted(str(seed)),), psi=0.9) for seed in (4, 5)]
    files = [keyframe(tmp_path / f"{number}.png", one, context) for number, one in enumerate(latents)]
    found = walk_of(WalkParams(), {"files": files})
    assert [key.latent.seeds for key in found.keys] == [one.seeds for one in latents]
    assert all(key.latent.weights and key.latent.psi == 0.9 for key in found.keys)
    (tmp_path / "empty").mkdir()
    assert [key.latent.seeds for key in walk_of(WalkParams(), {"files": [tmp_path]}).keys] == [
        one.seeds for one in latents
    ]
    with pytest.raises(BadInput, match="no picture in the folder"):
        walk_of(WalkParams(), {"files": [tmp_path / "empty"]})
    saved = through(latents, 0.7, loop=False, path="straight")
    saved.save(tmp_path / "w.ganstudio-walk")
    assert walk_of(WalkParams(), {"files": [tmp_path / "w.ganstudio-walk"]}) == saved
    changed = walk_of(
        WalkParams(loop=True, length=9.0, easing=NAMED["ease"]), {"files": [tmp_path / "w.ganstudio-walk"]}
    )
    assert changed.loop and changed.seconds == 9.0 and changed.keys[0].easing == NAMED["ease"]
    assert len(walk_of(WalkParams(), {"files": [tmp_path / "w.ganstudio-walk", files[0]]}).keys) == 3
    session = Session(favourites=tuple(Favourite(one, "kept") for one in latents))
    session_file.write(session, tmp_path / "s.ganstudio-session")
    assert [key.latent for key in walk_of(WalkParams(), {"files": [tmp_path / "s.ganstudio-session"]}).keys] == latents
    session_file.write(replace(session, walk=saved), tmp_path / "t.ganstudio-session")
    assert walk_of(WalkParams(), {"files": [tmp_path / "t.ganstudio-session"]}) == saved
    session_file.write(Session(), tmp_path / "e.ganstudio-session")
    with pytest.raises(UsageError, match="fewer than two favourites"):
        walk_of(WalkParams(), {"files": [tmp_path / "e.ganstudio-session"]})


def test_files_that_are_no_keyframes(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "photo.png")
    (tmp_path / "cut.ganstudio-walk").write_text('{"format": "ganstudio-walk", ')
    for name, words in (
        ("photo.png", r"photo\.png does not say how it was made.*ganstudio project"),
        ("cut.ganstudio-walk", "not valid JSON"),
        ("none.png", "cannot be read"),
    ):
        with pytest.raises((BadInput, UsageError), match=words):
            walk_of(WalkParams(), {"files": [tmp_path / name]})


def test_a_recipe_that_is_no_generator_s(tmp_path: Path) -> None:
    recipe = Recipe((Step(step_named("upscale"), step_named("upscale").params()),))
    write(
        Picture.of(np.zeros((8, 8, 3), np.uint8)), tmp_path / "up.png", SaveOptions(), Progress(),
        history=History(recipe=recipe.text()),
    )  # fmt: skip
    with pytest.raises(BadInput, match="not made by a generator"):
        walk_of(WalkParams(), {"files": [tmp_path / "up.png"]})


def test_what_is_refused(tmp_path: Path, context: Context) -> None:
    for params, files, words in (
        (WalkParams(), [], "needs at least two keyframes; this one has none"),
        (WalkParams(seeds=(1,)), [], "only one"),
        (WalkParams(seeds=(1, 2)), [tmp_path / "a.png"], "not from both"),
    ):
        with pytest.raises(UsageError, match=words):
            walk_of(params, {"files": files})
    with pytest.raises(UsageError, match="Give one of them"):
        WalkParams(seconds=1.0, length=2.0)
    with pytest.raises(UsageError, match="no class"):
        make(context, tmp_path / "a.gif", short(classes=((Weighted("cubism"),),)))
    with pytest.raises(UsageError, match="use it with Upscale"):
        make(context, tmp_path / "a.gif", short(model="photo"))
    with pytest.raises(BadModel, match="no model"):
        make(context, tmp_path / "a.gif", short(model="cats"))
    two = Walk((*walk_of(short(), {}).keys, *walk_of(short(model=DIGITS), {}).keys))
    with pytest.raises(UsageError, match="different models"):
        make(context, tmp_path / "a.gif", short(seeds=()), walk=two)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays_or_another_name_is_taken(tmp_path: Path, context: Context) -> None:
    (tmp_path / "a.gif").write_text("mine")
    with pytest.raises(Exception, match="already exists"):
        make(context, tmp_path / "a.gif", short())
    made = make(context, tmp_path / "a.gif", short(), exists="rename")
    assert made.files == (tmp_path / "a-2.gif",) and (tmp_path / "a.gif").read_text() == "mine"


def test_a_forecast_draws_nothing_into_the_folder(tmp_path: Path, context: Context) -> None:
    told = tool.forecast(short(), {"output": tmp_path / "a.gif"}, context)
    assert told.facts["frames"] == 9 and told.facts["seconds"] > 0 and told.facts["bytes"] > 0
    assert "9 frames of 64×64 pixels" in told.words and list(tmp_path.iterdir()) == []


FULL = WalkParams(
    seeds=(1, 5, 6, 7), classes=((Weighted("monet"), Weighted("aivazovsky", 0.5)), (Weighted("monet"),)), loop=False,
    easing=NAMED["ease"], pace="eye",
    psi_curve=next(one.kind for one in WalkParams.parameters() if one.name == "psi_curve").parse("0:0.5,2:1.2:ease"),
    direction_curves=next(one.kind for one in WalkParams.parameters() if one.name == "direction_curves").parse(
        "warm@2-5=0:-2,3:2;cold=1:0.5"
    ),
)  # fmt: skip


def test_json_and_text_both_ways() -> None:
    assert WalkParams.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    for one in WalkParams.parameters():
        kind: Kind = one.kind
        assert kind.parse(kind.text(getattr(FULL, one.name))) == getattr(FULL, one.name)


@pytest.mark.parametrize(
    ("name", "text"),
    [("seeds", "5-2"), ("seeds", "1,x"), ("seeds", "0-99999"), ("direction_curves", "warm"),
     ("direction_curves", "=0:1"), ("classes", "monet:x")],
)  # fmt: skip
def test_words_that_are_wrong(name: str, text: str) -> None:
    kind = next(one.kind for one in WalkParams.parameters() if one.name == name)
    with pytest.raises(UsageError):
        kind.parse(text)
