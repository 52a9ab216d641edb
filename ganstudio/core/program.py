"""How this program starts itself again: the frozen executable, or this Python with this package."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def program() -> list[str]:
    """The first words of a command line of this program."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "ganstudio"]


def environment() -> dict[str, str]:
    """This process's environment, in which another Python finds the same package wherever it is started."""
    root = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))}
