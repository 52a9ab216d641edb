"""The engine in a process of its own: real tasks, stopped, killed, hung, out of memory, left alone by its window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from ganstudio.core.document.pool import Pool
from ganstudio.core.document.rect import Rect
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import Batch
from ganstudio.jobs.remote import messages, pixels
from ganstudio.jobs.remote.client import Client
from ganstudio.jobs.remote.messages import BatchEnd, Measured, Options, Source
from ganstudio.jobs.watch import Status
from tests.jobs.harness import ROOT, assert_made_of, doubling, files, folder_of, save
from tests.jobs.harness import engine as engine_here
from tests.jobs.harness import put as put_in
from tests.jobs.remote_harness import Ear, engine, failure, result, samples, source, upscaling

WHOLE = None


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for all tests here: models are measured once."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[tuple[Client, Ear]]:
    with engine() as (client, ear):
        yield client, ear


@pytest.fixture(autouse=True)
def same_home(home: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANSTUDIO_HOME", str(home))


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(1 << 28)
    yield pool
    pool.close()


def covered(areas: list[Rect], width: int, height: int) -> np.ndarray:
    count = np.zeros((height, width), int)
    for rect in areas:
        count[rect.slices] += 1
    return count


def test_a_picture_fills_in_tile_by_tile_and_its_part_alone_is_the_same(
    running: tuple[Client, Ear], pool: Pool
) -> None:
    client, ear = running
    given = source(pool, 576, 400)
    whole = result(ear, client.apply(upscaling(), given, WHOLE, "whole"))
    task = client.apply(upscaling(), given, Rect(200, 120, 420, 330), "part")
    piece = result(ear, task)
    assert (whole.header.width, whole.header.height, whole.rect) == (1152, 800, Rect(0, 0, 1152, 800))
    assert piece.rect == Rect(400, 240, 840, 660)
    assert (piece.header.width, piece.header.height) == (440, 420)
    assert piece.how.startswith(("torch", "kernels"))
    assert whole.source_type == "algorithmicallyEnhanced"
    assert whole.recipe["steps"][0]["params"]["model"] == "quick"
    everything = samples(whole)
    assert np.abs(samples(piece).astype(int) - everything[piece.rect.slices]).max() <= 2
    assert len(ear.areas(task)) > 2
    assert (covered(ear.areas(task), 440, 420) == 1).all()
    assert np.abs(everything[::2, ::2].mean() - scene_mean(given)) < 4
    whole.release()
    assert not whole.path.exists()


def scene_mean(given: Source) -> float:
    assert given.tiles is not None
    return float(given.tiles.rows(0, given.tiles.height).mean())


def test_rows_of_a_recipe_without_a_network_come_too(running: tuple[Client, Ear], pool: Pool) -> None:
    client, ear = running
    recipe = doubling(1.5).to_json()
    task = client.apply(recipe, source(pool, 300, 200), WHOLE, "")
    assert result(ear, task).header.width == 450
    assert (covered(ear.areas(task), 450, 300) == 1).all()


def test_a_file_is_a_source_and_one_that_is_gone_is_a_sentence(running: tuple[Client, Ear], tmp_path: Path) -> None:
    client, ear = running
    path = save(tmp_path / "a.png", width=64, height=40)
    assert result(ear, client.apply(upscaling(), Source.of_file(path), WHOLE, "")).header.width == 128
    path.unlink()
    trouble = failure(ear, client.apply(upscaling(), Source.of_file(path), WHOLE, ""))
    assert (trouble.kind, "a.png" in trouble.sentence) == ("user", True)
    trouble = failure(ear, client.apply(upscaling("nothing-like-it"), Source.of_file(path), WHOLE, ""))
    assert trouble.kind == "user"


def test_a_stopped_task_is_over_and_the_next_one_runs(running: tuple[Client, Ear], pool: Pool) -> None:
    client, ear = running
    task = client.apply(upscaling(), source(pool, 2600, 2600), WHOLE, "")
    ear.wait(lambda ear: ear.areas(task) or None)
    client.cancel(task)
    client.cancel(task)
    assert failure(ear, task).kind == "stopped"
    assert result(ear, client.apply(upscaling(), source(pool, 64, 64), WHOLE, "")).header.width == 128
    at_once = client.apply(upscaling(), source(pool, 2000, 2000), WHOLE, "")
    client.cancel(at_once)
    assert failure(ear, at_once).kind == "stopped"


def test_of_regions_the_newest_place_wins_and_models_of_one_place_stand_side_by_side(
    running: tuple[Client, Ear], pool: Pool
) -> None:
    client, ear = running
    given = source(pool, 1200, 1200)
    old = client.apply(upscaling(), given, Rect(0, 0, 1000, 1000), "")
    first = client.apply(upscaling(), given, Rect(300, 300, 400, 400), "")
    second = client.apply(upscaling(scale=1.5), given, Rect(300, 300, 400, 400), "")
    assert failure(ear, old).kind == "stopped"
    assert result(ear, first).header.width == 200
    assert result(ear, second).header.width == 150


def test_a_person_does_not_wait_for_a_batch(running: tuple[Client, Ear], pool: Pool, tmp_path: Path) -> None:
    client, ear = running
    here = engine_here()
    source_folder = folder_of(tmp_path / "in", 14, 300, 200)
    added = put_in(here, source_folder, tmp_path / "out", doubling(3.0, format="png"))
    slow = put_in(here, save(tmp_path / "b" / "large.png", width=900, height=900), tmp_path / "out2",
                  messages_recipe())  # fmt: skip
    here.close()
    before = len(ear.heard)
    client.send(messages.RunBatches((slow.batch.id,), None))
    client.send(messages.RunBatches((slow.batch.id, added.batch.id), None))

    def news(kind: type) -> list:
        return [one for tick in ear.heard[before:] if isinstance(tick, messages.Tick) for one in tick.batch
                if isinstance(one, kind)]  # fmt: skip

    ear.wait(lambda ear: news(Status) or None)
    task = client.apply(upscaling(), source(pool, 128, 128), Rect(20, 20, 90, 90), "")
    assert result(ear, task).header.width == 140
    assert not news(BatchEnd)  # the batch is still at it
    client.send(messages.BatchOrder("pause"))
    ear.wait(lambda ear: any(one.paused for one in news(Status)) or None)
    assert result(ear, client.apply(upscaling(), source(pool, 90, 90), WHOLE, "")).header.width == 180
    client.send(messages.BatchOrder("resume"))
    ends = ear.wait(lambda ear: found if len(found := news(BatchEnd)) == 2 else None)
    assert [(one.ending, one.batches) for one in ends] == [
        ("finished", (slow.batch.id,)), ("finished", (added.batch.id,))
    ]  # fmt: skip
    assert ends[1].totals.done == 14
    assert len(files(tmp_path / "out")) == 14
    ear.wait(lambda ear: next((True for tick in ear.ticks() if tick.batch_running is False), None))


def messages_recipe():
    from ganstudio.tools.recipe import Recipe

    return Recipe.from_json(upscaling()).with_save(format="png")


def test_speeds_and_facts_are_told(running: tuple[Client, Ear], pool: Pool) -> None:
    client, ear = running
    result(ear, client.apply(upscaling(), source(pool, 500, 400), WHOLE, ""))

    def known(ear: Ear) -> Measured | None:
        return next((one.measured for one in ear.ticks() if one.measured and "quick-x2" in one.measured.seconds), None)

    measured = ear.wait(known)
    assert measured.seconds["quick-x2"] > 0
    assert measured.seconds["quick"] == measured.seconds["quick-x2"]
    client.send(messages.SetOptions(Options(device="cpu", precision="exact", threads=1)))
    facts = ear.wait(
        lambda ear: next((one.facts for one in ear.ticks() if one.facts and one.facts.precision == "exact"), None)
    )
    assert (facts.kind, facts.workers) == ("cpu", 1)
    assert 0 < facts.memory_used < facts.memory_total
    assert result(ear, client.apply(upscaling(), source(pool, 64, 64), WHOLE, "")).header.width == 128
    client.send(messages.SetOptions(Options(device="mps")))
    noted = ear.wait(lambda ear: next((one.facts for one in ear.ticks() if one.facts and one.facts.note), None))
    assert "No Apple GPU" in noted.note
    client.send(messages.SetOptions(Options()))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of another process are Linux's")
def test_a_want_of_memory_is_a_sentence_and_the_engine_lives(running: tuple[Client, Ear], pool: Pool) -> None:
    import resource

    client, ear = running
    pid = client.pid
    assert pid is not None
    given = source(pool, 1500, 1500)
    used = psutil.Process(pid).memory_info().vms
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (used + 12_000_000, before[1]))
    try:
        trouble = failure(ear, client.apply(upscaling(), given, WHOLE, ""))
    finally:
        resource.prlimit(pid, resource.RLIMIT_AS, before)
    assert trouble.kind == "user", trouble
    assert "memory" in trouble.sentence
    assert result(ear, client.apply(upscaling(), given, Rect(0, 0, 50, 50), "")).header.width == 100
    assert client.pid == pid


def test_a_full_disk_is_a_sentence(running: tuple[Client, Ear], pool: Pool, home: Path) -> None:
    client, ear = running
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    given = source(pool, 64, 64)
    folder = result(ear, client.apply(upscaling(), given, WHOLE, "")).path.parent
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        small = source(pool, 500, 500)
        trouble = failure(ear, client.apply(upscaling(), small, WHOLE, ""))
        assert (trouble.kind, "disk is full" in trouble.sentence) == ("user", True)
        trouble = failure(ear, client.apply(upscaling(), source(pool, 1000, 1000), WHOLE, ""))
        assert (trouble.kind, "disk is full" in trouble.sentence) == ("user", True)
        assert result(ear, client.apply(upscaling(), small, Rect(0, 0, 60, 60), "")).header.width == 120
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_an_engine_that_is_killed_comes_back(running: tuple[Client, Ear], pool: Pool, tmp_path: Path) -> None:
    """Tasks fail with its name, what a batch had in work waits again, the next task runs; a third time is enough."""
    client, ear = running
    here = engine_here()
    added = put_in(here, save(tmp_path / "in" / "a.png", width=900, height=900), tmp_path / "out", messages_recipe())
    here.close()
    given = source(pool, 2000, 2000)
    task = client.apply(upscaling(), given, WHOLE, "")
    client.send(messages.RunBatches((added.batch.id,), None))
    ear.wait(lambda ear: ear.areas(task) or None)
    started = len(ear.states())
    assert client.pid is not None
    os.kill(client.pid, signal.SIGKILL)
    trouble = failure(ear, task)
    assert (trouble.kind, "memory" in trouble.sentence) == ("engine", True)
    small = client.apply(upscaling(), source(pool, 64, 64), WHOLE, "")  # while there is none
    assert result(ear, small).header.width == 128
    assert ear.states()[started:][-1] == "ready"
    ear.wait(lambda ear: waiting_again(added.batch) or None)
    client.send(messages.RunBatches((added.batch.id,), None))
    ear.wait(lambda ear: next((one for tick in ear.ticks() for one in tick.batch if isinstance(one, BatchEnd)
                               and one.batches == (added.batch.id,)), None))  # fmt: skip
    assert_made_of(tmp_path / "out" / files(tmp_path / "out")[0], tmp_path / "in" / "a.png")
    assert len(files(tmp_path / "out")) == 1


def waiting_again(batch: Batch) -> bool:
    journal = Journal.usual()
    try:
        totals = journal.totals(batch)
        return (totals.waiting, totals.running) == (1, 0)
    finally:
        journal.close()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped otherwise there")
def test_an_engine_that_hangs_is_ended(running: tuple[Client, Ear], pool: Pool) -> None:
    client, ear = running
    hung = client.apply(upscaling(), source(pool, 2000, 2000), WHOLE, "")
    ear.wait(lambda ear: ear.areas(hung) or None)
    pid = client.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    client.cancel(hung)
    assert failure(ear, hung).kind in ("stopped", "engine")
    assert result(ear, client.apply(upscaling(), source(pool, 64, 64), WHOLE, "")).header.width == 128
    assert client.pid != pid


def test_three_deaths_in_a_minute_are_enough(running: tuple[Client, Ear], pool: Pool) -> None:
    client, ear = running
    waiting = [client.apply(upscaling(), source(pool, 3000, 3000), WHOLE, "") for _ in range(2)]
    while client.state != "gone":
        pid = client.pid
        if pid is not None and psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    assert {failure(ear, one).kind for one in waiting} == {"engine"}
    assert failure(ear, client.apply(upscaling(), source(pool, 64, 64), WHOLE, "")).sentence.startswith("The engine")
    ear.wait(lambda ear: ear.states()[-1] == "gone")
    client.start()
    assert result(ear, client.apply(upscaling(), source(pool, 64, 64), WHOLE, "")).header.width == 128


def test_closing_ends_all_and_puts_batches_back(home: Path, pool: Pool, tmp_path: Path) -> None:
    here = engine_here()
    added = put_in(here, save(tmp_path / "in" / "a.png", width=1200, height=1200), tmp_path / "out", messages_recipe())
    here.close()
    with engine() as (client, ear):
        client.send(messages.RunBatches((added.batch.id,), None))
        client.apply(upscaling(), source(pool, 2000, 2000), WHOLE, "")
        ear.wait(lambda ear: next((True for tick in ear.ticks() for one in tick.batch if isinstance(one, Status)
                                   and one.current), None))  # fmt: skip
        pid = client.pid
        assert pid is not None
    assert not psutil.pid_exists(pid)
    assert client.state == "stopped"
    journal = Journal.usual()
    totals = journal.totals(added.batch)
    journal.close()
    assert (totals.waiting, totals.running) == (1, 0)
    assert files(tmp_path / "out") == []
    assert not [one for one in pixels.exchange().iterdir() if one.name.startswith(f"{os.getpid()}-")
                and not any(one.iterdir())]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed otherwise there")
def test_without_its_window_the_engine_ends_and_the_next_start_sweeps(home: Path) -> None:
    words = [sys.executable, "-c", _ORPHAN]
    window = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    pid, folder = int(window.stdout.readline()), Path(window.stdout.readline().strip())
    assert psutil.pid_exists(pid)
    assert folder.is_dir()
    window.kill()
    window.wait()
    deadline = time.monotonic() + 20
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pid)
    assert folder in pixels.sweep()
    assert not folder.exists()


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


_ORPHAN = """
import time
from ganstudio.core.document.pool import Pool
from tests.jobs.remote_harness import engine, result, source, upscaling
if __name__ == "__main__":
    with engine() as (client, ear):
        pool = Pool(1 << 28)
        made = result(ear, client.apply(upscaling(), source(pool, 64, 64), None, ""))
        client.apply(upscaling(), source(pool, 3000, 3000), None, "")
        print(client.pid, flush=True)
        print(made.path.parent, flush=True)
        time.sleep(60)
"""
