"""The journal's tables and their version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from ganstudio.jobs.records import JournalError

# One script a version; a script never changes once released, the next version appends one. Paths are bytes, so that
# names that are no valid UTF-8 survive.
STEPS = (
    """
    CREATE TABLE batches (
        id INTEGER PRIMARY KEY, recipe TEXT NOT NULL, recipe_hash TEXT NOT NULL, options TEXT NOT NULL,
        created REAL NOT NULL, added INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,
        source BLOB NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, page INTEGER NOT NULL,
        number INTEGER NOT NULL, parent INTEGER, folder BLOB NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT '', fault INTEGER NOT NULL DEFAULT 0,
        output BLOB, output_key BLOB, fresh INTEGER NOT NULL DEFAULT 0,
        pid INTEGER, born TEXT, host TEXT, beat INTEGER NOT NULL DEFAULT 0, claim INTEGER NOT NULL DEFAULT 0,
        started REAL, finished REAL, seconds REAL NOT NULL DEFAULT 0, megapixels REAL NOT NULL DEFAULT 0,
        out_megapixels REAL NOT NULL DEFAULT 0, out_bytes INTEGER NOT NULL DEFAULT 0,
        path_used TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX jobs_source ON jobs (source);
    CREATE INDEX jobs_output ON jobs (output_key) WHERE output_key IS NOT NULL;
    CREATE INDEX jobs_parent ON jobs (parent) WHERE parent IS NOT NULL;
    CREATE INDEX jobs_running ON jobs (pid) WHERE state = 'running';
    CREATE TABLE members (
        batch INTEGER NOT NULL, job INTEGER NOT NULL, before INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (batch, job)
    ) WITHOUT ROWID;
    CREATE TABLE made (
        output_key BLOB PRIMARY KEY, output BLOB NOT NULL, key BLOB NOT NULL, source BLOB NOT NULL,
        page INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL, recipe_hash TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX made_key ON made (key);
    CREATE TABLE rates (
        recipe_hash TEXT PRIMARY KEY, seconds_per_megapixel REAL NOT NULL, size_factor REAL NOT NULL
    ) WITHOUT ROWID;
    """,
    # The order of work, changed by hand; and what changed when, so that a window need not read all of it again.
    # `place` stands for the id where it is not NULL. `turn` numbers the changes: a row has that of its last one
    # (a new row is given it by whoever adds it, which is quicker than a trigger).
    """
    ALTER TABLE jobs ADD COLUMN place REAL;
    ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX jobs_waiting ON jobs (coalesce(place, id)) WHERE state = 'waiting';
    CREATE INDEX jobs_turn ON jobs (turn);
    CREATE TABLE clock (turn INTEGER NOT NULL, gone INTEGER NOT NULL);
    INSERT INTO clock VALUES (0, 0);
    CREATE TRIGGER jobs_changed AFTER UPDATE OF key, size, state, reason, output, seconds, place ON jobs BEGIN
        UPDATE clock SET turn = turn + 1;
        UPDATE jobs SET turn = (SELECT turn FROM clock) WHERE id = new.id;
    END;
    CREATE TRIGGER jobs_gone AFTER DELETE ON jobs BEGIN
        UPDATE clock SET gone = gone + 1;
    END;
    """,
    # What a maker makes is a Job, too: it has a title in place of an input (its `source` is the path that comes of it),
    # and takes so long that how far it is, 0 to 1, is for every program to see.
    """
    ALTER TABLE jobs ADD COLUMN title TEXT NOT NULL DEFAULT '';
    ALTER TABLE jobs ADD COLUMN share REAL NOT NULL DEFAULT 0;
    CREATE TRIGGER jobs_got_on AFTER UPDATE OF share ON jobs WHEN new.share <> old.share BEGIN
        UPDATE clock SET turn = turn + 1;
        UPDATE jobs SET turn = (SELECT turn FROM clock) WHERE id = new.id;
    END;
    """,
)


def upgrade(connection: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Bring the tables to the version `len(steps)`, all steps or none; raises JournalError for a newer file."""
    if version(connection) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        have = version(connection)
        if have > len(steps):
            raise JournalError("The journal comes from a newer version of the program.", "Update this one.")
        for script in steps[have:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; those of a trigger belong to it."""
    begun = ""
    for part in script.split(";"):
        begun += part + ";"
        if sqlite3.complete_statement(begun):
            yield begun
            begun = ""
    if begun.strip(" \n;"):
        yield begun


def version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
