"""Does a frozen program tell of the machine that built it? Every file is read, and the modules inside the executable,
which are packed there, are unpacked first (with PyInstaller's own reader)."""

from __future__ import annotations

import io
import marshal
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType


def own_paths(root: Path) -> list[str]:
    """The folders that only this machine has: the clone, the environment, its Python, the person's home. Folders that
    every system has (/usr) are none of its own."""
    found = {str(root), sys.prefix, sys.base_prefix, str(Path.home()), tempfile.gettempdir() + "/pip-"}
    everyones = ("/", "/usr", "/usr/local", "/opt", "/root", "/home")
    return sorted(path for path in found if path not in everyones)


def paths_found(folder: Path, paths: Iterable[str]) -> list[tuple[str, str]]:
    """(file, path) for each file below `folder` in which one of `paths` stands."""
    wanted = [(path, path.encode()) for path in paths]
    return [
        (name, path)
        for name, data in _everything(folder)
        for path, needle in wanted
        if needle in data or needle.replace(b"/", b"\\") in data
    ]


def _everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name, data = path.relative_to(folder).as_posix(), path.read_bytes()
        yield name, data
        if zipfile.is_zipfile(io.BytesIO(data)) and path.suffix == ".zip":
            yield from _of_zip(name, data)
        if path.parent == folder:
            yield from _of_executable(name, path)


def _of_zip(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for one in archive.namelist():
            yield f"{name}:{one}", archive.read(one)


def _of_executable(name: str, path: Path) -> Iterator[tuple[str, bytes]]:
    """What PyInstaller packed into an executable, and the modules of the archive in it. Nothing for other files."""
    from PyInstaller.archive.readers import (  # pyright: ignore[reportMissingImports]
        ArchiveReadError,
        CArchiveReader,
    )

    try:
        archive = CArchiveReader(str(path))
    except ArchiveReadError:
        return
    for one, (*_, kind) in archive.toc.items():
        if kind == "z":
            modules = archive.open_embedded_archive(one)
            for module in modules.toc:
                code = modules.extract(module)
                yield f"{name}:{module}", marshal.dumps(code) if isinstance(code, CodeType) else bytes(code or b"")
        else:
            data = archive.extract(one)
            yield f"{name}:{one}", data if isinstance(data, bytes) else marshal.dumps(data)
