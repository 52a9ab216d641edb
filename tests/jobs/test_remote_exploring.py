"""The engine's side of Explore, in its process: models, early and whole pictures, points, directions, trouble."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from ganstudio.core.latent import Latent, Push, Weighted
from ganstudio.core.latent.walk import walk_of
from ganstudio.core.paths import resource, user_models
from ganstudio.jobs.journal import FILE, Journal
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import State
from ganstudio.jobs.remote.client import Client
from ganstudio.jobs.remote.generators import (
    AskChanges,
    AskModel,
    AskPoints,
    Changes,
    ChannelFailed,
    DirectionsFailed,
    DirectionsFound,
    EndMake,
    FindDirections,
    Forget,
    Make,
    MakeDone,
    MakeFailed,
    ModelKnown,
    ModelRefused,
    Pictured,
    Points,
    Render,
    ThumbDone,
    Thumbs,
)
from ganstudio.jobs.remote.messages import RunBatches
from ganstudio.models.filing import file_sha256
from tests.jobs.remote_harness import Ear, engine

T = TypeVar("T")
PATIENCE_S = 120
HERE = Latent(model="mnist-mlp")
HOMES: list[Path] = []  # the engine's own folder of models


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Ear]]:
    """One engine for all tests here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(tmp_path_factory.mktemp("engine") / "home"))
        HOMES.append(user_models())
        with engine() as both:
            yield both


def told(ear: Ear, kind: type[T], **wanted: object) -> T:
    """The first answer of a kind with these attributes."""

    def look(ear: Ear) -> T | None:
        for tick in ear.ticks():
            for one in tick.explored:
                if isinstance(one, kind) and all(getattr(one, name) == value for name, value in wanted.items()):
                    return one
        return None

    return ear.wait(look)


def answers(ear: Ear, kind: type[T]) -> list[T]:
    return [one for tick in ear.ticks() for one in tick.explored if isinstance(one, kind)]


def test_a_model_says_what_it_is(running: tuple[Client, Ear]) -> None:
    client, ear = running
    client.send(AskModel("paintings"))
    facts = told(ear, ModelKnown).facts
    assert facts.resolution == 64 and facts.sizes[-1] == 64 and facts.num_ws == 10 and facts.has_w
    assert "monet" in facts.classes and len(facts.groups) == 3 and len(facts.weights) == 64


def test_a_model_that_is_not_there_is_named(running: tuple[Client, Ear]) -> None:
    client, ear = running
    client.send(AskModel("no-such-model"))
    refused = told(ear, ModelRefused, model="no-such-model")
    assert refused.gone and "no-such-model" in refused.failure.sentence and refused.failure.kind == "user"
    client.send(AskModel("quick-x2"))
    other = told(ear, ModelRefused, model="quick-x2")
    assert not other.gone and "Quick" in other.failure.sentence
    client.send(Render("gone", 1, Latent(model="no-such-model")))
    assert told(ear, ChannelFailed, channel="gone").gone


def test_pictures_thumbs_and_points(running: tuple[Client, Ear]) -> None:
    client, ear = running
    client.send(Render("stage", 11, HERE))
    whole = told(ear, Pictured, number=11, stage="full")
    assert whole.picture.shape == (28, 28, 1) and whole.picture.dtype == np.uint8 and whole.latent == HERE
    assert not whole.clamped and whole.seconds > 0
    others = tuple(replace(HERE, seeds=(Weighted(str(seed)),)) for seed in range(6))
    client.send(Thumbs("wall", 12, others, 14))
    found = {index: told(ear, ThumbDone, channel="wall", index=index).picture for index in range(6)}
    assert all(one.shape == (14, 14, 1) for one in found.values())
    assert len({one.tobytes() for one in found.values()}) == 6
    client.send(AskPoints("pad", 13, others[:2]))
    points = told(ear, Points, number=13).values
    assert len(points) == 2 and points[0].dtype == np.float32 and points[0].ndim == 2
    assert not np.array_equal(points[0], points[1])


def test_the_newest_wins_and_forgotten_ones_are_not_drawn(running: tuple[Client, Ear]) -> None:
    client, ear = running
    for number in range(100, 160):
        client.send(Render("busy", number, replace(HERE, psi=(number - 100) / 60)))
    last = told(ear, Pictured, number=159, stage="full")
    assert last.latent.psi == pytest.approx(59 / 60)
    drawn = [one.number for one in answers(ear, Pictured) if one.channel == "busy"]
    assert drawn == sorted(drawn) and len(drawn) < 60
    client.send(Thumbs("dropped", 200, (HERE,) * 400, 14))
    client.send(Forget("dropped"))
    client.send(Render("after", 201, HERE))
    told(ear, Pictured, number=201)
    assert len([one for one in answers(ear, ThumbDone) if one.channel == "dropped"]) < 400


