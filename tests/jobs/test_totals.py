"""Counts add up at every moment: while a batch is added, when that was cut short, when another program clears it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ganstudio.jobs.journal import Journal
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import NewJob, Outcome, State, Totals


def adds_up(totals: Totals) -> bool:
    return totals.added == totals.done + totals.skipped + totals.failed + totals.cancelled + totals.unfinished


def new_job(number: int) -> NewJob:
    return NewJob(Path(f"/photos/{number}.png"), 1, 1, Path("/out"), number)


def test_while_a_batch_is_added_and_after_a_kill(tmp_path: Path) -> None:
    journal, other = Journal(tmp_path / "j"), Journal(tmp_path / "j")
    batch = journal.add_batch({}, "hash", {})
    seen: list[Totals] = []

    def jobs() -> Iterator[NewJob]:
        for number in range(5000):
            if number % 1000 == 0:
                seen.append(other.totals(batch))
            yield new_job(number)
        raise SystemExit  # a kill: nothing after the last job is done

    try:
        journal.add(batch, jobs(), "{stem}")
    except SystemExit:
        seen.append(other.totals(batch))
    assert all(map(adds_up, seen))
    assert [one.added for one in seen] == sorted(one.added for one in seen)
    assert seen[-1].added >= 4000
    assert Queue(other).unfinished() == [other.batch(batch.id)]


def test_a_batch_that_another_program_cleared_while_it_ran(tmp_path: Path) -> None:
    journal, other = Journal(tmp_path / "j"), Journal(tmp_path / "j")
    batch = journal.add_batch({}, "hash", {})
    journal.add(batch, [new_job(0)], "{stem}")
    job = journal.claim(batch, Owner.me())
    assert job is not None
    journal.finish(job, Outcome(State.DONE))
    assert Queue(other).clear() == 1
    assert adds_up(journal.totals(batch))
    assert journal.totals(batch).added == 0
