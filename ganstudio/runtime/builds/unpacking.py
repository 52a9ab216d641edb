"""Wheels laid into a folder: what pip does with the library part of a wheel, and nothing else."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ganstudio.core.errors import BadInput
from ganstudio.core.progress import Progress

_CHUNK = 1 << 20
_EXECUTABLE = 0o111


def size(wheels: Iterable[Path]) -> int:
    """How many bytes the wheels take when they are unpacked."""
    return sum(info.file_size for path in wheels for info in _opened(path).infolist())


def unpack(wheel: Path, folder: Path, progress: Progress) -> None:
    """All library files of a wheel into `folder`. Raises BadInput for one that leads out of it, OSError."""
    with _opened(wheel) as archive:
        for info in archive.infolist():
            inside = _place(info.filename, wheel)
            if inside is None or info.is_dir():
                continue
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, open(target, "wb") as file:
                while chunk := source.read(_CHUNK):
                    progress.check()
                    file.write(chunk)
            if info.external_attr >> 16 & _EXECUTABLE and os.name == "posix":
                target.chmod(target.stat().st_mode | _EXECUTABLE)


def _place(name: str, wheel: Path) -> PurePosixPath | None:
    """Where a file of a wheel goes below the folder; None for scripts, headers and other things not imported."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise BadInput(f"{wheel.name} holds a file that leads out of its folder.", "Do not use that index.")
    if path.parts and path.parts[0].endswith(".data"):
        return PurePosixPath(*path.parts[2:]) if path.parts[1:2] in (("purelib",), ("platlib",)) else None
    return path


def _opened(wheel: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(wheel)
    except zipfile.BadZipFile as error:
        raise BadInput(f"{wheel.name} is no wheel.") from error


def clear(folder: Path) -> None:
    """Remove a folder of ours and all in it, as far as it is there."""
    if folder.exists():
        shutil.rmtree(folder)
