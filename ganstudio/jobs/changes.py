"""Changes: the journal's Jobs as rows of a table, and afterwards only what became of them. For a window that shows
what any program does with the queue, without reading 100,000 rows again.

Each change of a Job has a number in the journal (`turn`); what is known is everything up to one of them.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import ALREADY, Batch, State

CHUNK = 5000
_ROW = (
    "j.turn, j.id, j.place, j.source, j.page, j.size, j.state, j.reason, j.output, j.seconds, j.megapixels, "
    "j.out_megapixels, j.out_bytes, j.notes, j.title, j.share"
)
# Of the batches that have a Job the latest; each is asked by its key.
_LATEST = (
    "(SELECT b.id FROM batches b WHERE EXISTS (SELECT 1 FROM members x WHERE x.batch = b.id AND x.job = j.id) "
    "ORDER BY b.id DESC LIMIT 1)"
)
_STATES = {state.value: state for state in State}


class Row:
    """One Job as a table shows it. `at` belongs to whoever lists it: its position there. What a maker makes has a
    `title`; its `share` is how far it is, whichever program makes it."""

    __slots__ = (
        "at", "batch", "folder", "id", "megapixels", "name", "notes", "out_bytes", "out_megapixels", "output", "page",
        "place", "reason", "seconds", "share", "size", "state", "title",
    )  # fmt: skip

    def __init__(self, found: tuple[Any, ...], before: bool) -> None:
        """A row of `_ROW` and the batch; `before`: it was done before that was added."""
        _turn, self.id, place, source, self.page, self.size, state, self.reason, output = found[:9]
        self.seconds, self.megapixels, self.out_megapixels, self.out_bytes, self.notes = found[9:14]
        self.title, self.share = found[14:16]
        self.batch = found[16] or 0
        self.place = self.id if place is None else place
        folder, self.name = os.path.split(os.fsdecode(source))
        self.folder = sys.intern(folder)
        self.output: str | None = None if output is None else os.fsdecode(output)
        self.state = _STATES[state]
        self.at = -1
        if before and self.state is State.DONE:
            self.state, self.reason, self.seconds = State.SKIPPED, ALREADY, 0.0

    @property
    def source(self) -> Path:
        return Path(self.folder, self.name)


@dataclass(frozen=True)
class Update:
    """`rows` are new or changed, `gone` the ids of those that are no more; `batches` all of them, None when they are
    as before. `more`: there is more to read at once."""

    rows: list[Row]
    gone: frozenset[int] = frozenset()
    batches: dict[int, Batch] | None = None
    more: bool = False


class Changes:
    """`journal` is a connection of its own: what others write is heard of through it. One thread at a time."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._heard = -1
        self._known = (-1, -1)  # turn and id up to which everything was read
        self._gone = 0
        self._ids: set[int] = set()
        self._batches: tuple[int, int, int] | None = None
        self._more = True

    def read(self, limit: int = CHUNK) -> Update | None:
        """What is new since the last call, None for nothing. Costs next to nothing when nothing was written."""
        with self._journal.reading() as db:
            heard = db.execute("PRAGMA data_version").fetchone()[0]
            if heard == self._heard and not self._more:
                return None
            self._heard = heard
            found = db.execute(
                f"SELECT {_ROW}, {_LATEST} AS batch FROM jobs j WHERE (j.turn, j.id) > (?, ?) "
                "ORDER BY j.turn, j.id LIMIT ?",
                (*self._known, limit),
            ).fetchall()
            before = self._before(db, [(one[16], one[1]) for one in found if one[6] == State.DONE])
            gone = self._missing(db)
        if found:
            self._known = found[-1][:2]
        self._more = len(found) == limit
        rows = [Row(one, one[1] in before) for one in found]
        self._ids.update(row.id for row in rows)
        batches = self._new_batches()
        if not rows and not gone and batches is None:
            return None
        return Update(rows, gone, batches, self._more)

    def _before(self, db: Any, pairs: list[tuple[int, int]]) -> set[int]:
        """The Jobs that were done before their batch was added."""
        found: set[int] = set()
        for at in range(0, len(pairs), 400):
            part = pairs[at : at + 400]
            values = ", ".join("(?, ?)" for _ in part)
            flat = [value for pair in part for value in pair]
            rows = db.execute(f"SELECT job FROM members WHERE before AND (batch, job) IN (VALUES {values})", flat)
            found.update(row[0] for row in rows)
        return found

    def _missing(self, db: Any) -> frozenset[int]:
        gone = db.execute("SELECT gone FROM clock").fetchone()[0]
        if gone == self._gone:
            return frozenset()
        self._gone = gone
        there = {row[0] for row in db.execute("SELECT id FROM jobs")}
        missing = frozenset(self._ids - there)
        self._ids -= missing
        return missing

    def _new_batches(self) -> dict[int, Batch] | None:
        with self._journal.reading() as db:
            mark = db.execute("SELECT count(*), total(id), total(added) FROM batches").fetchone()
        if mark == self._batches:
            return None
        self._batches = mark
        return {batch.id: batch for batch in self._journal.batches()}


