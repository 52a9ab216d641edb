"""Write the stamp of a build, `build.json`: `python packaging/build_stamp.py -o FOLDER`.

Date and commit, and nothing of the machine: the same commit gives the same file. The date is that of
the commit, or SOURCE_DATE_EPOCH's; the commit of a clone that was changed ends in `+`. The program reads it from its
resources (ganstudio/core/build.py).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

NAME = "build.json"
_FIGURES = 10


def stamp(root: Path) -> dict[str, str]:
    """What the stamp of a build from the clone at `root` says. Outside of a clone the commit is empty."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or _git(root, "log", "-1", "--format=%ct")
    when = datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC)
    commit = _git(root, "rev-parse", "HEAD")[:_FIGURES]
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return {"date": f"{when:%Y-%m-%d}", "commit": commit + ("+" if changed else "")}


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def write(root: Path, folder: Path) -> Path:
    """The stamp, in a folder that is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.write_text(json.dumps(stamp(root), indent=1) + "\n", "utf-8")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder for it")
    print(write(Path(__file__).resolve().parents[1], parser.parse_args().output).read_text("utf-8"), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
