"""Batches one after the other on a shared Runtime; what is added while one ends is not forgotten."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ganstudio.jobs.engine import Engine
from ganstudio.jobs.remote.batches import Batches
from ganstudio.jobs.remote.messages import BatchEnd, Failure, News
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from tests.jobs.harness import ROOT, engine, files, folder_of, put


class Heard:
    def __init__(self) -> None:
        self.ends: list[BatchEnd | Failure] = []
        self.idle = threading.Event()
        self.on_end = lambda: None

    def __call__(self, news: News) -> None:
        if isinstance(news, (BatchEnd, Failure)):
            self.ends.append(news)
            self.on_end()
        elif news is False:
            self.idle.set()


@pytest.fixture
def here() -> Iterator[Engine]:
    here = engine()
    yield here
    here.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def batches(heard: Heard) -> Iterator[Batches]:
    runtime = Runtime("cpu")

    @contextmanager
    def using() -> Iterator[Runtime]:
        yield runtime

    made = Batches(Library(), using, heard)
    yield made
    made.close(5)
    runtime.close()


def test_what_is_added_while_a_batch_ends_is_made_too(
    tmp_path: Path, here: Engine, heard: Heard, batches: Batches
) -> None:
    first = put(here, folder_of(tmp_path / "a", 3), tmp_path / "out")
    put(here, folder_of(tmp_path / "b", 2), tmp_path / "out2")

    def ask_again() -> None:  # in the thread that has just run it, before it looks for more
        heard.on_end = lambda: None
        here.journal.redo(first.batch, [job.id for job in here.journal.jobs()][:2])
        batches.run((first.batch.id,), None)

    heard.on_end = ask_again
    batches.run((first.batch.id,), None)
    assert heard.idle.wait(30)
    assert [one.ending for one in heard.ends if isinstance(one, BatchEnd)] == ["finished", "finished"]
    assert len(files(tmp_path / "out")) >= 3


def test_asking_twice_for_a_batch_runs_it_once(tmp_path: Path, here: Engine, heard: Heard, batches: Batches) -> None:
    added = put(here, folder_of(tmp_path / "a", 4, 400, 300), tmp_path / "out")
    batches.run((added.batch.id,), None)
    batches.run((added.batch.id,), None)
    assert heard.idle.wait(30)
    assert len(heard.ends) == 1


def test_a_batch_that_is_not_there_is_a_sentence_and_others_run(
    tmp_path: Path, here: Engine, heard: Heard, batches: Batches
) -> None:
    added = put(here, folder_of(tmp_path / "a", 2), tmp_path / "out")
    batches.run((999,), None)
    batches.run((added.batch.id,), None)
    until = time.monotonic() + 30  # idle may come between the two
    while len(heard.ends) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    failure, end = heard.ends
    assert isinstance(failure, Failure)
    assert (failure.kind, "no batch 999" in failure.sentence) == ("user", True)
    assert isinstance(end, BatchEnd)
    assert end.totals.done == 2


def test_jobs_that_another_program_has_in_work_are_waited_for(
    tmp_path: Path, here: Engine, heard: Heard, batches: Batches
) -> None:
    source = folder_of(tmp_path / "a", 12, 900, 700)
    words = [sys.executable, "-m", "tests.jobs.harness", str(source), str(tmp_path / "out")]
    other = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"ready\n"
    added = put(here, source, tmp_path / "out", recursive=True)
    batches.run((added.batch.id,), None)
    assert heard.idle.wait(30)
    assert other.wait(30) == 0
    (end,) = heard.ends
    assert isinstance(end, BatchEnd)
    assert (end.ending, end.totals.done + end.totals.skipped) == ("finished", 12)
    assert len(files(tmp_path / "out")) == 12
