"""Run by the environment's Python after an installation: do these projects' modules import?

Prints one line a failure and ends with 1. It also leaves the compiled files that make the first start fast.
"""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import packages_distributions


def modules_of(projects: set[str]) -> list[str]:
    """The importable names that installed projects bring; private ones and files beside packages left out."""
    brought = packages_distributions()
    return sorted(
        module
        for module, owners in brought.items()
        if module.isidentifier()
        and not module.startswith("_")
        and any(owner.replace("_", "-").lower() in projects for owner in owners)
    )


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
