"""The pool: where the samples of tiles lie. The least recently used leave memory for a cache file.

A `Block` is a handle on one immutable array. Blocks are shared by all states that show them; the last handle gone,
memory and room in the file are free again.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict, deque
from pathlib import Path

import numpy as np
import psutil

from ganstudio.core.document.cachefile import CacheFile, Place
from ganstudio.core.errors import Cancelled, OutputError

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
        """The samples, not to be written to. Raises OutputError when the cache file cannot be read any more, Cancelled
        when the pool is closed."""
        return self._pool.read(self.key)

    def __del__(self) -> None:
        self._pool.forget(self.key)


class Pool:
    """Blocks in at most `memory` bytes (a quarter of this machine's when None); the others are in the cache file, an
    unnamed one or a new one at `file`, which stays.

    Any thread may use it. `close` removes an unnamed file; what is not in memory cannot be read afterwards.
    """

    def __init__(self, memory: int | None = None, file: Path | None = None) -> None:
        total = psutil.virtual_memory().total
        self.memory = max(total // _SHARE, _LEAST_MEMORY) if memory is None else memory
        self._lock = threading.Lock()
        self._hot: OrderedDict[int, np.ndarray] = OrderedDict()  # the least recently used first
        self._hot_bytes = 0
        self._gone: deque[int] = deque()  # handles are collected at any moment, also while the lock is held
        self._closed = False
        self._file = CacheFile(file)

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
            if self._closed:
                raise Cancelled
            self._sweep()
            self._keep(block.key, own)
        return block

    def fill(self, block: Block, array: np.ndarray) -> None:
        """A copy of an array as the samples of a block that has none yet; nothing happens when it has. Raises as `put`;
        it has none then."""
        own = np.array(array, order="C", copy=True)
        own.setflags(write=False)
        with self._lock:
            if self._closed:
                raise Cancelled
            self._sweep()
            if block.key not in self._hot and block.key not in self._file:
                self._keep(block.key, own)

    def adopt(self, place: Place) -> Block:
        """A Block for an array that another process has written to a file of its own; nothing is read yet."""
        block = Block(self, place.nbytes)
        with self._lock:
            self._file.adopt(block.key, place)
        return block

    def settle(self, block: Block) -> Place:
        """Where a block lies in the file; it is written there now if it was not. Raises DiskFull, OutputError."""
        with self._lock:
            if block.key not in self._file:
                self._file.write(block.key, self._hot[block.key])
            return self._file.place(block.key)

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
            self._closed = True
            self._hot.clear()
            self._hot_bytes = 0
            self._file.close()

    def _keep(self, key: int, own: np.ndarray) -> None:
        self._make_room(own.nbytes)
        self._hot[key] = own
        self._hot_bytes += own.nbytes

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
