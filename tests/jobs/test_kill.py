"""Killed at random moments, and two at once: every output whole, none twice, none lost, no temporary file left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganstudio.jobs.journal import Journal
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import State
from tests.jobs.harness import ROOT, assert_adds_up, assert_made_of, engine, files, go, jobs, save

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed otherwise there")


def start(source: Path, output: Path | str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.jobs.harness", str(source), str(output)]
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def album(folder: Path, count: int) -> Path:
    for seed in range(count):
        suffix = ("png", "jpg", "tif")[seed % 3]
        save(folder / f"sub{seed % 2}" / f"{seed:03d}.{suffix}", seed, 200 + 20 * (seed % 5), 160)
    return folder


def assert_all_made(source: Path, output: Path, suffix: str = "_resize_2x") -> None:
    expected = {}
    for name in files(source):
        path = Path(name)
        expected[str(path.with_name(f"{path.stem}{suffix}{path.suffix}"))] = source / name
    assert files(output) == sorted(expected)
    for made, original in expected.items():
        assert_made_of(output / made, original)


def kill_and_restart(tmp_path: Path, kills: int, count: int, longest: float) -> None:
    source, output = album(tmp_path / "in", count), tmp_path / "out"
    rng = random.Random(kills)
    struck = 0
    for _ in range(kills):
        child = start(source, output)
        time.sleep(rng.uniform(0, longest))
        child.send_signal(signal.SIGKILL)
        struck += child.wait() == -signal.SIGKILL
        whole = [name for name in files(output) if not name.endswith(".part")]
        for name in whole:
            assert_made_of(output / name, source / name.replace("_resize_2x", ""))
    assert struck > 0
    if kills % 2:
        assert go(source, output, recursive=True).totals.unfinished == 0
    else:
        one = engine()
        queue = Queue(one.journal)
        for batch in queue.resume():
            one.run([batch])
        for batch, totals in queue.list():
            assert_adds_up(totals)
            assert totals.unfinished == totals.failed == 0, batch
        one.close()
    assert_all_made(source, output)
    assert {job.state for job in jobs()} <= {State.DONE, State.SKIPPED}
    assert len(jobs()) == count
    totals = go(source, output, recursive=True).totals
    assert (totals.added, totals.skipped) == (count, count)
    assert_all_made(source, output)


@pytest.mark.parametrize("kills", [3, 4])
def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path, kills: int) -> None:
    kill_and_restart(tmp_path, kills, 36, 0.5)


@pytest.mark.long
@pytest.mark.parametrize("kills", [50, 51])
def test_killed_fifty_times_nothing_is_lost(tmp_path: Path, kills: int) -> None:
    kill_and_restart(tmp_path, kills, 400, 1.0)


def test_killed_beside_the_inputs_nothing_is_eaten(tmp_path: Path) -> None:
    source = album(tmp_path / "in", 24)
    originals = {name: (source / name).read_bytes() for name in files(source)}
    for _ in range(2):
        child = start(source, "")
        while not any(job.state is State.DONE for job in jobs()):
            time.sleep(0.01)
        child.kill()
        child.wait()
    totals = go(source, recursive=True).totals
    assert (totals.added, totals.failed) == (24, 0)
    assert len(files(source)) == 48
    assert {name: (source / name).read_bytes() for name in originals} == originals


def test_two_programs_on_one_folder_share_the_work(tmp_path: Path) -> None:
    source, output = album(tmp_path / "in", 40), tmp_path / "out"
    children = [start(source, output) for _ in range(2)]
    assert [child.wait(120) for child in children] == [0, 0]
    assert_all_made(source, output)
    assert [job.claim for job in jobs()] == [1] * 40


def test_one_of_two_programs_is_killed_and_the_other_does_its_part(tmp_path: Path) -> None:
    source, output = album(tmp_path / "in", 40), tmp_path / "out"
    children = [start(source, output) for _ in range(2)]
    while not files(output):
        time.sleep(0.01)
    children[0].kill()
    children[0].wait()
    assert children[1].wait(120) == 0
    assert_all_made(source, output)


def test_a_stopped_program_keeps_its_jobs(tmp_path: Path) -> None:
    """SIGSTOP, as when a laptop's lid is closed: who does not move is not dead."""
    source, output = album(tmp_path / "in", 30), tmp_path / "out"
    child = start(source, output)
    while not files(output):
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGSTOP)
    journal = Journal.usual()
    assert journal.orphans() == []
    journal.close()
    os.kill(child.pid, signal.SIGCONT)
    assert child.wait(120) == 0
    assert_all_made(source, output)
