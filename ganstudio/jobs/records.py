"""What the journal holds: Jobs, batches, results, and the counts of their states."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ganstudio.core.errors import OutputError, UserError

ALREADY = "already made with this recipe"


class JournalError(UserError):
    """The journal cannot be read or written."""


class OutputGone(OutputError):
    """The folder for all results is not there any more: no fault of any picture."""


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = (State.DONE, State.SKIPPED, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class NewJob:
    """One picture to be added: page `page` of the file `source` as it is now, its result to go into `folder`.

    `number` is its place in the batch (for names), `parent` the Job of the same file's first page. With a `title` it is
    something that a maker makes: `source` is what comes of it, `folder` has to be there.
    """

    source: Path
    size: int
    mtime_ns: int
    folder: Path
    number: int = 0
    page: int = 0
    parent: int | None = None
    title: str = ""

    def key(self, recipe_hash: str, naming: str) -> bytes:
        """The Job's identity: equal for the same work on the same file."""
        parts = (
            os.fsencode(self.source),
            b"%d %d %d" % (self.size, self.mtime_ns, self.page),
            recipe_hash.encode(),
            os.fsencode(self.folder),
            naming.encode("utf-8", "surrogatepass"),
        )
        return hashlib.blake2b(b"\0".join(parts), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the journal. `claim` counts how often it was begun; `before` is whether it was done already when
    this batch was added; `fresh` whether nothing stood at `output` when it was chosen; `place` orders the work; `share`
    is how far it is, where it has a `title` and so is something that a maker makes."""

    id: int
    key: bytes
    source: Path
    size: int
    mtime_ns: int
    page: int
    number: int
    folder: Path
    state: State
    reason: str
    fault: bool
    output: Path | None
    fresh: bool
    claim: int
    notes: str
    seconds: float
    megapixels: float
    out_megapixels: float
    out_bytes: int
    path_used: str
    place: float
    title: str
    share: float
    before: bool = False

    @property
    def word(self) -> str:
        """What a person calls it: its title, or the path of its picture."""
        return f"{self.title} ({self.source})" if self.title else str(self.source)

    @property
    def counted(self) -> State:
        """The state as this batch counts it: what was done before it is skipped by it."""
        return State.SKIPPED if self.before and self.state is State.DONE else self.state

    @property
    def said(self) -> str:
        return ALREADY if self.before and self.state is State.DONE else self.reason


@dataclass(frozen=True, slots=True)
class Batch:
    """One adding: the recipe and options as JSON with the person's own paths, and how many Jobs it has."""

    id: int
    recipe: dict[str, Any]
    recipe_hash: str
    options: dict[str, Any]
    created: float
    added: int


@dataclass(frozen=True, slots=True)
class Made:
    """A result of ours, as it was when it was finished."""

    key: bytes
    output: Path
    source: Path
    page: int
    size: int
    mtime_ns: int
    width: int
    height: int
    recipe_hash: str

    def unchanged(self) -> bool:
        """Whether the file is there with the size and time it was finished with; nothing is decoded."""
        try:
            now = os.stat(self.output)
        except OSError:
            return False
        return (now.st_size, now.st_mtime_ns) == (self.size, self.mtime_ns)


@dataclass(frozen=True)
class Totals:
    """How many Jobs of a batch are in which state. `already` of the skipped were done before it."""

    added: int = 0
    waiting: int = 0
    running: int = 0
    paused: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    cancelled: int = 0
    already: int = 0
    faults: int = 0
    megapixels: float = 0.0
    out_megapixels: float = 0.0
    out_bytes: int = 0
    seconds: float = 0.0

    @property
    def finished(self) -> int:
        return self.done + self.skipped + self.failed + self.cancelled

    @property
    def unfinished(self) -> int:
        return self.waiting + self.running + self.paused


@dataclass(frozen=True)
class Outcome:
    """How one Job ended. `notes` are sentences on what is different in the result; `out_bytes` those of several files,
    where no single one is `made`."""

    state: State
    reason: str = ""
    fault: bool = False
    made: Made | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    megapixels: float = 0.0
    out_megapixels: float = 0.0
    path_used: str = ""
    out_bytes: int = 0
