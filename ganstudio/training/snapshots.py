"""Snapshots: states from which a Run goes on, bit for bit on a CPU. Written whole or not at all.

A *soft* snapshot holds the networks in float16 and no optimiser: small enough to carry to another machine.
"""

from __future__ import annotations

import errno
import io
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import torch

from ganstudio.core.errors import BadInput, DiskFull, OutputError
from ganstudio.core.names import shown

VERSION = 2
KEEP = 3
SOFT, TRUNK = "soft.pt", "trunk.pt"
_HINT = "Make room: the Run goes on from the snapshot before."


def write(path: Path, state: dict[str, Any]) -> int:
    """Write beside, flush to the disk, rename; the size in bytes. On DiskFull or OutputError an older `path` stays.

    Room for two of them must be free, so that the next one fits as well.
    """
    buffer = io.BytesIO()
    torch.save({"version": VERSION, **state}, buffer)
    size = buffer.getbuffer().nbytes
    temporary = path.with_name(path.name + ".tmp")
    try:
        if shutil.disk_usage(path.parent).free < 2 * size:
            raise OSError(errno.ENOSPC, "the disk is nearly full")
        with temporary.open("wb") as handle:
            handle.write(buffer.getbuffer())
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
        _settle(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise (DiskFull if full else OutputError)(
            f"The snapshot {path.name} cannot be written: {error.strerror}.", _HINT
        ) from error
    return size


def _settle(folder: Path) -> None:
    """Have the folder itself on the disk, with the new name in it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> dict[str, Any]:
    """A snapshot's state (tensors and plain values only: no code is run)."""
    name = shown(path.name)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise BadInput(f"The snapshot {name} cannot be read: {error}.") from error
    version = state.get("version") if isinstance(state, dict) else None
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BadInput(f"The snapshot {name} is none of GANStudio's.")
    if version > VERSION:
        raise BadInput(f"The snapshot {name} comes from a newer version of the program.", "Update this one.")
    if version < VERSION:
        raise BadInput(
            f"The snapshot {name} comes from an older version of the program, which kept other things.",
            "Begin a new Run from the model of the old one with --from.",
        )
    return state


def numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*.pt"))


def latest(folder: Path) -> Path | None:
    """The newest snapshot; leftovers of a killed writer are removed."""
    for leftover in folder.glob("*.pt.tmp"):
        leftover.unlink()
    found = numbered(folder)
    return found[-1] if found else None


def prune(folder: Path) -> None:
    for old in numbered(folder)[:-KEEP]:
        old.unlink()
