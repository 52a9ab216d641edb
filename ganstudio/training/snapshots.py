"""Snapshots: states from which a Run goes on, bit for bit on a CPU. Written whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import pickle
from pathlib import Path
from typing import Any

import torch

from ganstudio.core.errors import BadInput, DiskFull, OutputError

VERSION = 1
KEEP = 3


def write(path: Path, state: dict[str, Any]) -> None:
    """Write beside, flush to the disk, rename. On DiskFull or OutputError an older `path` stays."""
    buffer = io.BytesIO()
    torch.save({"version": VERSION, **state}, buffer)
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as handle:
            handle.write(buffer.getbuffer())
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise (DiskFull if full else OutputError)(
            f"The snapshot {path.name} cannot be written: {error.strerror}.",
            "Make room and give the same command again: the Run goes on from the snapshot before.",
        ) from error
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path: Path) -> dict[str, Any]:
    """A snapshot's state (tensors and plain values only: no code is run)."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        raise BadInput(f"The snapshot {path.name} cannot be read: {error}.") from error
    version = state.get("version") if isinstance(state, dict) else None
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BadInput(f"The snapshot {path.name} is none of GANStudio's.")
    if version > VERSION:
        raise BadInput(f"The snapshot {path.name} comes from a newer version of the program.", "Update this one.")
    return state


def numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*.pt"))


def latest(folder: Path) -> Path | None:
    """The newest snapshot; leftovers of a killed writer are removed."""
    for leftover in folder.glob("*.tmp"):
        leftover.unlink()
    found = numbered(folder)
    return found[-1] if found else None


def prune(folder: Path) -> None:
    for old in numbered(folder)[:-KEEP]:
        old.unlink()