def test_a_larger_picture_through_an_upscaler(running: tuple[Client, Ear]) -> None:
    client, ear = running
    client.send(Render("large", 300, HERE, upscaled="quick"))
    large = told(ear, Pictured, channel="large", stage="upscaled")
    assert large.picture.shape in ((56, 56, 1), (112, 112, 1))  # gray stays gray, as in the recipe's hands


def test_directions_and_a_push_too_far(running: tuple[Client, Ear]) -> None:
    client, ear = running
    client.send(FindDirections("mnist-mlp", "sefa", 3))
    client.send(FindDirections("mnist-mlp", "pca", 2))
    client.send(FindDirections("no-such-model", "sefa", 3))
    sefa, pca = (told(ear, DirectionsFound, how=how).directions for how in ("sefa", "pca"))
    assert len(sefa) == 3 and len(pca) == 2 and {one.origin for one in sefa} == {"sefa"}
    assert told(ear, DirectionsFailed).failure.kind == "user"
    huge = np.full(len(sefa[0].array), 1e38, np.float32).astype("<f4").tobytes()
    client.send(Render("far", 400, replace(HERE, pushes=(Push("Much", 50.0, vector=huge),))))
    far = told(ear, Pictured, channel="far", stage="full")
    assert "Much" in far.clamped and far.picture.shape == (28, 28, 1)


def test_a_file_that_goes_while_it_is_open(running: tuple[Client, Ear]) -> None:
    client, ear = running
    path = HOMES[-1] / "mine.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(resource("models", "mnist-mlp.safetensors"), path)
    client.send(AskModel("mine"))
    client.send(Render("mine", 500, Latent(model="mine"), early=False))
    first = told(ear, Pictured, number=500, stage="full")
    shutil.copy(resource("models", "mnist-dcgan.safetensors"), path)  # another model in its place says which it is
    client.send(Render("mine", 510, Latent(model="mine"), early=False))
    second = told(ear, Pictured, number=510, stage="full")
    assert first.weights == file_sha256(resource("models", "mnist-mlp.safetensors"))
    assert second.weights == file_sha256(resource("models", "mnist-dcgan.safetensors"))
    path.unlink()
    client.send(Render("mine", 501, Latent(model="mine", psi=0.2)))
    assert told(ear, ChannelFailed, channel="mine").gone
    client.send(Render("alive", 502, HERE))
    told(ear, Pictured, channel="alive", stage="full")


def test_an_unknown_maker_fails_and_may_be_ended_too_late(running: tuple[Client, Ear]) -> None:
    client, ear = running
    client.send(Make(7, "no-such-maker", {}))
    assert "no-such-maker" in told(ear, MakeFailed, task=7).failure.sentence
    client.send(EndMake(7))
    client.send(Render("still", 600, HERE))
    told(ear, Pictured, channel="still", stage="full")


def test_changes_along_a_way_are_those_that_the_film_goes_by(running: tuple[Client, Ear]) -> None:
    client, ear = running
    still = (HERE,) * 3
    moving = tuple(replace(HERE, psi=psi) for psi in (-0.5, 0.0, 0.1))
    client.send(AskChanges("pace", 900, (still, moving)))
    at_rest, moved = told(ear, Changes, number=900).values
    assert at_rest == (0.0, 0.0) and len(moved) == 2 and moved[0] > moved[1] > 0
    client.send(AskChanges("pace", 901, ((replace(HERE, model="no-such-model"),) * 2,)))
    assert told(ear, ChannelFailed, channel="pace").gone


def test_a_film_of_the_window_is_a_job_of_the_queue(running: tuple[Client, Ear], tmp_path: Path) -> None:
    client, ear = running
    walk = walk_of([replace(HERE, seeds=(Weighted(seed),), classes=(Weighted("3"),)) for seed in "12"], seconds=8)
    film, journal = tmp_path / "film.gif", Journal(HOMES[0].parent / FILE)
    ask = Make(70, "walk", {"fps": 50.0, "format": "gif"}, {"walk": walk, "output": film, "exists": "overwrite"})
    client.send(ask)
    wait_until(lambda: (tmp_path / "film.gif.frames" / "00009.png").exists())
    (job,) = journal.jobs()
    assert (job.title, job.state, job.source) == ("Walk: 2 keyframes", State.RUNNING, film)
    client.send(EndMake(70))
    failure = told(ear, MakeFailed, task=70).failure
    assert failure.kind == "stopped" and "frames are kept in" in failure.sentence
    (job,) = journal.jobs()
    assert job.state is State.WAITING and not film.exists()
    (batch,) = Queue(journal).resume()  # as Start does in the window's table
    client.send(RunBatches((batch.id,), None))
    wait_until(lambda: next(journal.jobs()).state is State.DONE)
    assert [path.name for path in tmp_path.iterdir()] == ["film.gif"]
    client.send(replace(ask, task=71))  # the same once more, where it was agreed to replace it
    made = told(ear, MakeDone, task=71).value
    assert made.facts["frames"] == 800 and made.facts["reused"] == 0
    assert [one.id for one in journal.jobs()] == [job.id]
    journal.close()


def wait_until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < until
        time.sleep(0.02)
