"""Memory for the maps of a run: large, of no use to anything else, kept from run to run."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_HUGE = 2 << 20


class Arenas:
    """`take(bytes)` lends memory that begins at a huge page where the system has such; what comes back is kept, the
    largest pieces only as many as were ever lent at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: list[np.ndarray] = []

    @contextmanager
    def take(self, size: int) -> Iterator[np.ndarray]:
        """(size or more) uint8, not cleared. Raises MemoryError."""
        arena = self._taken(size)
        try:
            yield arena
        finally:
            with self._lock:
                self._free.append(arena)

    def release(self) -> None:
        """Give back what is not lent."""
        with self._lock:
            self._free.clear()

    def _taken(self, size: int) -> np.ndarray:
        with self._lock:
            self._free.sort(key=len)
            for place, arena in enumerate(self._free):
                if len(arena) >= size:
                    return self._free.pop(place)
            if self._free:  # too small: it makes room for what is needed now
                self._free.pop()
        return _fresh(size)


def _fresh(size: int) -> np.ndarray:
    size = -(-size // _HUGE) * _HUGE
    try:
        memory = mmap.mmap(-1, size + _HUGE)
    except OSError as error:
        raise MemoryError(f"{size} bytes for feature maps") from error
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    whole = np.frombuffer(memory, np.uint8)
    start = -whole.ctypes.data % _HUGE
    return whole[start : start + size]


ARENAS = Arenas()
