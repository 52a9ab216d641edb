"""The journal: one truth for all programs, whatever happens to it."""

from __future__ import annotations

import gc
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganstudio.jobs import schema
from ganstudio.jobs.journal import SILENT_S, Journal
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import FINISHED, Batch, Job, JournalError, Made, NewJob, Outcome, State
from tests.jobs.harness import ROOT, as_nobody, assert_adds_up

ME = Owner.me()


def filled(journal: Journal, count: int = 3, start: int = 0) -> Batch:
    batch = journal.add_batch({"steps": []}, "r" * 64, {})
    journal.add(batch, (new(i) for i in range(start, start + count)), "{stem}")
    return journal.batch(batch.id)


def new(i: int) -> NewJob:
    return NewJob(Path(f"/in/{i}.png"), 100 + i, 10**18 + i, Path("/out"), i)


def take(journal: Journal, batch: Batch, owner: Owner = ME, after: float = -inf) -> Job:
    job = journal.claim(batch, owner, after)
    assert job is not None
    return job


def dead() -> Owner:
    """A process of this machine that is no more."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = replace(ME, pid=child.pid, born=Owner.me().born + "x")
    child.communicate(b"\n")
    return owner


def test_adding_again_finds_what_is_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    first = filled(journal, 3)
    journal.finish(take(journal, first), Outcome(State.DONE))
    journal.finish(take(journal, first), Outcome(State.FAILED, "broken"))
    again = filled(journal, 4)
    assert len(list(journal.jobs())) == 4
    totals = journal.totals(again)
    assert (totals.added, totals.already, totals.skipped, totals.waiting) == (4, 1, 1, 3)
    assert journal.totals(first).done == 1  # the earlier batch counts it as its own


def test_a_changed_file_another_recipe_or_folder_is_another_job(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    filled(journal, 1)
    one = new(0)
    others = [replace(one, size=7), replace(one, mtime_ns=7), replace(one, page=1), replace(one, folder=Path("/else"))]
    batch = journal.add_batch({}, "r" * 64, {})
    assert journal.add(batch, others, "{stem}") == 4
    journal.add(batch, [one], "{stem}_2x")
    journal.add(journal.add_batch({}, "s" * 64, {}), [one], "{stem}")
    assert len(list(journal.jobs())) == 7


def test_no_job_is_taken_twice_by_threads(tmp_path: Path) -> None:
    journals = [Journal(tmp_path / "j.sqlite") for _ in range(3)]
    batch = filled(journals[0], 60)
    taken: list[int] = []

    def work(journal: Journal) -> None:
        while (job := journal.claim(batch, ME)) is not None:
            taken.append(job.id)
            journal.finish(job, Outcome(State.DONE))

    threads = [threading.Thread(target=work, args=(one,)) for one in journals for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 60


def test_the_job_of_a_dead_process_waits_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    batch = filled(journal, 2)
    lost, mine = take(journal, batch, dead()), take(journal, batch)
    assert [job.id for job in journal.orphans()] == [lost.id]
    assert journal.job(lost.id).state is State.WAITING
    assert journal.job(mine.id).state is State.RUNNING


def test_a_process_id_that_is_used_again_is_not_its_owner(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    job = take(journal, filled(journal, 1), replace(ME, born="before the last start"))
    assert [one.id for one in journal.orphans()] == [job.id]


def test_a_process_of_another_machine_is_judged_by_its_heartbeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    there = Owner(ME.pid, ME.born, "another machine")
    take(journal, filled(journal, 1), there)
    now = time.monotonic()
    for step in range(4):
        monkeypatch.setattr(time, "monotonic", lambda step=step: now + step * SILENT_S)
        assert journal.orphans() == []
        journal.beat(there)
    monkeypatch.setattr(time, "monotonic", lambda: now + 4 * SILENT_S)
    assert journal.orphans() == []
    monkeypatch.setattr(time, "monotonic", lambda: now + 5.1 * SILENT_S)
    assert len(journal.orphans()) == 1


@pytest.mark.parametrize("jump", [-(10**9), 10**9])
def test_a_clock_that_jumps_changes_no_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    batch = filled(journal, 2)
    mine, _ = take(journal, batch), take(journal, batch, dead())
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    assert len(journal.orphans()) == 1
    assert journal.finish(mine, Outcome(State.DONE))


def test_who_lost_a_job_cannot_finish_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    batch = filled(journal, 1)
    slow = take(journal, batch)
    journal.put_back(slow)
    quick = take(journal, batch)
    assert not journal.finish(slow, Outcome(State.FAILED, "late"))
    assert journal.finish(quick, Outcome(State.DONE))
    assert journal.job(quick.id).state is State.DONE


def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    path.write_bytes(b"this is no database, " * 100)
    journal = Journal(path)
    assert "damaged" in journal.notes[0]
    filled(journal, 2)
    journal.close()
    assert Journal(path).notes == ()
    assert next(tmp_path.glob("j-damaged-*.sqlite")).read_bytes().startswith(b"this is no")


def test_damage_in_the_middle_is_found_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    code = ("import os, sys; from pathlib import Path; from tests.jobs.test_journal import *\n"
            f"j = Journal(Path({str(path)!r})); filled(j, 3000); j._db.execute('PRAGMA wal_checkpoint(FULL)')\n"
            "filled(j, 10, 5000); os.kill(os.getpid(), 9)")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60)
    assert Path(f"{path}-wal").exists()
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : 2 * len(data) // 3] = random.Random(7).randbytes(2 * len(data) // 3 - len(data) // 3)
    path.write_bytes(data)
    journal = Journal(path)
    assert "damaged" in journal.notes[0]
    assert filled(journal, 1).added == 1


def test_a_killed_program_loses_nothing_of_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    code = ("import os, sys; from pathlib import Path; from tests.jobs.test_journal import *\n"
            f"j = Journal(Path({str(path)!r})); filled(j, 3000); os.kill(os.getpid(), 9)")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60)
    journal = Journal(path)
    assert journal.notes == ()
    assert journal.totals(journal.batches()[0]).waiting == 3000


def test_a_newer_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    Journal(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(JournalError, match="newer"):
        Journal(path)
    assert path.read_bytes() == before


def test_an_older_journal_is_brought_up_to_date_in_one_step() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    schema.upgrade(db, schema.STEPS)
    db.execute("INSERT INTO batches (recipe, recipe_hash, options, created) VALUES ('{}', 'r', '{}', 0)")
    later = (*schema.STEPS, "ALTER TABLE batches ADD COLUMN title TEXT NOT NULL DEFAULT 'old'")
    schema.upgrade(db, later)
    assert schema.version(db) == len(later)
    assert db.execute("SELECT title FROM batches").fetchall() == [("old",)]
    with pytest.raises(sqlite3.OperationalError):
        schema.upgrade(db, (*later, "ALTER TABLE batches ADD COLUMN x TEXT; NOT SQL AT ALL"))
    assert schema.version(db) == len(later)
    assert "x" not in [row[1] for row in db.execute("PRAGMA table_info(batches)")]


def test_where_nothing_can_be_written_the_journal_lives_in_memory() -> None:
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o555)
        with as_nobody():
            journal = Journal(Path(name) / "j.sqlite")
            assert "not remembered" in journal.notes[0]
            assert filled(journal, 2).added == 2
        os.chmod(name, 0o755)
        assert os.listdir(name) == []


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANSTUDIO_HOME", str(tmp_path / "file" / "home"))
    journal = Journal.usual()
    assert "not remembered" in journal.notes[0]
    assert filled(journal, 1).added == 1


def test_names_that_are_no_text_survive(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    strange = Path(os.fsdecode(b"/in/caf\xe9\xff.png"))
    batch = journal.add_batch({}, "r", {"folder": str(strange.parent)})
    journal.add(batch, [NewJob(strange, 1, 1, strange.parent)], "{stem}")
    job = take(journal, batch)
    assert job.source == strange
    assert journal.reserve(job, strange.with_suffix(".out"), True)
    made = Made(job.key, strange.with_suffix(".out"), strange, 0, 1, 1, 1, 1, "r")
    journal.finish(job, Outcome(State.DONE, made=made))
    assert journal.made([made.output]) == [made]
    assert journal.sources([made.output]) == {made.output: strange}


def test_a_dry_run_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    filled(journal, 2)
    copy = journal.copy()
    assert copy.totals(filled(copy, 5)).added == 5
    assert len(list(journal.jobs())) == 2


def test_clearing_forgets_jobs_but_not_results(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    queue = Queue(journal)
    batch = filled(journal, 3)
    job = take(journal, batch)
    made = Made(job.key, Path("/out/0.png"), job.source, 0, 1, 1, 1, 1, batch.recipe_hash)
    journal.finish(job, Outcome(State.DONE, made=made))
    assert queue.clear() == 1
    assert journal.made_for(job.key) == [made]
    assert journal.batch(batch.id).added == 2
    queue.cancel(batch)
    assert queue.clear() == 2
    assert queue.list() == []


OPERATIONS = st.lists(
    st.sampled_from(["add", "claim", "done", "failed", "skipped", "put_back", "pages", "pause", "resume", "cancel",
                     "retry", "orphan", "clear_failed"]), max_size=40)  # fmt: skip


@given(OPERATIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_counts_add_up(operations: list[str]) -> None:
    journal = Journal(None)
    queue = Queue(journal)
    batches = [filled(journal, 4)]
    gone = replace(ME, born="gone")
    held: list[Job] = []
    for number, operation in enumerate(operations):
        match operation:
            case "add":
                batches.append(filled(journal, 3, start=number % 5))
            case "claim" | "orphan":
                job = journal.claim(batches[-1], gone if operation == "orphan" else ME)
                held += [job] if job else []
                if operation == "orphan":
                    journal.orphans()
            case "done" | "failed" | "skipped":
                if held:
                    journal.finish(held.pop(), Outcome(State(operation)))
            case "put_back":
                if held:
                    journal.put_back(held.pop())
            case "pages":
                if held and held[-1].page == 0:
                    journal.add_pages(batches[-1], held[-1], 3, "{stem}")
            case "pause" | "resume" | "cancel" | "retry":
                getattr(queue, operation)(batches[-1])
            case "clear_failed":
                queue.clear((State.FAILED,))
        live = {batch.id for batch in journal.batches()}
        batches = [one for one in batches if one.id in live] or [filled(journal, 2)]
        for one in batches:
            totals = journal.totals(one)
            assert_adds_up(totals)
            assert totals.added == len(list(journal.jobs(one))) == journal.batch(one.id).added
    assert {job.state for job in journal.jobs(states=FINISHED)} <= set(FINISHED)


def alive(kind: type) -> int:
    return sum(type(one) is kind for one in gc.get_objects())


def test_however_many_jobs_there_are_few_are_in_memory(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    batch = journal.add_batch({}, "r", {})
    most: list[int] = []

    def coming() -> Iterator[NewJob]:
        for i in range(12_000):
            if i % 1000 == 999:
                most.append(alive(NewJob))
            yield new(i)

    assert journal.add(batch, coming(), "{stem}") == 12_000
    most += [alive(Job) for i, _ in enumerate(journal.jobs(batch)) if i % 1000 == 999]
    assert len(most) == 24
    assert max(most) <= 4_100
