"""Discovery: what a folder of modules offers, by name. The one registry of families, Tools, codecs, backends, Plans."""

from __future__ import annotations

import importlib
import os
import pkgutil
from functools import cache
from types import ModuleType


def discover(package: ModuleType) -> dict[str, str]:
    """Names of a package's public modules → full module names, sorted; nothing is imported but the package itself.

    Works the same in the frozen program: pkgutil asks the loader, not the file system. A folder is looked at once.
    """
    return dict(_discovered(package.__name__, tuple(package.__path__)))


@cache
def _discovered(package: str, path: tuple[str, ...]) -> dict[str, str]:
    found = pkgutil.iter_modules(path, package + ".")
    names = sorted(info.name for info in found if not info.name.rpartition(".")[2].startswith("_"))
    return {name.rpartition(".")[2]: name for name in names}


def load(package: ModuleType, name: str) -> ModuleType:
    """Import the module `name` of the package; KeyError when it has none of that name."""
    return importlib.import_module(_discovered(package.__name__, tuple(package.__path__))[name])


def everything(package: ModuleType) -> list[str]:
    """The full names of all modules below a package, sorted; nothing is imported. A frozen program lists what
    its source does: the terminal's `doctor --parts` prints it and packaging/check_bundle.py compares."""
    found, waiting = [], [(package.__name__, list(package.__path__))]
    while waiting:
        name, paths = waiting.pop()
        for info in pkgutil.iter_modules(paths, name + "."):
            last = info.name.rpartition(".")[2]
            if last == "__main__":
                continue
            found.append(info.name)
            if info.ispkg:
                waiting.append((info.name, [os.path.join(path, last) for path in paths]))
    return sorted(found)
