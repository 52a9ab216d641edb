"""A Raster in an unnamed temporary file: for decoded pictures too large to stay in memory."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np

from ganstudio.core.errors import DiskFull, OutputError
from ganstudio.core.paths import cache
from ganstudio.core.raster import Header, Metadata

_BAND = 256  # rows written at a time


class Spool:
    """Rows in a temporary file, which vanishes on `close` (and with the process). One thread at a time."""

    def __init__(self, header: Header, meta: Metadata) -> None:
        self.header = header
        self.meta = meta
        self._row = header.width * header.channels * header.dtype.itemsize
        try:
            self._file: BinaryIO = tempfile.TemporaryFile(dir=cache(), prefix="spool-")  # noqa: SIM115
        except OSError as error:
            raise OutputError(f"No temporary file can be made in “{cache()}” ({error.strerror}).") from error

    def put(self, y0: int, rows: np.ndarray) -> None:
        """Store rows (n, width, channels) from y0 on. Raises DiskFull when the temporary folder is full."""
        try:
            self._file.seek(y0 * self._row)
            self._file.write(np.ascontiguousarray(rows).data)
            self._file.flush()
        except OSError as error:
            raise self._trouble(error) from error

    @contextmanager
    def mapped(self) -> Iterator[np.ndarray]:
        """The whole file as an array (H, W, C) to write to in any order; held in memory only while in use."""
        shape = (self.header.height, self.header.width, self.header.channels)
        try:
            self._file.truncate(self._row * self.header.height)
            array = np.memmap(self._file, self.header.dtype, "r+", shape=shape)
        except OSError as error:
            raise self._trouble(error) from error
        yield array
        array.flush()

    def rows(self, y0: int, y1: int) -> np.ndarray:
        band = np.empty((y1 - y0, self.header.width, self.header.channels), self.header.dtype)
        self._file.seek(y0 * self._row)
        self._file.readinto(memoryview(band).cast("B"))  # type: ignore[attr-defined]
        return band

    def _trouble(self, error: OSError) -> OutputError:
        self.close()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFull(f"The disk is full: a large picture needs room in “{cache()}”.")
        return OutputError(f"A temporary file in “{cache()}” cannot be written ({error.strerror}).")

    def close(self) -> None:
        self._file.close()


def spooled(pixels: np.ndarray, header: Header, meta: Metadata) -> Spool:
    """A picture (H, W, C) put into a Spool; the caller lets go of the array."""
    spool = Spool(header, meta)
    for y0 in range(0, header.height, _BAND):
        spool.put(y0, pixels[y0 : y0 + _BAND])
    return spool
