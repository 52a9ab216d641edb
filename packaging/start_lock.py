"""One installation at a time: the operating system holds the lock, so that a killed holder leaves none behind."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

PATIENCE = 3600.0  # seconds; a first installation over a slow line


class LockTimeout(Exception):
    pass


def _try(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # held by another
        return False
    return True


class StartLock:
    """Context manager; waits for the holder, saying so once, and raises LockTimeout when patience ends.

    `descriptor` is handed on to pip: where the holder is killed and its pip lives on, so does the lock.
    """

    def __init__(self, path: Path, say: Callable[[str], None], patience: float = PATIENCE) -> None:
        self.path = path
        self.descriptor = -1
        self._say = say
        self._patience = patience

    def __enter__(self) -> StartLock:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            self._wait(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if os.name != "nt":  # there the locked first byte cannot be read by others
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self.descriptor = descriptor
        return self

    def _wait(self, descriptor: int) -> None:
        until = time.monotonic() + self._patience
        said = False
        while not _try(descriptor):
            if not said:
                self._say(f"Another start{self._holder(descriptor)} is installing; waiting for it to end.")
                said = True
            if time.monotonic() > until:
                raise LockTimeout(
                    f"Another start{self._holder(descriptor)} has been installing for over "
                    f"{self._patience / 60:.0f} minutes. End it and start again. (Lock: {self.path})"
                )
            time.sleep(0.1)

    def _holder(self, descriptor: int) -> str:
        if os.name == "nt":
            return ""
        owner = os.pread(descriptor, 32, 0).decode("ascii", "replace")
        return f" (process {owner})" if owner else ""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.descriptor)  # the file stays: without it two starts could hold two different files
        self.descriptor = -1
