"""Packages beside the program: another build of PyTorch, fetched for this computer (`ganstudio doctor --get cuda`).

Each lies in a folder of its own in the person's data folder, `packages-KIND-VERSION-PYTHON`; one of them, or none, is
in use, as `packages.json` says. What was fetched for another version of the program or of Python is left alone. Looked
at by every start, before anything that imports torch.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ganstudio.core.paths import home

TORCH = "2.13.0"  # the version the program is made for, as packaging/constraints.txt has it
RECORD, MARK = "packages.json", "ganstudio-packages.json"
VERSION = 1


@dataclass(frozen=True)
class Beside:
    """What lies in a folder: `kind` is "cuda" or "cpu", `torch` its version, `python` as in cp311, `bytes` on disk."""

    kind: str
    torch: str
    python: str
    bytes: int = 0
    version: int = VERSION

    @property
    def fits(self) -> bool:
        """Whether this program can use it."""
        return (self.version, self.torch, self.python) == (VERSION, TORCH, python_tag())


def python_tag() -> str:
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def folder_for(kind: str) -> Path:
    """Where the build of a kind lies that fits this program."""
    return home() / f"packages-{kind}-{TORCH}-{python_tag()}"


def told(folder: Path) -> Beside | None:
    """What a folder says it holds; None where nothing whole lies there."""
    try:
        data = json.loads((folder / MARK).read_text("utf-8"))
        return Beside(**{name: data[name] for name in ("kind", "torch", "python", "bytes", "version")})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mark(folder: Path, what: Beside) -> None:
    """Say what a folder holds; the last thing done to it."""
    (folder / MARK).write_text(json.dumps(asdict(what)) + "\n", "utf-8")


def active() -> Path | None:
    """The folder in use: what the record names, where it is whole and fits this program."""
    try:
        data = json.loads((home() / RECORD).read_text("utf-8"))
        name = data["active"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not isinstance(name, str) or name != os.path.basename(name) or not name.startswith("packages-"):
        return None
    found = told(home() / name)
    return home() / name if found is not None and found.fits else None


def switch(folder: Path | None) -> None:
    """Use this folder from the next start on; None: what the program came with. Raises OSError."""
    path = home() / RECORD
    partial = path.with_name(f"{RECORD}.{os.getpid()}.part")
    try:
        partial.write_text(json.dumps({"version": VERSION, "active": folder.name if folder else None}) + "\n", "utf-8")
        os.replace(partial, path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def activate() -> None:
    """Let imports find the folder in use first. Called once at the start."""
    folder = active()
    if folder is not None:
        sys.path.insert(0, str(folder))
