"""Handing over: a document from the process that made it to another. Its samples lie in a file; what is sent says
where."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import IO, Any

import numpy as np

from ganstudio.core.document import pyramid
from ganstudio.core.document.cachefile import Place, handed_over
from ganstudio.core.document.pool import Block, Pool
from ganstudio.core.document.state import State
from ganstudio.core.progress import Progress

_Told = tuple[int, tuple[int, ...], str]


def packed(state: State, progress: Progress | None = None) -> bytes:
    """What `unpacked` needs of a State whose pool has a named file; all its samples, and all levels of the pyramid,
    lie there afterwards. Raises DiskFull, OutputError, Cancelled."""
    for layer in state.layers:
        for plane in layer.planes:
            pyramid.build(plane, progress)
    out = io.BytesIO()
    _Packer(out, state.pool).dump(state)
    return out.getvalue()


def unpacked(data: bytes, pool: Pool, path: Path) -> State:
    """The State in this process' pool; nothing of it is read yet. The file at `path` is open from now on and goes with
    the last of its tiles. Only for what a process of our own has sent: it is a pickle. Raises OutputError."""
    state = _Unpacker(io.BytesIO(data), pool, handed_over(path)).load()
    assert isinstance(state, State)
    for layer in state.layers:
        for plane in layer.planes:
            pyramid.relink(plane)
    return state


class _Packer(pickle.Pickler):
    def __init__(self, out: IO[bytes], pool: Pool) -> None:
        super().__init__(out, pickle.HIGHEST_PROTOCOL)
        self._pool = pool

    def persistent_id(self, obj: Any) -> _Told | str | None:
        if isinstance(obj, Block):
            place = self._pool.settle(obj)
            return place.at, place.shape, place.dtype.str
        return "pool" if obj is self._pool else None


class _Unpacker(pickle.Unpickler):
    def __init__(self, data: IO[bytes], pool: Pool, file: IO[bytes]) -> None:
        super().__init__(data)
        self._pool, self._file = pool, file
        self._blocks: dict[int, Block] = {}

    def persistent_load(self, pid: _Told | str) -> Any:
        if isinstance(pid, str):
            return self._pool
        at, shape, dtype = pid
        if at not in self._blocks:  # planes may share tiles, and go on sharing them
            self._blocks[at] = self._pool.adopt(Place(self._file, at, shape, np.dtype(dtype)))
        return self._blocks[at]
