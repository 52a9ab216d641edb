"""Is the installed program whole? The frozen program lists its files with their sizes and hashes when it is made
(packaging/bundle_list.py); every start compares the sizes, `ganstudio doctor --bundle` the hashes.

Standard library only: this runs before anything that could be missing is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

LIST = "files.txt"  # in the folder of the libraries: a line for each file, SIZE SHA256 PATH
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Listed:
    path: str
    size: int
    sha256: str


def folder() -> Path | None:
    """Where the frozen program lies; None when the program runs from source."""
    libraries = getattr(sys, "_MEIPASS", None)
    return Path(libraries).parent if libraries else None


def listed(root: Path) -> Iterator[Listed]:
    """What should be there; nothing where there is no list. Raises ValueError for a damaged one."""
    found = next(iter(root.glob(f"*/{LIST}")), None)
    if found is None:
        return
    for line in found.read_text("utf-8").splitlines():
        size, sha256, path = line.split(" ", 2)
        yield Listed(path, int(size), sha256)


def damage(root: Path | None = None) -> str:
    """The first file that is missing or has another size, as a sentence; "" when all are as they were made. A few
    milliseconds."""
    root = root or folder()
    if root is None:
        return ""
    try:
        for one in listed(root):
            if trouble := _size_trouble(root, one):
                return sentence(one.path, trouble)
    except (OSError, ValueError):
        return sentence(LIST, "cannot be read")
    return ""


def altered(root: Path, tell: Callable[[int, int], None] = lambda done, total: None) -> list[str]:
    """Every file that is not as it was made, with what is wrong, by reading all of them; `tell(done, total)` in bytes.
    Raises OSError or ValueError when the list itself cannot be read."""
    files = list(listed(root))
    total, done, found = sum(one.size for one in files), 0, []
    for one in files:
        trouble = _size_trouble(root, one) or _hash_trouble(root, one)
        if trouble:
            found.append(f"{one.path} {trouble}")
        done += one.size
        tell(done, total)
    return found


def sentence(path: str, trouble: str) -> str:
    return f"This installation of GANStudio is damaged: {path} {trouble}. Install it again; your own files stay."


def _size_trouble(root: Path, one: Listed) -> str:
    try:
        size = os.stat(os.path.join(root, one.path)).st_size
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "" if size == one.size else "has been altered"


def _hash_trouble(root: Path, one: Listed) -> str:
    import hashlib  # loads OpenSSL: not at every start

    hashed = hashlib.sha256()
    try:
        with open(root / one.path, "rb") as file:
            while block := file.read(_BLOCK):
                hashed.update(block)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "" if hashed.hexdigest() == one.sha256 else "has been altered"
