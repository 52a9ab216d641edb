"""Copies of Python's own files that say nothing of the machine that built them.

A Python that was compiled on the build machine has its folder in its libraries (as a default of sys.prefix, as RPATH,
in debug sections) and in `_sysconfigdata…`. The frozen program uses none of it. In the copies another path of the same
length stands there, below a folder that nobody has and only root could make. The last part of the path stays: linkers
let strings share their ends, and the end of `…/versions/3.11.7` is the version that Python tells.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

_NOWHERE = b"/usr/lib/nowhere"


def replacement(path: bytes) -> bytes:
    """As long as `path`, so that nothing in a native file moves, and with its last part."""
    head, slash, last = path.rpartition(b"/")
    return (_NOWHERE + b"/" * len(head))[: len(head)] + slash + last


def neutral_copy(source: Path, folder: Path, paths: Iterable[str]) -> Path:
    """A copy of `source` in `folder` without `paths`, native files without debug sections. The file itself when it
    names none of them."""
    names = sorted((path.encode() for path in paths), key=len, reverse=True)
    data = source.read_bytes()
    if not any(name in data for name in names):
        return source
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / source.name
    shutil.copy2(source, copy)
    if data.startswith(b"\x7fELF"):
        subprocess.run(["strip", "--strip-debug", str(copy)], check=True)
        data = copy.read_bytes()
    for name in names:
        data = data.replace(name, replacement(name))
    copy.write_bytes(data)
    return copy
