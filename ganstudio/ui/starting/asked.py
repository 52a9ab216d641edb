"""Asked: what the words behind the program's name ask of the window."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Asked:
    paths: list[Path]
    new_instance: bool = False
    selftest: bool = False


def asked(words: Sequence[str]) -> Asked:
    paths = [Path(os.path.abspath(word)) for word in words if not word.startswith("--")]
    return Asked(paths, "--new-instance" in words, "--selftest" in words)
