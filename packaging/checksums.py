"""SHA-256 of the files of a release: `python packaging/checksums.py FILE… -o SHA256SUMS`; `sha256sum -c` reads it.

Each file is named without its folder, so that the list lies beside the files.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

NAME = "SHA256SUMS"


def sums(files: Iterable[Path]) -> str:
    """A line for each file, by name; ValueError for two of one name."""
    found: dict[str, str] = {}
    for path in files:
        if path.name in found:
            raise ValueError(f"two files are called {path.name}")
        with open(path, "rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return "".join(f"{found[name]}  {name}\n" for name in sorted(found))


def write(folder: Path) -> Path:
    """SHA256SUMS of all files that lie in a folder, there."""
    path = folder / NAME
    files = [one for one in folder.iterdir() if one.is_file() and not one.name.startswith((NAME, "."))]
    path.write_text(sums(files), "utf-8", newline="\n")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", type=Path, required=True)
    asked = parser.parse_args()
    asked.output.write_text(sums(asked.files), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
