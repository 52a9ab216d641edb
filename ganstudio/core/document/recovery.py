"""Autosave and recovery: what a window was working on lies in the person's data folder until it is saved or given up.

Each autosave is a project file and a note beside it: whose it is (machine, process, its start), the title, the
project's path. What belongs to no living process of this machine can be recovered.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from ganstudio.core.codecs.partial import Partial, sentence
from ganstudio.core.document import project
from ganstudio.core.document.state import State
from ganstudio.core.errors import BadInput
from ganstudio.core.paths import home
from ganstudio.core.progress import Progress

_SAME_START = 2.0  # seconds: clocks are corrected, but no process id comes back within so short a time


@dataclass(frozen=True)
class Owner:
    """A process: its id alone is used again by the system."""

    host: str
    pid: int
    born: float

    @classmethod
    def me(cls) -> Owner:
        return cls(platform.node(), os.getpid(), psutil.Process().create_time())

    @property
    def may_live(self) -> bool:
        """True also for processes of other machines, which cannot be seen from here."""
        if self.host != platform.node():
            return True
        try:
            return abs(psutil.Process(self.pid).create_time() - self.born) <= _SAME_START
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


@dataclass(frozen=True)
class Autosave:
    """The autosave of one document. `project` is the file it was opened from or saved to ("" for none), `saved_at`
    seconds since 1970."""

    key: str
    title: str
    project: str
    owner: Owner
    saved_at: float = 0.0

    @classmethod
    def begin(cls, title: str, project: str = "") -> Autosave:
        """For a document of this process; nothing is written yet."""
        return cls(secrets.token_hex(8), title, project, Owner.me())

    @property
    def path(self) -> Path:
        return folder() / (self.key + project.SUFFIX)

    @property
    def _note(self) -> Path:
        return folder() / f"{self.key}.json"

    def save(self, state: State, progress: Progress) -> None:
        """Write the state in place of the last one. From any thread, one at a time. Errors as `project.save`."""
        if not self._note.exists():  # first, so that a file without an owner never stays
            self._tell(0.0)
        project.save(state, self.path, progress, overwrite=True)
        self._tell(time.time())

    def discard(self) -> None:
        """The document was saved, or its changes were given up."""
        for path in (self._note, self.path):
            path.unlink(missing_ok=True)

    def set_aside(self) -> Path:
        """It is damaged: where it lies from now on, never to be offered again. OSError when it cannot be moved."""
        kept = folder() / "damaged"
        kept.mkdir(exist_ok=True)
        target = kept / self.path.name
        os.replace(self.path, target)
        self._note.unlink(missing_ok=True)
        return target

    def take(self) -> Autosave:
        """The same as this process' own, so that no other window offers it too; the file stays until discarded.

        BadInput when another window was faster.
        """
        mine = Autosave(secrets.token_hex(8), self.title, self.project, Owner.me(), self.saved_at)
        mine._tell(self.saved_at)
        try:
            os.rename(self.path, mine.path)
        except OSError as error:
            mine.discard()
            raise BadInput(f"“{self.title}” is being recovered by another window, or is gone.") from error
        self._note.unlink(missing_ok=True)
        return mine

    def _tell(self, saved_at: float) -> None:
        facts = asdict(self) | {"saved_at": saved_at}
        try:
            folder().mkdir(parents=True, exist_ok=True)
            with Partial(self._note) as partial:
                partial.file.write(json.dumps(facts).encode())
                partial.settle(None)
                partial.publish(overwrite=True)
        except OSError as error:
            raise sentence(error, self._note) from error


def folder() -> Path:
    return home() / "recovery"


def recoverable() -> list[Autosave]:
    """Autosaves of processes that are no more, the newest first. Notes that cannot be read are stepped over, those
    of autosaves that were never finished removed."""
    found = []
    for path in folder().glob("*.json"):
        with suppress(OSError, ValueError, TypeError, KeyError):
            one = _read(path)
            if one.owner.may_live:
                continue
            if one.path.is_file():
                found.append(one)
            else:
                one.discard()
    return sorted(found, key=lambda one: -one.saved_at)


def _read(path: Path) -> Autosave:
    facts: dict[str, Any] = json.loads(path.read_bytes())
    owner = facts["owner"]
    return Autosave(
        path.stem, str(facts["title"]), str(facts["project"]),
        Owner(str(owner["host"]), int(owner["pid"]), float(owner["born"])), float(facts["saved_at"]),
    )  # fmt: skip
