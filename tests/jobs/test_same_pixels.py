"""Window and terminal agree: in `exact` on the CPU one Latent is one picture, whoever draws it, and its recipe too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.core.latent import Latent, Mix, Point, Weighted
from ganstudio.core.progress import Progress
from ganstudio.jobs.generating import recipe_of as recipe_in
from ganstudio.jobs.remote.client import Client
from ganstudio.jobs.remote.generators import (
    AskModel,
    AskPoints,
    DirectionsFound,
    Explored,
    FindDirections,
    ModelKnown,
    Pictured,
    Points,
    Render,
    ThumbDone,
    Thumbs,
)
from ganstudio.jobs.remote.messages import Options
from ganstudio.ui.explore.handing import _written
from ganstudio.ui.explore.making_of import recipe_of
from ganstudio.ui.explore.rendering import UPSCALER
from tests.jobs.remote_harness import Ear, engine

MODEL = "paintings"


@pytest.fixture(scope="module")
def window() -> Iterator[tuple[Client, Ear]]:
    """The window's engine, in its own process, in `exact`, with other workers than the terminal's."""
    with engine(Options(device="cpu", precision="exact", threads=3)) as both:
        yield both


def told(ear: Ear, kind: type[Explored], **wanted: object) -> Explored:
    def look(ear: Ear) -> Explored | None:
        for tick in ear.ticks():
            for one in tick.explored:
                if isinstance(one, kind) and all(getattr(one, name) == value for name, value in wanted.items()):
                    return one
        return None

    return ear.wait(look)


def saved(
    picture: np.ndarray, latent: Latent, weights: str, target: Path, upscaler: str = "", factor: float = 1.0
) -> Path:
    """As Explore saves what it shows."""
    return _written(picture, recipe_of(latent, weights, upscaler, factor).text(), target, True, False, Progress())


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image).reshape(image.height, image.width, -1)


def run_again(path: Path, target: Path) -> np.ndarray:
    """What the terminal makes of a PNG's recipe."""
    recipe = target.with_suffix(".json")
    recipe.write_text(recipe_in(path).text(), "utf-8")
    assert main(["run", str(recipe), "-o", str(target), "--precision", "exact", "--device", "cpu"]) == 0
    return pixels(target)


def test_a_slider_drawn_in_the_window_is_what_the_terminal_draws(window: tuple[Client, Ear], tmp_path: Path) -> None:
    client, ear = window
    client.send(AskModel(MODEL))
    client.send(FindDirections(MODEL, "sefa", 8))
    facts = told(
        ear,
        ModelKnown,
    )
    assert isinstance(facts, ModelKnown)
    found = told(ear, DirectionsFound, how="sefa")
    assert isinstance(found, DirectionsFound)
    first, second = found.directions[:2]
    latent = Latent(
        model=MODEL, seeds=(Weighted("3", 0.75), Weighted("5", 0.25)), psi=0.8, cutoff=7, noise="11",
        classes=(Weighted("monet", 2.0), Weighted("dore")), mix=Mix(88, 4, 6),
    )  # fmt: skip
    for number in range(1, 9):  # the slider is dragged: each picture goes on from what is left of the one before
        latent = replace(latent, pushes=(first.push(number / 4), replace(second.push(-1.0), first=2, last=5)))
        client.send(Render("stage", number, latent))
    drawn = told(ear, Pictured, number=8, stage="full")
    assert isinstance(drawn, Pictured)
    shown = saved(drawn.picture, drawn.latent, facts.facts.weights, tmp_path / "shown.png")
    assert np.array_equal(pixels(shown), drawn.picture)
    words = ["--model", MODEL, "--seeds", "3:0.75+5:0.25", "--class", "monet:2+dore", "--trunc", "0.8", "--cutoff", "7"]
    words += ["--noise", "11", "--mix", "88:4-6", "--precision", "exact", "--device", "cpu"]
    pushes = [f"{first.name}=2", f"{second.name}=-1@2-5"]
    for push in pushes:
        words += ["--direction", push]
    assert main(["generate", "-o", str(tmp_path / "typed.png"), *words]) == 0
    assert np.array_equal(pixels(tmp_path / "typed.png"), drawn.picture)
    assert np.array_equal(run_again(shown, tmp_path / "again.png"), drawn.picture)
    assert recipe_in(shown).to_json()["steps"] == recipe_in(tmp_path / "typed.png").to_json()["steps"]


def test_a_favourite_exported_and_a_point_are_the_same_in_the_terminal(
    window: tuple[Client, Ear], tmp_path: Path
) -> None:
    client, ear = window
    latents = [Latent(model="mnist-dcgan", classes=(Weighted("4"),), seeds=(Weighted(str(seed)),)) for seed in range(3)]
    client.send(Thumbs("export", 20, tuple(latents), 1 << 15))
    client.send(AskPoints("pad", 21, (Latent(model=MODEL, seeds=(Weighted("9"),)),)))
    words = ["--model", "mnist-dcgan", "--class", "4", "--seeds", "0-2", "--precision", "exact", "--device", "cpu"]
    assert main(["generate", "-o", str(tmp_path / "typed"), *words]) == 0
    typed = sorted((tmp_path / "typed").iterdir())
    for index, path in enumerate(typed):
        thumb = told(ear, ThumbDone, channel="export", index=index)
        assert isinstance(thumb, ThumbDone) and np.array_equal(thumb.picture, pixels(path))
    points = told(ear, Points, number=21)
    assert isinstance(points, Points)
    latent = Latent(model=MODEL, point=Point.of(points.values[0]), psi=0.7)
    client.send(Render("pad", 22, latent))
    drawn = told(ear, Pictured, number=22, stage="full")
    assert isinstance(drawn, Pictured)
    shown = saved(drawn.picture, latent, "", tmp_path / "point.png")
    assert np.array_equal(run_again(shown, tmp_path / "again.png"), drawn.picture)


def test_an_enlarged_picture_is_the_same_from_its_recipe(window: tuple[Client, Ear], tmp_path: Path) -> None:
    client, ear = window
    latent = Latent(model="mnist-dcgan", classes=(Weighted("7"),), seeds=(Weighted("2"),))
    client.send(Render("large", 30, latent, upscaled=UPSCALER))
    drawn = told(ear, Pictured, number=30, stage="upscaled")
    assert isinstance(drawn, Pictured)
    shown = saved(drawn.picture, latent, "", tmp_path / "large.png", UPSCALER, drawn.picture.shape[1] / 28)
    again = run_again(shown, tmp_path / "again.png")
    assert again.shape == drawn.picture.shape and np.array_equal(again, drawn.picture)
