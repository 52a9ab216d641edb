"""Journal: the queue's memory on disk; one a user, shared by all programs that run.

Every change is one short transaction, so that a program may be killed at any moment and several may work at once.
Times of day are kept for people only: who owns a Job is decided by processes and a counting heartbeat.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from math import inf
from pathlib import Path
from typing import Any

from ganstudio.core.names import collision_key, shown
from ganstudio.jobs.ledger import CHUNK, MADE
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.records import Batch, Job, NewJob, Outcome, State
from ganstudio.jobs.roll import JOB, Roll

FILE = "journal.sqlite"
# A Job of another machine, whose process cannot be seen from here, is an orphan after this long without a beat.
SILENT_S = 600.0
_OWNED = "state = 'running' AND pid = ? AND born = ? AND host = ?"
_UNFINISHED = ("waiting", "running", "paused")


class Journal(Roll):
    """Thread-safe. `path` None keeps it in memory (a dry run). `notes` are sentences on what was in the way."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path)
        self._beats: dict[Owner, tuple[int, float]] = {}

    def copy(self) -> Journal:
        """The same in memory, for a dry run: what is done with it leaves no trace."""
        twin = Journal(None)
        with self.reading() as db:
            db.backup(twin._db)
        return twin

    @classmethod
    def usual(cls) -> Journal:
        """The person's journal; in memory, with a note, where their folder cannot be written."""
        from ganstudio.core.paths import home

        try:
            return cls(home() / FILE)
        except OSError as error:
            journal = cls(None)
            journal.notes = (f"This run is not remembered: {error.filename} cannot be written.",)
            return journal

    # Adding

    def add_batch(self, recipe: Mapping[str, Any], recipe_hash: str, options: Mapping[str, Any]) -> Batch:
        """A new, empty batch. `recipe` and `options` are JSON."""
        values = (json.dumps(recipe), recipe_hash, json.dumps(options), time.time())
        with self.writing() as db:
            row = db.execute("INSERT INTO batches (recipe, recipe_hash, options, created) VALUES (?, ?, ?, ?)", values)
            return self._batch(db, row.lastrowid)

    def add(self, batch: Batch, jobs: Iterable[NewJob], naming: str, again: bool = False) -> int:
        """Add Jobs to a batch; how many the batch did not have yet.

        A Job that the journal knows is found, not added twice: unless it runs or is done it waits again; with
        `again` also when it is done. `naming` belongs to a Job's identity: what names its result.
        """
        added = 0
        jobs = iter(jobs)
        while chunk := list(islice(jobs, CHUNK * 4)):
            with self.writing() as db:
                for at in range(0, len(chunk), CHUNK):
                    added += self._add_chunk(db, batch, chunk[at : at + CHUNK], naming, again)
        with self.writing() as db:
            added += self._add_known_pages(db, batch.id)
            self._count(db, batch.id)
        return added

    def _add_chunk(self, db: sqlite3.Connection, batch: Batch, jobs: Sequence[NewJob], naming: str, again: bool) -> int:
        keys = [job.key(batch.recipe_hash, naming) for job in jobs]
        rest = "('running')" if again else "('running', 'done')"
        turn = db.execute("UPDATE clock SET turn = turn + ? RETURNING turn", (len(jobs),)).fetchone()[0] - len(jobs)
        db.executemany(
            "INSERT INTO jobs (key, source, size, mtime_ns, page, number, parent, folder, title, turn) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            f"ON CONFLICT (key) DO UPDATE SET state = 'waiting', reason = '', fault = 0 WHERE state NOT IN {rest}",
            [
                (
                    key,
                    os.fsencode(job.source),
                    job.size,
                    job.mtime_ns,
                    job.page,
                    job.number,
                    job.parent,
                    os.fsencode(job.folder),
                    job.title,
                    turn + at,
                )
                for at, (key, job) in enumerate(zip(keys, jobs, strict=True), 1)
            ],
        )
        marks = ", ".join("?" * len(keys))
        return db.execute(
            "INSERT OR IGNORE INTO members (batch, job, before) "
            f"SELECT ?, id, state = 'done' FROM jobs WHERE key IN ({marks}) ORDER BY id",
            (batch.id, *keys),
        ).rowcount

    def _add_known_pages(self, db: sqlite3.Connection, batch: int) -> int:
        """The further pages of files that were opened in an earlier batch."""
        return db.execute(
            "INSERT OR IGNORE INTO members (batch, job, before) "
            "SELECT ?1, page.id, page.state = 'done' FROM jobs page "
            "JOIN members first ON first.batch = ?1 AND first.job = page.parent WHERE page.parent IS NOT NULL",
            (batch,),
        ).rowcount

    def _count(self, db: sqlite3.Connection, batch: int) -> None:
        db.execute("UPDATE batches SET added = (SELECT count(*) FROM members WHERE batch = ?1) WHERE id = ?1", (batch,))

    def drop(self, batch: Batch) -> None:
        """Forget a batch that came to nothing, and the Jobs that only it has."""
        with self.writing() as db:
            db.execute(
                "DELETE FROM jobs WHERE id IN (SELECT job FROM members WHERE batch = ?1) AND state <> 'running' "
                "AND id NOT IN (SELECT job FROM members WHERE batch <> ?1)",
                (batch.id,),
            )
            db.execute("DELETE FROM members WHERE batch = ?", (batch.id,))
            db.execute("DELETE FROM batches WHERE id = ?", (batch.id,))

    # Working

    def claim(self, batch: Batch, owner: Owner, after: float = -inf) -> Job | None:
        """Take the batch's first waiting Job with a place behind `after`, or None; no other program gets it."""
        while True:
            with self.reading() as db:
                found = db.execute(
                    "SELECT j.id FROM jobs j INDEXED BY jobs_waiting WHERE j.state = 'waiting' "
                    "AND coalesce(j.place, j.id) > ? "
                    "AND EXISTS (SELECT 1 FROM members m WHERE m.batch = ? AND m.job = j.id) "
                    "ORDER BY coalesce(j.place, j.id) LIMIT 1",
                    (after, batch.id),
                ).fetchone()
            if found is None:
                return None
            with self.writing() as db:
                taken = db.execute(
                    "UPDATE jobs SET state = 'running', reason = '', fault = 0, pid = ?, born = ?, host = ?, beat = 0, "
                    "claim = claim + 1, started = ? WHERE id = ? AND state = 'waiting'",
                    (owner.pid, owner.born, owner.host, time.time(), found[0]),
                ).rowcount
                if taken:
                    return self._job(db.execute(f"SELECT {JOB} FROM jobs j WHERE j.id = ?", found).fetchone())

    def reserve(self, job: Job, output: Path, fresh: bool) -> bool:
        """Choose `output` for a Job; False when another picture's result has that name, on any system's reading.

        A name is another's while its Job is not finished, and after that while its file stands. `fresh` says that
        no file stands at `output` now.
        """
        key = collision_key(str(output))
        mine = (os.fsencode(job.source), job.page)
        with self.writing() as db:
            others = db.execute(
                "SELECT source, page, state, output FROM jobs WHERE output_key = ? AND id <> ?", (key, job.id)
            ).fetchall()
            for source, page, state, path in others:
                if state in _UNFINISHED or ((source, page) != mine and os.path.lexists(path)):
                    return False
            db.execute(
                "UPDATE jobs SET output = ?, output_key = ?, fresh = ? WHERE id = ? AND claim = ?",
                (os.fsencode(output), key, fresh, job.id, job.claim),
            )
        return True

    def finish(self, job: Job, outcome: Outcome) -> bool:
        """Write how a claimed Job ended; False when it is no longer ours (given up by the watchdog, taken over)."""
        made = outcome.made
        with self.writing() as db:
            ours = db.execute(
                "UPDATE jobs SET state = ?, reason = ?, fault = ?, pid = NULL, finished = ?, seconds = ?, "
                "megapixels = ?, out_megapixels = ?, out_bytes = ?, path_used = ?, notes = ?, fresh = 0, share = 0 "
                "WHERE id = ? AND claim = ? AND state = 'running'",
                (
                    outcome.state,
                    shown(outcome.reason),
                    outcome.fault,
                    time.time(),
                    outcome.seconds,
                    outcome.megapixels,
                    outcome.out_megapixels,
                    made.size if made else outcome.out_bytes,
                    outcome.path_used,
                    "\n".join(map(shown, outcome.notes)),
                    job.id,
                    job.claim,
                ),
            ).rowcount
            if ours and made is not None:
                db.execute(
                    f"INSERT OR REPLACE INTO made (output_key, {MADE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        collision_key(str(made.output)),
                        made.key,
                        os.fsencode(made.output),
                        os.fsencode(made.source),
                        made.page,
                        made.size,
                        made.mtime_ns,
                        made.width,
                        made.height,
                        made.recipe_hash,
                    ),
                )
            if ours and outcome.state is not State.DONE:
                db.execute("UPDATE jobs SET output = NULL, output_key = NULL WHERE id = ?", (job.id,))
        return bool(ours)

    def put_back(self, job: Job) -> bool:
        """A claimed Job waits again, keeping the name chosen for it. Of what a maker makes nothing has got that name:
        what stands there later is somebody else's."""
        with self.writing() as db:
            return bool(
                db.execute(
                    "UPDATE jobs SET state = 'waiting', pid = NULL, "
                    "fresh = CASE WHEN title <> '' AND output IS NOT folder THEN 0 ELSE fresh END "
                    "WHERE id = ? AND claim = ? AND state = 'running'",
                    (job.id, job.claim),
                ).rowcount
            )

    def release(self, owner: Owner, but: Collection[int] = ()) -> list[Job]:
        """The Jobs that a process runs wait again, `but` those that it works on yet: which did."""
        mine = (owner.pid, owner.born, owner.host)
        with self.writing() as db:
            rows = db.execute(f"SELECT {JOB} FROM jobs j WHERE {_OWNED}", mine).fetchall()
            found = [job for job in map(self._job, rows) if job.id not in but]
            db.executemany("UPDATE jobs SET state = 'waiting', pid = NULL WHERE id = ?", [(job.id,) for job in found])
        return found

    def begin(self, job: Job, output: Path, fresh: bool) -> None:
        """Note where a claimed Job works, into a folder that others may use as well."""
        with self.writing() as db:
            db.execute(
                "UPDATE jobs SET output = ?, output_key = NULL, fresh = ? WHERE id = ? AND claim = ?",
                (os.fsencode(output), fresh, job.id, job.claim),
            )

    def note_share(self, job: Job, share: float) -> None:
        """How far a claimed Job is, 0 to 1."""
        with self.writing() as db:
            db.execute(
                "UPDATE jobs SET share = ? WHERE id = ? AND claim = ? AND state = 'running'",
                (share, job.id, job.claim),
            )

    def renew(self, job: Job, key: bytes, size: int, mtime_ns: int) -> bool:
        """The input was replaced since it was added: the Job stands for the new file. False: that has a Job."""
        with self.writing() as db:
            return bool(
                db.execute(
                    "UPDATE OR IGNORE jobs SET key = ?, size = ?, mtime_ns = ? WHERE id = ?",
                    (key, size, mtime_ns, job.id),
                ).rowcount
            )

    def add_pages(self, batch: Batch, first: Job, pages: int, naming: str) -> int:
        """Jobs for pages 1 … of a file whose page 0 is `first`, in every batch that has it; how many are new."""
        new = [
            NewJob(first.source, first.size, first.mtime_ns, first.folder, first.number, page, first.id)
            for page in range(1, pages)
        ]
        with self.writing() as db:
            added = 0
            for at in range(0, len(new), CHUNK):
                added += self._add_chunk(db, batch, new[at : at + CHUNK], naming, again=False)
            having = db.execute("SELECT batch FROM members WHERE job = ?", (first.id,)).fetchall()
            for number in {batch.id, *(row[0] for row in having)}:
                self._add_known_pages(db, number)
                self._count(db, number)
        return added

    def beat(self, owner: Owner) -> None:
        with self.writing() as db:
            db.execute(f"UPDATE jobs SET beat = beat + 1 WHERE {_OWNED}", (owner.pid, owner.born, owner.host))

    def orphans(self) -> list[Job]:
        """Make the Jobs of programs that are gone wait again; those Jobs, so that what they left can be removed."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT pid, born, host, max(beat) FROM jobs WHERE state = 'running' GROUP BY pid, born, host"
            ).fetchall()
        owners = [(Owner(pid, born, host), beat) for pid, born, host, beat in rows]
        return [job for owner, beat in owners if self._gone(owner, beat) for job in self.release(owner)]

    def _gone(self, owner: Owner, beat: int) -> bool:
        alive = owner.alive()
        if alive is not None:
            return not alive
        seen, since = self._beats.get(owner, (-1, 0.0))
        if seen != beat:
            self._beats[owner] = (beat, time.monotonic())
            return False
        return time.monotonic() - since > SILENT_S

    # Changing by hand

    def change(self, jobs: Iterable[int], to: State, only: Sequence[State]) -> int:
        """Put those of the Jobs whose state is one of `only` into another; how many there were."""
        marks = ", ".join("?" * len(only))
        numbers = [(to, number, *only) for number in jobs]
        with self.writing() as db:
            return db.executemany(
                f"UPDATE jobs SET state = ?, reason = '', fault = 0 WHERE id = ? AND state IN ({marks})", numbers
            ).rowcount

    def change_batch(self, batch: Batch, to: State, only: Sequence[State], reason: str = "") -> int:
        """The same for all Jobs of a batch."""
        marks = ", ".join("?" * len(only))
        with self.writing() as db:
            return db.execute(
                "UPDATE jobs SET state = ?, reason = ?, fault = 0 WHERE id IN "
                f"(SELECT job FROM members WHERE batch = ?) AND state IN ({marks})",
                (to, shown(reason), batch.id, *only),
            ).rowcount

    def redo(self, batch: Batch, jobs: Sequence[int]) -> None:
        """Jobs that were done, but whose results are not there any more, wait again."""
        with self.writing() as db:
            db.executemany("UPDATE jobs SET state = 'waiting' WHERE id = ? AND state = 'done'", [(n,) for n in jobs])
            db.executemany("UPDATE members SET before = 0 WHERE batch = ? AND job = ?", [(batch.id, n) for n in jobs])

    def clear(self, states: Sequence[State]) -> int:
        """Forget Jobs in these states, and batches left without any; results stay known, files stay. How many."""
        marks = ", ".join("?" * len(states))
        with self.writing() as db:
            count = db.execute(
                f"DELETE FROM jobs WHERE state IN ({marks}) AND state <> 'running'", tuple(states)
            ).rowcount
            self.forget_empty(db)
        return count

    def forget_empty(self, db: sqlite3.Connection) -> None:
        """After Jobs were deleted: batches without any go, the others are counted anew."""
        db.execute("DELETE FROM members WHERE job NOT IN (SELECT id FROM jobs)")
        db.execute("DELETE FROM batches WHERE id NOT IN (SELECT batch FROM members)")
        for (number,) in db.execute("SELECT id FROM batches").fetchall():
            self._count(db, number)
