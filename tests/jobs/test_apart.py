"""Adding by a process of its own: the same as here, stopped cleanly, and a sentence when it is killed."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from ganstudio.core.errors import Cancelled, UsageError, UserError
from ganstudio.jobs import apart
from ganstudio.jobs.apart import add_apart, are_many
from ganstudio.jobs.batch import add
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.options import BatchOptions
from ganstudio.models.library import Library
from tests.jobs.harness import doubling


def names(folder: Path, count: int) -> Path:
    """So many files of one byte, half of them in a sub-folder."""
    (folder / "below").mkdir(parents=True)
    for number in range(count):
        (folder / ("below" if number % 2 else ".") / f"{number:05d}.jpg").write_bytes(b"x")
    return folder


def nothing() -> None:
    """Never stops."""


def test_it_adds_what_is_added_here(tmp_path: Path) -> None:
    folder, options = names(tmp_path / "in", 1200), BatchOptions(output=str(tmp_path / "out"), recursive=True)
    heard: list[int] = []
    there = add_apart(doubling(), [folder], options, heard.append, nothing)
    journal = Journal.usual()
    here = add(Journal(None), Library(opening=False), doubling(), [folder], options)
    assert there.batch.added == here.batch.added == 1200
    assert there.batch.recipe == here.batch.recipe
    assert there.batch.recipe_hash == here.batch.recipe_hash
    assert there.survey == here.survey
    assert journal.batch(there.batch.id) == there.batch
    assert heard == sorted(heard)
    assert heard[-1] == 1200
    journal.close()


def test_a_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = names(tmp_path / "in", 6000)
    heard: list[int] = []

    def check() -> None:
        if heard:
            raise Cancelled

    with pytest.raises(Cancelled):
        add_apart(doubling(), [folder], BatchOptions(recursive=True), heard.append, check)
    journal = Journal.usual()
    assert journal.batches() == []
    journal.close()
    assert not multiprocessing.active_children()


def test_an_error_comes_over_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.jpg"):
        add_apart(doubling(), [tmp_path / "gone.jpg"], BatchOptions(), print, nothing)


def test_a_killed_process_is_a_sentence(tmp_path: Path) -> None:
    folder = names(tmp_path / "in", 3000)

    def kill(_found: int) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(UserError, match="ended from outside"):
        add_apart(doubling(), [folder], BatchOptions(recursive=True), kill, nothing)


def test_many_is_told_from_names_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MANY", 12)
    folder = names(tmp_path / "in", 20)
    assert not are_many([folder], recursive=False)  # ten files and a folder, and the folder that was named
    assert are_many([folder], recursive=True)
    assert not are_many([folder / "below", tmp_path / "gone"], recursive=True)
    assert are_many([folder / "00000.jpg"] * 13, recursive=False)