def move(journal: Journal, jobs: list[int], before: int | None) -> None:
    """Work on these Jobs of one batch, in this order, right before another of it; None: after all others."""
    if not jobs:
        return
    with journal.writing() as db:
        batch = db.execute(f"SELECT {_LATEST} FROM jobs j WHERE j.id = ?", (jobs[0],)).fetchone()
        if batch is None or batch[0] is None:
            return
        low, high = _between(db, batch[0], jobs, before)
        if high - low < 1e-6 * (len(jobs) + 1):
            _number_anew(db, batch[0])
            low, high = _between(db, batch[0], jobs, before)
        step = (high - low) / (len(jobs) + 1)
        values = [(low + step * number, job) for number, job in enumerate(jobs, 1)]
        db.executemany("UPDATE jobs SET place = ? WHERE id = ?", values)


def _between(db: Any, batch: int, jobs: list[int], before: int | None) -> tuple[float, float]:
    """The places between which there is room: that of `before` and of what comes before it now."""
    marks = ", ".join("?" * len(jobs))
    others = (
        "FROM members m CROSS JOIN jobs j ON j.id = m.job WHERE m.batch = ? "
        f"AND j.id NOT IN ({marks})"  # what is moved does not count
    )
    high = None
    if before is not None:
        found = db.execute("SELECT coalesce(place, id) FROM jobs WHERE id = ?", (before,)).fetchone()
        high = found[0] if found else None
    bound = "AND coalesce(j.place, j.id) < ?" if high is not None else ""
    values = (batch, *jobs, *([high] if high is not None else []))
    low = db.execute(f"SELECT max(coalesce(j.place, j.id)) {others} {bound}", values).fetchone()[0]
    if low is None:
        low = (high or 1.0) - 1.0
    return float(low), float(high) if high is not None else float(low) + len(jobs) + 1.0


def _number_anew(db: Any, batch: int) -> None:
    """Room again where things were moved to and fro so often that there is none between two numbers."""
    db.execute(
        "UPDATE jobs SET place = r.number FROM (SELECT j.id AS job, row_number() OVER "
        "(ORDER BY coalesce(j.place, j.id)) AS number FROM members m CROSS JOIN jobs j ON j.id = m.job "
        "WHERE m.batch = ?) AS r WHERE jobs.id = r.job",
        (batch,),
    )


def remove(journal: Journal, jobs: list[int]) -> int:
    """Forget single Jobs that do not run; how many. No file is touched, and what was made stays known."""
    with journal.writing() as db:
        count = db.executemany(
            "DELETE FROM jobs WHERE id = ? AND state <> 'running'", [(job,) for job in jobs]
        ).rowcount
        journal.forget_empty(db)
    return count
