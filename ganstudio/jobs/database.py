"""Database: the journal's file, opened whatever state it is in, and its transactions."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ganstudio.core.errors import DiskFull
from ganstudio.core.text import _
from ganstudio.jobs.records import JournalError
from ganstudio.jobs.schema import STEPS, upgrade

_PATIENCE_S = 10.0
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNWRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)


class Database:
    """One connection for all threads. `path` None keeps everything in memory; `notes` are sentences on what was in
    the way. Raises JournalError when the file comes from a newer version or stays locked."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        self._lock = threading.RLock()
        if path is None:
            self._db = in_memory()
        else:
            self._db, self.notes = open_file(path)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.DatabaseError as error:
                raise self._sentence(error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _sentence(self, error: sqlite3.DatabaseError) -> Exception:
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.NotSupportedError)):
            return error  # a fault in the program
        if primary_code(error) == sqlite3.SQLITE_FULL:
            return DiskFull(
                _("The disk is full: the journal {path} cannot be written.").format(path=self.path),
                _("Free some space."),
            )
        return JournalError(f"The journal {self.path} cannot be used: {error}.", "Start again.")


def open_file(path: Path) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """The journal at `path`, made if need be, and sentences on what was in the way.

    A damaged file is set aside and a new one begun; where none can be written the journal lives in memory. Raises
    JournalError when the file comes from a newer version or stays locked.
    """
    try:
        return _opened(path), ()
    except sqlite3.DatabaseError as error:
        code = primary_code(error)
        if code in _UNWRITABLE:
            return in_memory(), (f"The journal {path} cannot be written, so this run is not remembered.",)
        if code not in _DAMAGED:
            raise JournalError(f"The journal {path} cannot be opened: {error}.") from error
    aside = set_aside(path)
    return _opened(path), (f"The journal was damaged; it is set aside as {aside} and a new one begun.",)


def in_memory() -> sqlite3.Connection:
    return _prepared(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))


def _opened(path: Path) -> sqlite3.Connection:
    interrupted = Path(f"{path}-wal").exists()
    connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # After a crash of the whole computer the file is looked through; a killed program alone harms nothing.
        if interrupted and (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _damage(found)
        return _prepared(connection)
    except BaseException:
        connection.close()
        raise


def _damage(what: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(what)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -8000")
    upgrade(connection, STEPS)
    return connection


def set_aside(path: Path) -> Path:
    """Move a damaged journal out of the way, with what belongs to it; where it went."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
    number = 2
    while aside.exists():
        aside = path.with_name(f"{path.stem}-damaged-{stamp}-{number}{path.suffix}")
        number += 1
    os.replace(path, aside)
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(f"{path}{ending}", f"{aside}{ending}")
    return aside


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's error code without its extension; 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def to_path(raw: bytes) -> Path:
    return Path(os.fsdecode(raw))
