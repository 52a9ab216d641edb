"""The list of the frozen program's files, `files.txt`, by which ganstudio/core/bundle.py tells whether it is whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

from freezing import CONTENTS

NAME = "files.txt"


def write(program: Path) -> Path:
    """List every file below `program` with size and hash; the list itself is left out."""
    path = program / CONTENTS / NAME
    path.unlink(missing_ok=True)
    lines = [
        f"{one.stat().st_size} {_sha256(one)} {one.relative_to(program).as_posix()}"
        for one in sorted(program.rglob("*"))
        if one.is_file()
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
