"""What the native files of a folder ask of the system: libraries that are not in the folder, and glibc's version.

Linux only; asks `objdump` (binutils), which PyInstaller needs as well.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAGIC = b"\x7fELF"
# glibc's own, on every system of its kind
LIBC = ("libc", "libm", "libdl", "librt", "libpthread", "libutil", "ld-linux-x86-64", "ld-linux-aarch64", "libresolv")
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(2\.\d+)")


@dataclass
class Asked:
    """`libraries`: what is looked for outside, each with a file that wants it; `glibc`: the lowest version that has
    everything, with the file that decides."""

    libraries: dict[str, str] = field(default_factory=dict)
    glibc: str = "2.17"
    decides: str = ""


def native_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with open(path, "rb") as file:
                if file.read(4) == MAGIC:
                    yield path


def asked_of_system(folder: Path) -> Asked:
    """What all native files below a folder want and do not find among each other."""
    files = list(native_files(folder))
    inside = {path.name for path in folder.rglob("*")}
    asked = Asked()
    for path in files:
        said = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=True).stdout
        name = path.relative_to(folder).as_posix()
        for library in _NEEDED.findall(said):
            if library not in inside and library.split(".so")[0].rstrip(".") not in LIBC:
                asked.libraries.setdefault(library, name)
        for version in _GLIBC.findall(said):
            if _order(version) > _order(asked.glibc):
                asked.glibc, asked.decides = version, name
    return asked


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
