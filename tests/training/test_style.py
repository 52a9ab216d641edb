"""The Trainee of style networks, through its Goal and the Loop: it learns, resumes exactly, what comes out paints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.core.errors import BadInput
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture, read_whole
from ganstudio.models import open_model
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.tools.stylize import TOOL, StylizeParams
from ganstudio.tools.tool import Context
from ganstudio.training import plans
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.data.survey import survey_of
from ganstudio.training.goal import all_goals
from ganstudio.training.loop import Loop
from ganstudio.training.run import Order, Run
from ganstudio.training.style.plan import STYLES, StylePlan
from ganstudio.training.style.trainee import StyleTrainee
from ganstudio.training.trainee import Facts

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def mixed(pictures: Path) -> Path:
    """Six smooth photographs, and four striped paintings in `styles`."""
    (pictures / STYLES).mkdir()
    rng = np.random.default_rng(4)
    for number in range(4):
        stripes = np.repeat(rng.integers(0, 256, (1, 24, 3), dtype=np.uint8), 4, axis=1)
        Image.fromarray(np.repeat(stripes, 96, axis=0)).save(pictures / STYLES / f"s{number}.png")
    return pictures


@pytest.fixture
def plan() -> StylePlan:
    usual = plans.load("style")
    assert isinstance(usual, StylePlan)
    return replace(usual, batch=2, size=64, final_size=64, steps=4, warmup=1, hold_out=3, precision="fp32")


def begun(folder: Path, pictures: Path, plan: StylePlan) -> Loop:
    run, found = Run(folder), open_pictures(pictures)
    order = Order(plan, str(pictures))
    run.begin(order)
    loop = Loop(run, order, all_goals()["stylizer"].begin(plan, found, Facts()), (found.listing(), found.table()))
    loop.open()
    return loop


def test_two_and_two_steps_are_four(mixed: Path, plan: StylePlan) -> None:
    whole, first, second = (StyleTrainee(plan, open_pictures(mixed), Facts()) for _ in range(3))
    for number in range(4):
        whole.step(number, 1.0, 1)
    for number in (0, 1):
        first.step(number, 1.0, 1)
    second.take_up(first.state())
    for number in (2, 3):
        second.step(number, 1.0, 1)
    for a, b in ((whole.net, second.net), (whole.ema.net, second.ema.net)):
        assert all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_it_learns_to_paint(mixed: Path, plan: StylePlan) -> None:
    trainee = StyleTrainee(replace(plan, lr=2e-3, ema=0.5), open_pictures(mixed), Facts())
    before = trainee.check()
    for number in range(30):
        assert "skipped" not in trainee.step(number, 1.0, 1)
    after = trainee.check()
    assert before.score is not None and after.score is not None and after.score > before.score
    assert set(after.numbers) == {"style", "content", "smooth"} and trainee.images == 60
    assert trainee.samples().shape == (3 * 64, 3 * 64, 3)  # two photographs like two styles, and what they are


def test_what_comes_out_paints_like_a_picture(tmp_path: Path, mixed: Path, plan: StylePlan) -> None:
    loop = begun(tmp_path / "run", mixed, plan)
    loop.go()
    (path,) = loop.run.models()
    model = open_model(path)
    assert model.card.kind == "stylizer" and model.card.settings["features"] == plan.features
    runtime = Runtime("cpu", "exact", threads=1)
    params = StylizeParams(
        style=StylizeParams.parameters()[0].kind.parse(str(mixed / STYLES / "s0.png")), model=str(path)
    )
    photo = Picture.of(np.array(Image.open(mixed / "p0.png")))
    painted = read_whole(TOOL.run(params, photo, Context(Library(), runtime, Progress())))
    runtime.close()
    assert painted.pixels.shape == photo.pixels.shape and not np.array_equal(painted.pixels, photo.pixels)


def test_a_soft_state_is_half_as_large_and_goes_on(mixed: Path, plan: StylePlan) -> None:
    trainee = StyleTrainee(plan, open_pictures(mixed), Facts())
    trainee.step(0, 1.0, 1)
    state = trainee.soft_state()
    assert {value.dtype for value in state["net"].values() if value.is_floating_point()} == {torch.float16}
    other = StyleTrainee(plan, open_pictures(mixed), Facts())
    other.take_up_soft(state)
    assert other.images == trainee.images and "skipped" not in other.step(1, 1.0, 1)


def test_a_folder_without_styles_or_without_photographs_is_refused(
    pictures: Path, mixed: Path, plan: StylePlan
) -> None:
    goal = all_goals()["stylizer"]
    for name in sorted(path.name for path in pictures.glob("p*.png")):
        (pictures / name).unlink()
    with pytest.raises(BadInput, match="no photographs"):
        goal.suggest(survey_of(mixed, ())[1], plan)
    for path in (mixed / STYLES).glob("*.png"):
        path.rename(mixed / path.name)
    with pytest.raises(BadInput, match="no sub-folder"):
        goal.suggest(survey_of(mixed, ())[1], plan)
