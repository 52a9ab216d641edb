"""Run by the environment's Python after an installation: do these projects' modules import?

Prints one line a failure and ends with 1. It also leaves the compiled files that make the first start fast.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import all_suffixes
from importlib.metadata import Distribution, distributions
from pathlib import PurePosixPath


def modules_of(projects: set[str]) -> list[str]:
    """The importable names that installed projects bring; private ones and files beside packages left out."""
    found = {
        module
        for distribution in distributions()
        if distribution.metadata["Name"].replace("_", "-").lower() in projects
        for module in _brought(distribution)
    }
    return sorted(name for name in found if name.isidentifier() and not name.startswith("_"))


def _brought(distribution: Distribution) -> set[str]:
    """Taken from the installed files: what a project declares in top_level.txt need not be there (Shiboken of Qt)."""
    names = set()
    for file in distribution.files or []:
        parts = PurePosixPath(file).parts
        if len(parts) == 1 and parts[0].endswith(tuple(all_suffixes())):
            names.add(parts[0].split(".")[0])
        elif len(parts) == 2 and parts[1].split(".")[0] == "__init__":
            names.add(parts[0])
    return names


def main(projects: list[str]) -> int:
    failed = 0
    for module in modules_of(set(projects)):
        try:
            importlib.import_module(module)
        except (ImportError, OSError, RuntimeError) as error:  # a missing library is one of these three
            print(f"{module}: {error}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
