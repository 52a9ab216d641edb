"""The cache file: where arrays lie that left memory. It is written and read, not mapped: a disk that fills up or fails
is then an error with a sentence, where a mapped page would end the process."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from ganstudio.core.errors import Cancelled, DiskFull, OutputError
from ganstudio.core.paths import cache
from ganstudio.core.text import _


class Place(NamedTuple):
    """Where an array lies: in which file (None: the own one), from which byte on."""

    file: IO[bytes] | None
    at: int
    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape)) * self.dtype.itemsize


class CacheFile:
    """Arrays by key in an unnamed temporary file, or a new one at `path`; room that was freed is used again for arrays
    of the same length. Arrays may also lie in files that another process wrote (`adopt`)."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._places: dict[int, Place] = {}
        self._free: dict[int, list[int]] = {}
        self._end = 0
        self._closed = False
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
        self._places[key] = Place(None, at, array.shape, array.dtype)
        self.used += array.nbytes

    def adopt(self, key: int, place: Place) -> None:
        """An array that lies in another file already, which is kept open as long as anything in it is of use."""
        self._places[key] = place
        self.used += place.nbytes

    def place(self, key: int) -> Place:
        """Where an array lies. KeyError when it was never written."""
        return self._places[key]

    def read(self, key: int) -> np.ndarray:
        """Raises OutputError; Cancelled once the file is closed: whoever still reads is not waited for any more."""
        if self._closed:
            raise Cancelled
        place = self._places[key]
        array = np.empty(place.shape, place.dtype)
        try:
            file = place.file or self._opened()
            file.seek(place.at)
            count = file.readinto(memoryview(array).cast("B"))  # type: ignore[attr-defined]
        except OSError as error:
            raise _trouble(error) from error
        if count != array.nbytes:
            raise OutputError(f"The temporary file in “{cache()}” has been cut short.", "Check the disk.")
        return array

    def free(self, key: int) -> None:
        place = self._places.pop(key, None)
        if place is not None:
            self.used -= place.nbytes
            if place.file is None:
                self._free.setdefault(place.nbytes, []).append(place.at)

    def close(self) -> None:
        self._closed = True
        if self._file is not None:
            self._file.close()
            self._file = None
        self._places.clear()

    def _opened(self) -> IO[bytes]:
        if self._closed:
            raise Cancelled
        if self._file is None:
            self._file = _unbuffered(cache()) if self._path is None else self._path.open("xb+", buffering=0)
        return self._file


def handed_over(path: Path) -> IO[bytes]:
    """A file that another process wrote, open for `Place`s; it is removed with the last of them. Raises OutputError."""
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise _trouble(error) from error
    try:
        path.unlink()
    except OSError:  # where files that are open cannot be removed
        weakref.finalize(file, _remove, path)
    return file


def _remove(path: Path) -> None:
    with suppress(OSError):
        os.unlink(path)


def _unbuffered(folder: Path) -> IO[bytes]:
    """A new file without a buffer: what a full disk refused must not be tried again by the next read."""
    return tempfile.TemporaryFile(dir=folder, prefix="tiles-", buffering=0)


def _trouble(error: OSError) -> OutputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            _("The disk is full: the picture needs room in “{folder}”. Nothing was lost.").format(folder=cache()),
            _("Free some space, or clear the history, and do it again."),
        )
    return OutputError(f"The temporary file in “{cache()}” cannot be used ({error.strerror}). Nothing was lost.")
