"""A lock between programs on one machine: who holds a file's lock may read, change and write it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOOK_S = 0.005


@contextmanager
def locked(path: Path, patience: float = 1.0) -> Iterator[bool]:
    """Hold the lock of `path` (a file beside it, left there); the system lets go of it when the process ends.

    Gives False where it was not to be had within `patience` seconds, or where the disk knows no locks: the work goes on
    without it, since a program that hangs must not keep the others from saving.
    """
    try:
        handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield False
        return
    try:
        until, held = time.monotonic() + patience, _try(handle)
        while not held and time.monotonic() < until:
            time.sleep(_LOOK_S)
            held = _try(handle)
        yield held
    finally:
        os.close(handle)  # lets go of the lock too


if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> bool:
        with suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            return True
        return False

else:
    import fcntl

    def _try(handle: int) -> bool:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False
