"""Discovery: what a folder of modules offers, by name. The one registry of families, Tools, codecs, backends, Plans."""

from __future__ import annotations

import importlib
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
