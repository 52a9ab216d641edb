"""Pixels between window and engine: raw files in the cache folder, row after row, read through memory mapping.

Every window has a folder of its own there, which says whose it is; folders of programs that are gone are swept.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio.core import paths
from ganstudio.core.errors import Cancelled, DiskFull, OutputError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Metadata, Raster
from ganstudio.core.text import _
from ganstudio.jobs.owner import Owner

if TYPE_CHECKING:
    from ganstudio.core.document.rect import Rect

_OWNER = "owner.json"
_BAND = 1 << 22  # bytes written at a time
_FULL = (errno.ENOSPC, errno.EDQUOT)


def size_of(header: Header) -> int:
    """Bytes of a raw file."""
    return header.width * header.height * header.channels * header.dtype.itemsize


def mapped(path: Path, header: Header, mode: str = "r") -> np.ndarray:
    """The file's samples (height, width, channels); mode "r" or "r+"."""
    return np.memmap(path, header.dtype, mode, shape=(header.height, header.width, header.channels))  # type: ignore[call-overload]


class MappedRaster:
    """A raw file as a Raster; `keeper` is what keeps the file from being removed."""

    def __init__(self, path: Path, header: Header, meta: Metadata, keeper: object = None) -> None:
        self.header, self.meta = header, meta
        self._samples: np.ndarray | None = mapped(path, header)
        self._keeper = keeper

    def rows(self, y0: int, y1: int) -> np.ndarray:
        if self._samples is None:
            raise ValueError("the raster is closed")
        return self._samples[y0:y1]

    def close(self) -> None:
        self._samples = self._keeper = None


class TaskResult:
    """What a task made. `rect` is where it lies in the whole result (all of it, unless a region was asked for).

    Its file is removed by `release`, or when nobody holds the result or a raster of it any more.
    """

    def __init__(
        self, path: Path, header: Header, meta: Metadata, rect: Rect, *, how: str = "", seconds: float = 0.0,
        recipe: dict[str, Any] | None = None, source_type: str = "", label: str = "",
    ) -> None:  # fmt: skip
        self.path, self.header, self.meta, self.rect = path, header, meta, rect
        self.how, self.seconds, self.recipe = how, seconds, recipe or {}
        self.source_type, self.label = source_type, label
        self._finalizer = weakref.finalize(self, remove, path)

    def raster(self) -> Raster:
        """A Raster over the file; it may be read until it is closed, also after `release` where the system allows."""
        return MappedRaster(self.path, self.header, self.meta, self)

    def release(self) -> None:
        """Remove the file."""
        self._finalizer()


def remove(path: Path) -> None:
    """Remove a file, if it is there and the system lets us (else the next start sweeps it)."""
    with suppress(OSError):
        path.unlink()


def reserve(path: Path, header: Header) -> np.ndarray:
    """A new file with room for all samples, to be written through the mapping: a full disk is found out here, not by a
    fault while writing. Raises DiskFull or OutputError."""
    size = size_of(header)
    try:
        with open(path, "xb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                _zeros(file, size)
        return mapped(path, header, "r+")
    except OSError as error:
        remove(path)
        raise trouble(error, size) from error


def _zeros(file: Any, size: int) -> None:
    """Real zeros: a hole would be filled, or not, when it is too late to say so."""
    nothing = bytes(min(size, _BAND))
    for at in range(0, size, _BAND):
        file.write(nothing[: min(_BAND, size - at)])


def write(path: Path, raster: Raster, progress: Progress) -> None:
    """A Raster's samples as a new raw file. Raises DiskFull, OutputError or Cancelled."""
    header = raster.header
    step = max(1, _BAND // max(size_of(header) // header.height, 1))
    try:
        with open(path, "xb") as file:
            for y in range(0, header.height, step):
                progress.check()
                file.write(np.ascontiguousarray(raster.rows(y, min(y + step, header.height))).data)
    except OSError as error:
        remove(path)
        raise trouble(error, size_of(header)) from error
    except Cancelled:
        remove(path)
        raise


def trouble(error: OSError, size: int) -> OutputError:
    """The sentence for a raw file of `size` bytes that could not be written."""
    folder = paths.cache()
    if error.errno in _FULL:
        return DiskFull(
            _("The disk is full: this picture needs {size} MB for a while in “{folder}”.").format(
                size=f"{size / 1e6:,.0f}", folder=folder
            ),
            _("Free some space there, then try again."),
        )
    return OutputError(f"A temporary file in “{folder}” cannot be written ({error.strerror}).")


def exchange() -> Path:
    return paths.cache() / "exchange"


def own_folder() -> Path:
    """A new folder of this process for its raw files. Raises DiskFull or OutputError."""
    try:
        exchange().mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=exchange()))
        (folder / _OWNER).write_text(json.dumps(asdict(Owner.me())), "utf-8")
    except OSError as error:
        raise trouble(error, 0) from error
    return folder


def sweep() -> list[Path]:
    """Remove the folders of programs that are gone; which they were."""
    gone = []
    for folder in exchange().glob("*-*"):
        try:
            owner = Owner(**json.loads((folder / _OWNER).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            continue  # just being made
        if owner.alive() is False:
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder)
    return gone
