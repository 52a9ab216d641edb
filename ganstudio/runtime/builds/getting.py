"""Getting a build: planned, fetched, laid beside, tried, switched to. The old one stays until the new has passed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from ganstudio.core import beside
from ganstudio.core.errors import BadInput, DiskFull, EngineError, OutputError, UsageError
from ganstudio.core.paths import home
from ganstudio.core.progress import Progress
from ganstudio.runtime.builds import trial, unpacking
from ganstudio.runtime.builds.index import Index
from ganstudio.runtime.builds.kinds import Kind
from ganstudio.runtime.builds.web import Web
from ganstudio.runtime.builds.wheel import Wheel

_UNPACKED = 2.0  # wheels of such libraries are about this many times as large when unpacked
_SPARE = 200 * 1000**2


@dataclass(frozen=True)
class Plan:
    """What will be fetched: the wheels with their sizes, of which `have` bytes are here already."""

    kind: Kind
    wheels: tuple[Wheel, ...]
    have: int
    free: int

    @property
    def bytes(self) -> int:
        return sum(wheel.bytes for wheel in self.wheels)

    @property
    def needed(self) -> int:
        """The bytes of disk that are still needed, about."""
        return self.bytes - self.have + round(self.bytes * _UNPACKED) + _SPARE


def downloads() -> Path:
    return home() / "downloads"


def plan(kind: Kind, index: str = "", web: Web | None = None) -> Plan:
    """Ask the index what a build of this kind consists of, and how large it is. Nothing is fetched but pages.

    Raises BadInput when it cannot be reached or has no build for this system.
    """
    web = web or Web()
    found = _wheels(kind, Index(index or kind.index, web), plain=bool(index))
    wheels = tuple(replace(wheel, bytes=web.size(wheel.url)) for wheel in found)
    have = sum(min(wheel.bytes, _here(wheel)) for wheel in wheels)
    return Plan(kind, wheels, have, shutil.disk_usage(home()).free)


def _wheels(kind: Kind, index: Index, plain: bool) -> list[Wheel]:
    """By the build's own version; on Linux the one without a label, as PyPI has it, is the one for NVIDIA cards."""
    try:
        return index.wheels(f"{beside.TORCH}+{kind.label}")
    except BadInput:
        if not (plain and kind.device == "cuda" and sys.platform == "linux"):
            raise
        return index.wheels(beside.TORCH)


def _here(wheel: Wheel) -> int:
    for path in (downloads() / wheel.file, downloads() / f"{wheel.sha256[:16]}-{wheel.file}.part"):
        if path.is_file():
            return path.stat().st_size
    return 0


def get(
    what: Plan, progress: Progress, tell: Callable[[str], None] = lambda sentence: None, web: Web | None = None
) -> Path:
    """Fetch, lay beside, try and switch; the folder now in use, from the next start on.

    `tell` hears a word before each step. Raises UserError in a sentence, Cancelled; whatever was in use stays in use
    then, and what has arrived is gone on with by the next call.
    """
    if what.free < what.needed:
        raise DiskFull(
            f"About {what.needed / 1e9:.1f} GB are needed at {home()}, and {what.free / 1e9:.1f} GB are free.",
            "Make room, or move the program's folder with GANSTUDIO_HOME.",
        )
    with _alone():
        return _got(what, progress, tell, web or Web())


def _got(what: Plan, progress: Progress, tell: Callable[[str], None], web: Web) -> Path:
    progress.set_total(what.bytes)
    tell("Fetching")
    wheels = [web.file(wheel, _made(downloads()), progress) for wheel in what.wheels]
    folder = beside.folder_for(what.kind.id)
    # Never where something in use lies: a running program may have its files open.
    fresh = folder.with_name(f"{folder.name}.new")
    try:
        tell("Unpacking")
        total = _laid(wheels, fresh, progress)
        tell("Trying it")
        if said := trial.trouble(fresh, what.kind.device, progress):
            raise EngineError(
                f"The build was fetched, but does not work here: {said.removesuffix('.')}.", "What was in use stays."
            )
        beside.mark(fresh, beside.Beside(what.kind.id, beside.TORCH, beside.python_tag(), total))
        _switch(fresh, folder)
    finally:
        with suppress(OSError):  # the next call begins by removing it
            unpacking.clear(fresh)
    for path in wheels:
        path.unlink(missing_ok=True)
    return folder


@contextmanager
def _alone() -> Iterator[None]:
    """Raises UsageError while another program of this account fetches a build."""
    path = _made(downloads()) / "lock"
    with suppress(OSError, ValueError):
        if (other := int(path.read_text("ascii"))) != os.getpid() and psutil.pid_exists(other):
            raise UsageError(f"A build is being fetched already (process {other}).", "Wait for it, or stop it.")
    try:
        path.write_text(str(os.getpid()), "ascii")
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be written to: {error.strerror}.") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    return folder


def _laid(wheels: list[Path], fresh: Path, progress: Progress) -> int:
    """Unpack all into an empty folder; the bytes that this took."""
    total = unpacking.size(wheels)
    free = shutil.disk_usage(fresh.parent).free
    if free < total + _SPARE // 4:
        raise DiskFull(
            f"Unpacked it takes {total / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free at {fresh.parent}.",
            "Make room, then give the same command again: nothing is fetched twice.",
        )
    unpacking.clear(fresh)
    try:
        fresh.mkdir(parents=True)
        for wheel in wheels:
            unpacking.unpack(wheel, fresh, progress)
    except OSError as error:
        full = error.errno == 28
        raise (DiskFull if full else OutputError)(
            f"The build cannot be laid into {fresh.parent}: {error.strerror or error}.", "What was in use stays."
        ) from error
    return total


def _switch(fresh: Path, folder: Path) -> None:
    """Give the tried folder its name and use it. One of that name steps aside first and goes when all is done."""
    old = folder.with_name(f"{folder.name}.old")
    try:
        unpacking.clear(old)
        if folder.exists():
            os.replace(folder, old)
        os.replace(fresh, folder)
        beside.switch(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        raise OutputError(
            f"The build in {fresh.parent} cannot be switched to: {error.strerror or error}.",
            "Close every window of GANStudio and try again.",
        ) from error
    with suppress(OSError):  # files that a running program still has open; the next time they go
        unpacking.clear(old)


def drop() -> int:
    """Use what the program came with again, and delete what was fetched; the bytes that are free again."""
    freed = 0
    try:
        beside.switch(None)
        for folder in sorted(home().glob("packages-*")):
            found = beside.told(folder)
            freed += found.bytes if found else 0
            unpacking.clear(folder)
        unpacking.clear(downloads())
    except OSError as error:
        raise OutputError(
            f"{error.filename or home()} cannot be deleted: {error.strerror}.",
            "Close every window of GANStudio and try again.",
        ) from error
    return freed
