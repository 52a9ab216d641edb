"""Disks and folders that fail in the middle of a batch: one clear sentence each, the other files go on."""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.cli.batch import tell_end
from ganstudio.cli.telling import Teller
from ganstudio.core.errors import DiskFull
from ganstudio.core.paths import home
from ganstudio.jobs import work
from ganstudio.jobs.engine import Status
from ganstudio.jobs.journal import FILE, Journal
from ganstudio.jobs.prepare import Task
from ganstudio.jobs.records import Outcome
from ganstudio.tools.tool import Context
from tests.jobs.harness import (
    as_nobody,
    assert_adds_up,
    doubling,
    engine,
    files,
    folder_of,
    go,
    jobs,
    noise,
    put,
)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    words = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def whole(folder: Path) -> int:
    """How many files there are, all of them whole pictures."""
    for name in files(folder):
        with Image.open(folder / name) as picture:
            picture.load()
    return len(files(folder))


def test_a_disk_that_fills_up_lets_the_rest_wait_and_leaves_no_piece(tmp_path: Path, small_disk: Path) -> None:
    for seed, side in enumerate((300, 300, 60, 300, 300, 60)):
        noise(tmp_path / "in" / f"{seed}.png", seed, side)
    result = go(tmp_path / "in", small_disk / "out")
    assert result.totals.failed == 0
    assert result.totals.unfinished > 0
    assert whole(small_disk / "out") == result.totals.done > 0
    said = str(result.trouble or result.refused)
    assert "full" in said or "free" in said


def test_what_cannot_fit_is_refused_after_three_files(tmp_path: Path, small_disk: Path) -> None:
    for seed in range(30):
        noise(tmp_path / "in" / f"{seed}.png", seed, 150)
    result = go(tmp_path / "in", small_disk / "out", doubling(1.5))
    assert result.ending == "refused"
    assert result.refused is not None
    assert "free" in str(result.refused)
    assert result.estimate is not None
    assert result.estimate.needed > result.estimate.free
    assert result.totals.waiting > 10
    assert result.totals.done >= 3
    assert whole(small_disk / "out") == result.totals.done


def test_a_full_disk_under_the_journal_stops_the_run_in_a_sentence(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANSTUDIO_HOME", str(small_disk))
    folder_of(tmp_path / "in", 12)
    one = engine()
    batch = put(one, tmp_path / "in", tmp_path / "out").batch

    def fill(_: Status) -> None:
        with suppress(OSError), open(small_disk / "fill", "ab", buffering=0) as file:
            while True:
                file.write(bytes(512))

    result = one.run([batch], on_status=fill)
    assert result.ending == "trouble"
    assert isinstance(result.trouble, DiskFull)
    assert "journal" in str(result.trouble)
    assert_adds_up(result.totals)
    (small_disk / "fill").unlink()
    one.close()
    assert go(tmp_path / "in", tmp_path / "out").totals.failed == 0
    assert whole(tmp_path / "out") == 12


def test_a_journal_that_stays_locked_ends_the_run_with_a_sentence_and_the_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ganstudio.jobs.database._PATIENCE_S", 0.05)
    monkeypatch.setattr("ganstudio.jobs.crew._RETRY_S", 0.05)
    folder_of(tmp_path / "in", 12)
    count = itertools.count(1)

    def lock_at_the_fourth(task: Task, context: Context, tell: Callable[[int], None]) -> Outcome:
        outcome = work.run(task, context, tell)
        if next(count) == 4:
            other.execute("BEGIN IMMEDIATE")
        return outcome

    one = engine(lock_at_the_fourth)
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    other = sqlite3.connect(home() / FILE, timeout=30, isolation_level=None, check_same_thread=False)
    result = one.run([batch])
    assert result.ending == "trouble"
    assert_adds_up(result.totals)
    assert 0 < result.totals.done < 12
    assert tell_end(one.journal, [batch], result, Teller(), "") == 1
    said = capsys.readouterr()
    assert "The journal" in said.out
    assert "locked" in said.out
    assert "done" in said.out
    assert "waiting" in said.out
    other.execute("ROLLBACK")
    other.close()
    one.close()
    assert go(tmp_path / "in", tmp_path / "out").totals.failed == 0
    assert whole(tmp_path / "out") == 12


def test_an_output_folder_that_vanishes_is_said_and_not_made_anew(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 30, 200, 150)
    one = engine()
    batch = put(one, tmp_path / "in", tmp_path / "drive" / "out").batch

    def unplug(status: Status) -> None:
        if status.totals.done and (tmp_path / "drive").exists():
            os.rename(tmp_path / "drive", tmp_path / "unplugged")

    result = one.run([batch], on_status=unplug)
    assert_adds_up(result.totals)
    assert result.ending == "trouble"
    assert "not there any more" in str(result.trouble)
    assert result.totals.failed == result.totals.faults == 0
    assert result.totals.waiting == 30 - result.totals.done > 0
    assert not (tmp_path / "drive").exists()
    one.close()
    assert go(tmp_path / "in", tmp_path / "drive" / "out").totals.done == 30


def test_a_read_only_output_folder_is_said() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        folder_of(folder / "in", 3)
        (folder / "out").mkdir(mode=0o555)
        one = engine()
        batch = put(one, folder / "in", folder / "out").batch
        with as_nobody():
            totals = one.run([batch]).totals
        assert totals.failed == 3
        assert all("written" in job.reason for job in jobs())
        assert files(folder / "out") == []
        assert go(folder / "in", folder / "out").totals.done == 3


def test_a_home_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANSTUDIO_HOME", str(tmp_path / "file"))
    folder_of(tmp_path / "in", 2)
    one = engine(journal=Journal.usual())
    added = put(one, tmp_path / "in", tmp_path / "out")
    assert "not remembered" in added.notes[0]
    assert one.run([added.batch]).totals.done == 2
    again = engine(journal=Journal.usual())
    assert again.run([put(again, tmp_path / "in", tmp_path / "out").batch]).totals.skipped == 2
