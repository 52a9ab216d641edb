"""Roll: what a person and the engine ask of the journal: batches, their Jobs, their counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from ganstudio.jobs.database import to_path
from ganstudio.jobs.ledger import CHUNK, MADE, Ledger
from ganstudio.jobs.records import Batch, Job, JournalError, Made, State, Totals

JOB = (
    "j.id, j.key, j.source, j.size, j.mtime_ns, j.page, j.number, j.folder, j.state, j.reason, j.fault, j.output, "
    "j.fresh, j.claim, j.notes, j.seconds, j.megapixels, j.out_megapixels, j.out_bytes, j.path_used, "
    "coalesce(j.place, j.id), j.title, j.share"
)


class Roll(Ledger):
    """The part of the journal that is asked; nothing is changed here."""

    def batch(self, number: int) -> Batch:
        with self.reading() as db:
            return self._batch(db, number)

    def _batch(self, db: sqlite3.Connection, number: int | None) -> Batch:
        row = db.execute(
            "SELECT id, recipe, recipe_hash, options, created, added FROM batches WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            raise JournalError(f"The queue has no batch {number}.", "`ganstudio queue list` shows what it has.")
        return Batch(row[0], json.loads(row[1]), row[2], json.loads(row[3]), row[4], row[5])

    def batches(self) -> list[Batch]:
        """All batches, the oldest first."""
        with self.reading() as db:
            return [self._batch(db, number) for (number,) in db.execute("SELECT id FROM batches ORDER BY id")]

    def within(self, batch: Batch, later: Batch) -> bool:
        """Whether all Jobs of a batch are in a later one that was added in the same way."""
        if (batch.recipe_hash, batch.options) != (later.recipe_hash, later.options):
            return False
        with self.reading() as db:
            more = db.execute(
                "SELECT 1 FROM members WHERE batch = ? "
                "AND job NOT IN (SELECT job FROM members WHERE batch = ?) LIMIT 1",
                (batch.id, later.id),
            )
            return more.fetchone() is None

    def totals(self, batch: Batch) -> Totals:
        """Counts by state; what was done before the batch was added counts as skipped. One query, so that they add up
        while a batch is still being added, when that was interrupted, and when it is cleared meanwhile."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT CASE WHEN m.before AND j.state = 'done' THEN 'already' ELSE j.state END AS counted, count(*), "
                "total(j.fault), total(j.megapixels), total(j.out_megapixels), total(j.out_bytes), total(j.seconds) "
                "FROM members m CROSS JOIN jobs j ON j.id = m.job WHERE m.batch = ? GROUP BY counted",
                (batch.id,),
            ).fetchall()
        counts = {row[0]: row[1] for row in rows}
        added = sum(counts.values())
        already = counts.pop("already", 0)
        counts["skipped"] = counts.get("skipped", 0) + already
        sums = next((row[3:] for row in rows if row[0] == "done"), (0.0, 0.0, 0.0, 0.0))
        return Totals(
            added,
            **counts,
            already=already,
            faults=int(sum(row[2] for row in rows)),
            megapixels=sums[0],
            out_megapixels=sums[1],
            out_bytes=int(sums[2]),
            seconds=sums[3],
        )

    def jobs(self, batch: Batch | None = None, states: Sequence[State] = ()) -> Iterator[Job]:
        """The Jobs of a batch (or all) in the order they were added, a few hundred in memory at a time."""
        marks = f"AND j.state IN ({', '.join('?' * len(states))})" if states else ""
        source = "members m CROSS JOIN jobs j ON j.id = m.job" if batch else "jobs j"
        which, first = ("m.batch = ? AND m.job", (batch.id,)) if batch else ("j.id", ())
        order = "m.job" if batch else "j.id"
        before = "m.before" if batch else "0"
        after = 0
        while True:
            with self.reading() as db:
                rows = db.execute(
                    f"SELECT {JOB}, {before} FROM {source} WHERE {which} > ? {marks} ORDER BY {order} LIMIT ?",
                    (*first, after, *states, CHUNK),
                ).fetchall()
            if not rows:
                return
            yield from map(self._job, rows)
            after = rows[-1][0]

    def pending(self, batch: Batch) -> bool:
        """Whether some Job of the batch waits or runs, here or in another program."""
        with self.reading() as db:
            return (
                db.execute(
                    "SELECT 1 FROM members m CROSS JOIN jobs j ON j.id = m.job "
                    "WHERE m.batch = ? AND j.state IN ('waiting', 'running') LIMIT 1",
                    (batch.id,),
                ).fetchone()
                is not None
            )

    def sample(self, batch: Batch, size: int) -> tuple[list[Job], int]:
        """Up to `size` of the batch's Jobs that wait or run, evenly spread over it, and how many there are."""
        with self.reading() as db:
            numbers = [
                row[0]
                for row in db.execute(
                    "SELECT j.id FROM members m CROSS JOIN jobs j ON j.id = m.job "
                    "WHERE m.batch = ? AND j.state IN ('waiting', 'running') ORDER BY m.job",
                    (batch.id,),
                )
            ]
        step = max(len(numbers) / size, 1.0)
        return [self.job(numbers[int(i * step)]) for i in range(min(size, len(numbers)))], len(numbers)

    def job(self, number: int) -> Job:
        with self.reading() as db:
            return self._job(db.execute(f"SELECT {JOB} FROM jobs j WHERE j.id = ?", (number,)).fetchone())

    def _job(self, row: Sequence[Any]) -> Job:
        return Job(
            row[0],
            row[1],
            to_path(row[2]),
            row[3],
            row[4],
            row[5],
            row[6],
            to_path(row[7]),
            State(row[8]),
            row[9],
            bool(row[10]),
            to_path(row[11]) if row[11] is not None else None,
            bool(row[12]),
            row[13],
            row[14],
            *row[15:23],
            before=bool(row[23]) if len(row) > 23 else False,
        )

    def done_before(self, batch: Batch) -> Iterator[tuple[int, Made | None]]:
        """The Jobs that were done when the batch was added, each with its result."""
        after = 0
        while True:
            with self.reading() as db:
                rows = db.execute(
                    f"SELECT j.id, {', '.join(f'd.{column}' for column in MADE.split(', '))} "
                    "FROM members m CROSS JOIN jobs j ON j.id = m.job "
                    "LEFT JOIN made d ON d.output_key = j.output_key AND d.key = j.key "
                    "WHERE m.batch = ? AND m.job > ? AND m.before ORDER BY m.job LIMIT ?",
                    (batch.id, after, CHUNK),
                ).fetchall()
            if not rows:
                return
            yield from ((row[0], self._made(row[1:]) if row[1] is not None else None) for row in rows)
            after = rows[-1][0]
