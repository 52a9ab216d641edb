"""Whether an NVIDIA card is here, asked of the system and not of torch, whose build may not know of cards."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc/driver/nvidia/version")
_PATIENCE_S = 20.0


@dataclass(frozen=True)
class Nvidia:
    """The cards' names (none where only the driver says that one is here) and the driver's version, or ""."""

    cards: tuple[str, ...]
    driver: str

    @property
    def major(self) -> int | None:
        """580 of “580.65.06”; None where it is not known."""
        head = self.driver.partition(".")[0]
        return int(head) if head.isdigit() else None


def nvidia() -> Nvidia | None:
    """What is here of NVIDIA; None without a card or its driver."""
    asked = _asked()
    if asked is not None:
        return asked
    if sys.platform == "win32":
        return Nvidia((), "") if _loads("nvcuda.dll") else None
    driver = _kernels()
    return Nvidia((), driver) if driver else None


def _asked() -> Nvidia | None:
    """What nvidia-smi tells."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    words = [tool, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE_S, check=False,
            creationflags=flags,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    rows = [line.rpartition(",") for line in done.stdout.splitlines() if "," in line]
    if done.returncode != 0 or not rows:
        return None
    return Nvidia(tuple(name.strip() for name, _, _ in rows), rows[0][2].strip())


def _kernels() -> str:
    """The version of the driver that the Linux kernel has loaded; "" for none."""
    try:
        text = _PROC.read_text("utf-8", "replace")
    except OSError:
        return ""
    found = re.search(r"\b(\d{3,}\.\d+(?:\.\d+)?)\b", text)
    return found[1] if found else "unknown"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
