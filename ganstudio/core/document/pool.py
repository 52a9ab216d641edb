"""The pool: where the samples of tiles lie. The least recently used leave memory for a cache file.

A `Block` is a handle on one immutable array. Blocks are shared by all states that show them; the last handle gone,
memory and room in the file are free again. The file is written and read, not mapped: a disk that fills up or fails is
then an error with a sentence, where a mapped page would end the process.
"""

from __future__ import annotations

import errno
import itertools
import tempfile
import threading
from collections import OrderedDict, deque
from pathlib import Path
from typing import IO

import numpy as np
import psutil

from ganstudio.core.errors import DiskFull, OutputError
from ganstudio.core.paths import cache

_LEAST_MEMORY = 64 << 20
_SHARE = 4  # of this machine's memory, one part in so many
_keys = itertools.count(1)


class Block:
    """A handle on one array of a pool. Equal only to itself; `key` is never used again."""

    __slots__ = ("__weakref__", "_pool", "key", "nbytes", "parent")

    def __init__(self, pool: Pool, nbytes: int) -> None:
        self._pool = pool
        self.key = next(_keys)
        self.nbytes = nbytes
        self.parent: tuple[object, object] | None = None  # what the pyramid remembers: (who its siblings were, tile)

    def array(self) -> np.ndarray:
        """The samples, not to be written to. Raises OutputError when the cache file cannot be read any more."""
        return self._pool.read(self.key)

    def __del__(self) -> None:
        self._pool.forget(self.key)


class Pool:
    """Blocks in at most `memory` bytes (a quarter of this machine's when None); the others are in the cache file.

    Any thread may use it. `close` removes the file; blocks must not be read afterwards.
    """

    def __init__(self, memory: int | None = None) -> None:
        total = psutil.virtual_memory().total
        self.memory = max(total // _SHARE, _LEAST_MEMORY) if memory is None else memory
        self._lock = threading.Lock()
        self._hot: OrderedDict[int, np.ndarray] = OrderedDict()  # the least recently used first
        self._hot_bytes = 0
        self._gone: deque[int] = deque()  # handles are collected at any moment, also while the lock is held
        self._file = _CacheFile()

    @property
    def in_memory(self) -> int:
        """Bytes held in memory."""
        with self._lock:
            self._sweep()
            return self._hot_bytes

    @property
    def on_disk(self) -> int:
        """Bytes in use in the cache file."""
        with self._lock:
            self._sweep()
            return self._file.used

    def put(self, array: np.ndarray) -> Block:
        """Keep a copy of an array. Raises DiskFull or OutputError when memory is used up and nothing can be moved to
        the disk; all other blocks stay as they were."""
        own = np.array(array, order="C", copy=True)
        own.setflags(write=False)
        block = Block(self, own.nbytes)
        with self._lock:
            self._sweep()
            self._make_room(own.nbytes)
            self._hot[block.key] = own
            self._hot_bytes += own.nbytes
        return block

    def read(self, key: int) -> np.ndarray:
        """The array of a block; it comes back into memory."""
        with self._lock:
            self._sweep()
            found = self._hot.get(key)
            if found is not None:
                self._hot.move_to_end(key)
                return found
            found = self._file.read(key)
            found.setflags(write=False)
            self._drop_stored(found.nbytes)
            if self._hot_bytes + found.nbytes <= self.memory:
                self._hot[key] = found
                self._hot_bytes += found.nbytes
            return found

    def forget(self, key: int) -> None:
        """A block has no handle any more. Takes no lock."""
        self._gone.append(key)

    def close(self) -> None:
        with self._lock:
            self._hot.clear()
            self._hot_bytes = 0
            self._file.close()

    def _sweep(self) -> None:
        while self._gone:
            key = self._gone.popleft()
            array = self._hot.pop(key, None)
            if array is not None:
                self._hot_bytes -= array.nbytes
            self._file.free(key)

    def _make_room(self, nbytes: int) -> None:
        """Move what was used longest ago to the disk until `nbytes` fit."""
        while self._hot and self._hot_bytes + nbytes > self.memory:
            key = next(iter(self._hot))
            self._file.write(key, self._hot[key])  # raises before anything is let go of
            self._hot_bytes -= self._hot.pop(key).nbytes

    def _drop_stored(self, nbytes: int) -> None:
        """Make room for what was read; a full disk must not keep anyone from reading."""
        while self._hot and self._hot_bytes + nbytes > self.memory:
            try:
                self._make_room(nbytes)
            except OutputError:
                stored = next((key for key in self._hot if key in self._file), None)
                if stored is None:
                    return
                self._hot_bytes -= self._hot.pop(stored).nbytes


class _CacheFile:
    """Arrays by key in an unnamed temporary file; room that was freed is used again for arrays of the same length."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: dict[int, tuple[int, tuple[int, ...], np.dtype]] = {}
        self._free: dict[int, list[int]] = {}
        self._end = 0
        self.used = 0

    def __contains__(self, key: int) -> bool:
        return key in self._places

    def write(self, key: int, array: np.ndarray) -> None:
        if key in self._places:  # arrays never change: what was written once is still right
            return
        free = self._free.get(array.nbytes)
        at = free[-1] if free else self._end
        try:
            file = self._opened()
            file.seek(at)
            left = array.data.cast("B")
            while left:
                left = left[file.write(left) :]
        except OSError as error:
            raise _trouble(error) from error
        if free:
            free.pop()
        else:
            self._end += array.nbytes
        self._places[key] = (at, array.shape, array.dtype)
        self.used += array.nbytes

    def read(self, key: int) -> np.ndarray:
        at, shape, dtype = self._places[key]
        array = np.empty(shape, dtype)
        try:
            file = self._opened()
            file.seek(at)
            count = file.readinto(memoryview(array).cast("B"))  # type: ignore[attr-defined]
        except OSError as error:
            raise _trouble(error) from error
        if count != array.nbytes:
            raise OutputError(f"The temporary file in “{cache()}” has been cut short.", "Check the disk.")
        return array

    def free(self, key: int) -> None:
        place = self._places.pop(key, None)
        if place is not None:
            at, shape, dtype = place
            nbytes = int(np.prod(shape)) * dtype.itemsize
            self._free.setdefault(nbytes, []).append(at)
            self.used -= nbytes

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self._places.clear()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = _unbuffered(cache())
        return self._file


def _unbuffered(folder: Path) -> IO[bytes]:
    """A new file without a buffer: what a full disk refused must not be tried again by the next read."""
    return tempfile.TemporaryFile(dir=folder, prefix="tiles-", buffering=0)


def _trouble(error: OSError) -> OutputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"The disk is full: the picture needs room in “{cache()}”. Nothing was lost.",
            "Free some space, or clear the history, and do it again.",
        )
    return OutputError(f"The temporary file in “{cache()}” cannot be used ({error.strerror}). Nothing was lost.")
