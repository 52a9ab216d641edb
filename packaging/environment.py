"""The environment of a clone: made at the first start, checked in milliseconds at the next, mended when broken.

Its folder (`.venv`, or GANSTUDIO_ENV) is a venv with three files of ours: `ganstudio.json`, the stamp (what is
installed, and whether that ended); `ganstudio.lock`; and `install.log`, what pip said. This module is the cheap
check that every start pays for; installation.py is imported only when there is something to do.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from requirements import GROUPS, Requirements

UNCHECKED = "unchecked"  # all is installed, but something did not import: a system library may be missing
STAMP, LOCK, LOG = "ganstudio.json", "ganstudio.lock", "install.log"


class SetupError(Exception):
    """The environment cannot be made: a sentence for the person."""


def say(text: str) -> None:
    """Everything about the installation goes to stderr: stdout is the program's."""
    print(text, file=sys.stderr, flush=True)


class Environment:
    """The environment in `folder` for the clone at `root`.

    The folder and the permission to take PyTorch's CUDA build without a card come from GANSTUDIO_ENV and
    GANSTUDIO_ALLOW_CUDA_BUILD when they are not given.
    """

    def __init__(self, root: Path | None = None, folder: Path | None = None, allow_cuda_build: bool = False) -> None:
        self.root = root or Path(__file__).resolve().parents[1]
        named = os.environ.get("GANSTUDIO_ENV")
        self.folder = folder or (Path(named).expanduser().absolute() if named else self.root / ".venv")
        self.allow_cuda_build = allow_cuda_build or os.environ.get("GANSTUDIO_ALLOW_CUDA_BUILD", "0") not in ("", "0")
        self.requirements = Requirements(self.root)

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def ensure(self, groups: list[str], anew: bool = False) -> Path:
        """The environment's Python, with these groups of packages; made or mended first where it must be.

        Raises SetupError, one sentence with the command, when that cannot be done.
        """
        if anew or self.trouble(groups):
            import installation

            installation.run(self, groups, anew)
        return self.python

    def trouble(self, groups: list[str]) -> str:
        """Why the environment cannot be used as it is for these groups; "" when it can. Starts no process."""
        stamp = self.stamp()
        if stamp is None:
            return "there is none yet"
        unchecked = "not all of its packages imported" if stamp["state"] == UNCHECKED else ""
        return self.damage(stamp) or self.change(stamp, groups) or unchecked

    def stamp(self) -> dict[str, Any] | None:
        """What the last installation left; None where there was none."""
        try:
            return json.loads((self.folder / STAMP).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError:  # damaged from outside: it is written in one piece
            return {"state": "installing"}

    def damage(self, stamp: dict[str, Any]) -> str:
        """What only an installation from nothing can mend."""
        if stamp["state"] not in ("ready", UNCHECKED):
            return "the last installation was broken off"
        if not self.python.exists() or str(self.python.resolve()) != stamp["interpreter"]:
            return "the Python it was made with is gone"
        try:
            present = set(os.listdir(self.folder / stamp["packages"]))
        except FileNotFoundError:
            return "its packages are gone"
        missing = [name for name in stamp["entries"] if name not in present]
        return f"{missing[0]} is missing" if missing else ""

    def change(self, stamp: dict[str, Any], groups: list[str]) -> str:
        """What an installation on top brings up to date."""
        for group in groups:
            if stamp["installed"].get(group) != self.requirements.fingerprint(group):
                return f"the list of packages for {GROUPS[group]} is new or has changed"
        return ""

    def write_stamp(self, stamp: dict[str, Any]) -> None:
        partial = self.folder / (STAMP + ".part")
        partial.write_text(json.dumps(stamp, indent=1), "utf-8")
        os.replace(partial, self.folder / STAMP)
