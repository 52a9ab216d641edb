"""Project: a picture that the model made itself is found again, others say how far it got; stopped, damaged, pasted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from ganstudio.core import xmp
from ganstudio.core.codecs import open_raster
from ganstudio.core.errors import BadInput, BadModel, Cancelled, EngineError, OutputError, UsageError
from ganstudio.core.latent import Latent, Push, Weighted
from ganstudio.core.latent.projection import Projected, Snapshot, Square
from ganstudio.core.progress import Progress
from ganstudio.models.library import Library
from ganstudio.nets.mlp_gan import Generator as MlpGenerator
from ganstudio.runtime import Runtime
from ganstudio.runtime.generating import generator_of
from ganstudio.runtime.generating.search import Search
from ganstudio.tools import project as tool
from ganstudio.tools.maker import Made, maker_named
from ganstudio.tools.project import PERSON, ProjectParams, projected
from ganstudio.tools.recipe import Recipe
from ganstudio.tools.tool import Context, step_named

DIGITS, PAINTINGS = "mnist-mlp", "paintings"


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    made = Runtime("cpu", "auto", threads=1)
    yield made
    made.close()


@pytest.fixture
def context(runtime: Runtime) -> Context:
    return Context(Library(), runtime, Progress(), priority=0)


def own(context: Context, model: str, word: str, seed: int = 77) -> np.ndarray:
    """A picture that the model makes itself, R×R×3."""
    latent = Latent(model=model, seeds=(Weighted(str(seed)),), classes=(Weighted(word),), psi=0.9)
    picture = step_named("generate").run(latent, context).pixels  # type: ignore[call-arg, union-attr]
    return np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture


def classes(context: Context, model: str) -> tuple[str, ...]:
    return generator_of(context.runtime, context.library.find(model)).facts.classes


def asked(**how: Any) -> ProjectParams:
    return ProjectParams(**{"model": DIGITS, "steps": 60, "person_agrees": True, **how})


def test_a_digit_of_its_own_is_found_again_with_its_class(context: Context) -> None:
    told: list[Snapshot] = []
    photo = own(context, DIGITS, "7")
    found = projected(photo, asked(steps=40), context, told.append)
    assert found.latent.classes == (Weighted("7"),)
    assert found.score.percent > 55 > 35 > found.score.random
    assert np.abs(found.picture.astype(int) - photo[..., :1]).mean() < 14
    going = [one for one in told if one.step]
    assert [one.step for one in going] == sorted(one.step for one in going) and going[-1].step == 40
    percents = [one.score.percent for one in going]
    assert percents == sorted(percents) and percents[-1] > percents[0] + 10
    assert going[-1].picture.shape == found.picture.shape and any("class" in one.doing for one in told)


def test_a_painting_of_its_own_is_found_again_in_w_plus(context: Context) -> None:
    word = classes(context, PAINTINGS)[1]
    photo = own(context, PAINTINGS, word)
    found = projected(photo, asked(model=PAINTINGS, classes=(Weighted(word),), steps=48), context)
    assert found.score.percent > 50 and not found.stopped and found.steps == 48
    assert 10 * np.log10(255**2 / np.square(found.picture.astype(float) - photo).mean()) > 20
    again = step_named("generate").run(found.latent, context).pixels  # type: ignore[call-arg, union-attr]
    assert np.array_equal(again, found.picture)
    rows = found.latent.point.array if found.latent.point else np.zeros((1, 1))
    assert rows.shape == (10, 128) and np.abs(rows - rows[:1]).max() > 0
    alike = projected(photo, asked(model=PAINTINGS, classes=(Weighted(word),), steps=10, space="w"), context)
    assert alike.latent.point is not None and np.abs(alike.latent.point.array - alike.latent.point.array[:1]).max() == 0


def test_a_photograph_that_is_no_digit_says_so(context: Context) -> None:
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 255, (6, 6, 3)).astype(np.uint8)
    photo = np.asarray(Image.fromarray(coarse).resize((96, 80), Image.Resampling.BICUBIC))
    found = projected(photo, asked(classes=(Weighted("5"),), steps=24), context)
    assert found.score.percent < 55
    assert "gist" in found.score.words or "far" in found.score.words
    assert found.square == Square(48, 40, 80)


def test_enough_keeps_the_best_and_stop_throws_away(context: Context) -> None:
    photo, told = own(context, DIGITS, "3"), list[Snapshot]()
    found = projected(
        photo, asked(steps=5000, classes=(Weighted("3"),)), context, told.append, lambda: len(told) >= 3
    )  # fmt: skip
    assert found.stopped and found.steps == told[-1].step < 100
    assert found.score == told[-1].score and found.latent == told[-1].latent
    progress = Progress()

    def stop(one: Snapshot) -> None:
        progress.stop()

    with pytest.raises(Cancelled):
        projected(photo, asked(steps=5000), replace(context, progress=progress), stop)


class Brittle(MlpGenerator):
    """A network that gives no numbers some way out from its middle."""

    far = 0.9

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        broken = z.square().mean(dim=1).sqrt() > self.far
        return torch.where(broken[:, None, None, None], torch.nan, super().picture(z, label))


def test_points_where_the_network_gives_no_numbers_are_left() -> None:
    torch.manual_seed(0)
    net = Brittle(16, 32, 8).eval().requires_grad_(False)
    with torch.no_grad():
        target = net.draw(torch.full((1, 1, 8), 0.5))

    def distance(pictures: Tensor) -> Tensor:
        return (pictures - target).square().mean(dim=(1, 2, 3))

    search = Search(net, None, distance)
    first, way = search.best.distance, search.steps(40, layers=False)
    for _ in range(40):
        try:
            way.step()
        except EngineError:
            break
        way.judge()
    assert search.faults > 0
    assert np.isfinite(search.best.ws).all() and search.best.distance < first
    net.far = -1.0
    with pytest.raises(EngineError, match="no usable pixels"):
        Search(net, None, distance)


def test_a_damaged_model_and_models_of_another_kind(tmp_path: Path, context: Context) -> None:
    from safetensors import safe_open
    from safetensors.torch import save_file

    photo = own(context, DIGITS, "3")
    with safe_open(context.library.find(DIGITS).path, "pt") as file:
        state = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
        about = file.metadata()
    next(one for one in state.values() if one.is_floating_point()).fill_(torch.nan)
    save_file(state, tmp_path / "damaged.safetensors", about)
    with pytest.raises(EngineError, match="no usable pixels"):
        projected(photo, asked(model=str(tmp_path / "damaged.safetensors"), classes=(Weighted("3"),)), context)
    with pytest.raises(UsageError, match="use it with Upscale"):
        projected(photo, asked(model="photo"), context)
    with pytest.raises(BadModel, match="no model"):
        projected(photo, asked(model="cats"), context)
    with pytest.raises(UsageError, match="no class"):
        projected(photo, asked(classes=(Weighted("eleven"),)), context)
    with pytest.raises(UsageError, match="beside the photograph"):
        projected(photo, asked(crop=Square(999, 999, 20)), context)


def photo_file(path: Path, context: Context) -> Path:
    """A digit in the middle of a photograph with metadata and alpha."""
    pixels = np.full((60, 80, 4), 200, np.uint8)
    pixels[16:44, 26:54, :3] = np.asarray(Image.fromarray(own(context, DIGITS, "4")).resize((28, 28)))
    pixels[..., 3] = 255
    pixels[:5, :, 3] = 40
    Image.fromarray(pixels).save(path, dpi=(300, 300))
    return path


def at_once() -> bool:
    """Enough is found, whatever it is: where only the files count."""
    return True


def make(context: Context, files: list[Path], output: Path | None, params: ProjectParams, **inputs: Any) -> Made:
    return tool.run(params, {"files": files, "output": output, **inputs}, context)


def test_the_file_carries_its_latent_and_the_photograph_keeps_what_it_has(tmp_path: Path, context: Context) -> None:
    source = photo_file(tmp_path / "photo.png", context)
    params = asked(crop=Square(40, 30, 28), classes=(Weighted("4"),), paste="soft", steps=16)
    made = make(context, [source], tmp_path, params)
    names = [path.name for path in made.files]
    assert names == ["photo-mnist-mlp.png", "photo-mnist-mlp-pasted.png"]
    raster = open_raster(made.files[0])
    recipe = Recipe.from_json(json.loads(xmp.recipe(raster.meta.xmp) or ""))
    again = recipe.apply(None, context)
    assert np.array_equal(again.rows(0, again.header.height), raster.rows(0, raster.header.height))
    assert isinstance(made.value[0], Projected) and made.facts["results"][0]["percent"] > 30
    assert "photo-mnist-mlp.png: " in made.words and "Class: 4." in made.words
    before, after = np.asarray(Image.open(source)), np.asarray(Image.open(made.files[1]))
    assert np.array_equal(before[..., 3], after[..., 3])
    assert np.array_equal(before[:16], after[:16]) and not np.array_equal(before[20:40], after[20:40])
    pasted = open_raster(made.files[1])
    assert pasted.meta.dpi == pytest.approx((300, 300), abs=0.1)
    assert xmp.source_type(pasted.meta.xmp) == "compositeWithTrainedAlgorithmicMedia"


def test_an_edit_is_pasted_back_as_a_change(tmp_path: Path, context: Context) -> None:
    push = Push("SeFa 1", 3.0)
    source = photo_file(tmp_path / "photo.png", context)
    params = asked(crop=Square(40, 30, 28), classes=(Weighted("4"),), steps=10, pushes=(push,), paste="change")
    made = make(context, [source], tmp_path, params)
    recipe = Recipe.from_json(json.loads(xmp.recipe(open_raster(made.files[0]).meta.xmp) or ""))
    assert recipe.source is not None and isinstance(recipe.source.params, Latent)
    assert [(one.name, one.amount) for one in recipe.source.params.pushes] == [(push.name, 3.0)]
    before, after = np.asarray(Image.open(source)).astype(int), np.asarray(Image.open(made.files[1])).astype(int)
    assert np.abs(after - before)[20:40, 30:50].max() > 10 and np.array_equal(after[:14], before[:14])
    with pytest.raises(UsageError, match="no change to paste back"):
        asked(paste="change")
    with pytest.raises(UsageError, match="no direction “warmth”"):
        make(context, [source], tmp_path, replace(params, pushes=(Push("warmth", 1.0),)), exists="overwrite")


def test_wrong_files_and_places_are_told(tmp_path: Path, context: Context) -> None:
    source = photo_file(tmp_path / "photo.png", context)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    out = tmp_path / "out"
    params = asked(steps=10, classes=(Weighted("4"),))
    with pytest.raises(UsageError, match="is no folder"):
        tool.asked(params, {"files": [source, source], "output": out}, context)
    out.mkdir()
    each = tool.asked(params, {"files": [source, tmp_path / "broken.jpg"], "output": out}, context)
    assert [one.output.name for one in each] == ["photo-mnist-mlp.png", "broken-mnist-mlp.png"]
    made = make(context, [source], out, params)
    assert [one.name for one in made.files] == ["photo-mnist-mlp.png"]
    with pytest.raises(BadInput):
        make(context, [tmp_path / "broken.jpg"], out, params)
    with pytest.raises(OutputError, match="already exists"):
        make(context, [source], out, params)
    renamed = make(context, [source], out, params, exists="rename", enough=at_once)
    assert renamed.files[0].name == "photo-mnist-mlp-2.png"
    with pytest.raises(UsageError, match="saved as PNG"):
        make(context, [source], out / "a.jpg", params)
    with pytest.raises(UsageError, match="No photograph"):
        make(context, [], out, params)


def test_a_person_is_asked_about_unless_that_was_said(tmp_path: Path, context: Context) -> None:
    source, told = photo_file(tmp_path / "photo.png", context), list[str]()
    params = asked(steps=10, classes=(Weighted("4"),))
    silent = replace(params, person_agrees=False)
    make(context, [source], tmp_path / "a.png", silent, tell=told.append, enough=at_once)
    make(context, [source], tmp_path / "b.png", params, tell=told.append, enough=at_once)
    assert len(told) == 1 and PERSON in told[0] and "--person-agrees" in told[0]


def test_the_window_s_pixels_leave_no_file(tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    photo = own(context, DIGITS, "1").astype(np.uint16) * 257
    made = tool.run(asked(steps=10, classes=(Weighted("1"),)), {"photo": photo, "enough": at_once}, context)
    assert made.files == () and list(tmp_path.iterdir()) == [] and len(made.value) == 1


def test_a_forecast_says_how_long(tmp_path: Path, context: Context) -> None:
    source = photo_file(tmp_path / "photo.png", context)
    told = tool.forecast(asked(steps=1000, classes=(Weighted("4"),)), {"files": [source]}, context)
    assert told.facts["seconds"] > 0 and "1,000 steps" in told.words
    assert maker_named("project").keeps
