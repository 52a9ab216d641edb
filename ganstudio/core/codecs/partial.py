"""The file while it is being written: a hidden temporary name in the target's folder, then the real name at once.

The name says whose it is (machine, process, its start), so that what a killed process left can be told from what a
living one writes, also in a folder that several machines share.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache
from io import BufferedIOBase
from pathlib import Path
from platform import node
from typing import Any, BinaryIO

import psutil
import xxhash

from ganstudio.core.errors import DiskFull, OutputError
from ganstudio.core.names import shown
from ganstudio.core.text import _

_OURS = re.compile(r"\..*\.gs([0-9a-f]{8})-([0-9a-f]+)-([0-9a-f]+)-[0-9a-f]{8}\.part(?:\.\w{2,4})?", re.DOTALL)
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EXDEV}
_FULL = {errno.ENOSPC, errno.EDQUOT}


def sentence(error: OSError, target: Path) -> OutputError:
    """What an operating system error means for the person."""
    name, folder = shown(target.name), shown(target.parent)
    if error.errno in _FULL:
        said = _("The disk is full: {name} was not saved.").format(name=name)
        return DiskFull(said, _("Free some space, then run the same again."))
    if error.errno == errno.EFBIG:
        said = _("{name} would be larger than this disk or account allows for one file.")
    elif error.errno == errno.ENAMETOOLONG:
        said = _("The name {name} is too long for this disk.")
    elif error.errno == errno.ENOENT:
        said = _("{name} cannot be saved: the folder {folder} is not there.")
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        said = _("{name} cannot be saved: {folder} may not be written to.")
    else:
        said = _("{name} cannot be saved: {why}.")
    return OutputError(said.format(name=name, folder=folder, why=error.strerror or error))


class Partial:
    """A new file that gets its name only when it is whole. As a context: whatever happens, no temporary file stays."""

    def __init__(self, target: Path) -> None:
        """Raises OutputError/DiskFull when the folder cannot take a file."""
        self.target = target
        short = target.stem[:16]
        self.path = target.with_name(f".{short}.gs{_machine()}-{_process()}-{secrets.token_hex(4)}.part")
        try:
            self.file: BinaryIO = open(self.path, "x+b")  # noqa: SIM115 - closed by __exit__
        except OSError as error:
            raise sentence(error, target) from error
        _open.add(self)

    def __enter__(self) -> Partial:
        return self

    def __exit__(self, *_: object) -> None:
        _open.discard(self)
        with suppress(OSError):  # what could not be flushed was reported by `settle`, or the file is given up anyway
            self.file.close()
        self.path.unlink(missing_ok=True)

    def settle(self, modified_ns: int | None) -> None:
        """All bytes on the disk, with the modification time wanted."""
        self.file.flush()
        os.fsync(self.file.fileno())
        if modified_ns is not None:
            os.utime(self.path, ns=(modified_ns, modified_ns))

    def publish(self, overwrite: bool) -> None:
        """Give the file its name, in one step. Without `overwrite` an existing file is never replaced.

        Where the file system has no hard links (FAT, some network drives) the name is first claimed by an empty
        file, made only if there is none, which the whole file then replaces.
        """
        self.file.close()
        if overwrite:
            os.replace(self.path, self.target)
        elif sys.platform == "win32":
            self._exclusively(lambda: os.rename(self.path, self.target))
        else:
            self._exclusively(self._link)
        _sync_folder(self.target.parent)

    def _link(self) -> None:
        try:
            os.link(self.path, self.target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            os.close(os.open(self.target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            os.replace(self.path, self.target)

    def _exclusively(self, rename: Callable[[], None]) -> None:
        try:
            rename()
        except FileExistsError as error:
            raise exists(self.target) from error


_open: set[Partial] = set()  # being written in this process


def abandon(target: Path) -> None:
    """Remove what another thread is just writing for `target`: that thread is not waited for, and will find that it
    cannot give the file its name."""
    for partial in _open.copy():
        if partial.target == target:
            with suppress(OSError):  # where an open file cannot be removed (Windows) the next run does it
                partial.path.unlink()


class Summed(BufferedIOBase):
    """The file as the encoder sees it: what is written in one go from the start is summed up.

    `digest` is the XXH3-128, None when the encoder went back in the file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum: Any = xxhash.xxh3_128()

    @property
    def digest(self) -> bytes | None:
        return self._sum.digest() if self._sum is not None else None

    def write(self, data: Any, /) -> int:
        if self._sum is not None:
            self._sum.update(data)
        return self._file.write(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        at = self._file.tell()
        now = self._file.seek(offset, whence)
        if now != at:
            self._sum = None
        return now

    def tell(self) -> int:
        return self._file.tell()


def exists(target: Path) -> OutputError:
    return OutputError(_("{name} already exists and was left as it is.").format(name=shown(target.name)))


def sweep_partials(folder: Path) -> int:
    """Remove from a folder the temporary files of processes of this machine that are no more; how many went.

    Files of living processes, of other machines and of other programs stay.
    """
    removed = 0
    try:
        names = [entry.name for entry in os.scandir(folder) if ".part" in entry.name]
    except OSError:  # no such folder, or not to be read: the write itself will say so
        return 0
    for name in names:
        match = _OURS.fullmatch(name)
        if match is not None and match[1] == _machine() and not _lives(int(match[2], 16), int(match[3], 16)):
            try:
                (folder / name).unlink()
            except OSError:  # gone meanwhile, or not ours to remove
                continue
            removed += 1
    return removed


@lru_cache(4096)
def sweep_once(folder: Path) -> None:
    """`sweep_partials`, the first time this process comes to a folder: looking through large ones takes its time."""
    sweep_partials(folder)


@cache
def _machine() -> str:
    return f"{zlib.crc32(node().encode()):08x}"


def _process() -> str:
    """pid and start time in hundredths of a second: together they name a process for good."""
    return _process_of(os.getpid())  # asked each time: after a fork it is another one


@cache
def _process_of(pid: int) -> str:
    return f"{pid:x}-{_started(pid):x}"


def _started(pid: int) -> int:
    return round(psutil.Process(pid).create_time() * 100)


def _lives(pid: int, started: int) -> bool:
    try:
        return abs(_started(pid) - started) <= 200  # clocks are corrected; pids do not come back within two seconds
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _sync_folder(folder: Path) -> None:
    """Make the new name last over a power cut, where a folder can be synced (not on Windows)."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # a folder may be written to but not read
        return
    with suppress(OSError):  # some network drives cannot; the file itself is synced
        os.fsync(handle)
    os.close(handle)
