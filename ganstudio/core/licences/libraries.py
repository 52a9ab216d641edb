"""Shared libraries that lie inside packages or a built program: whose they are, told by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

_SHARED = re.compile(r"\.(so(\.[\d.]+\w?)?|dylib|dll|pyd)$", re.IGNORECASE)
# What a wheel's maker puts behind a library's name, so that no two get in each other's way.
_HASH = re.compile(r"(-[0-9a-f]{8,})+$")
_MODULE = re.compile(r"\.(abi3|cpython-[\w-]+|cp\d+-\w+)\.(so|pyd)$|\.pyd$", re.IGNORECASE)


def is_library(name: str) -> bool:
    """Whether a file's name is that of a shared library that is no Python module."""
    return bool(_SHARED.search(name)) and not _MODULE.search(name)


def stem(name: str) -> str:
    """`libpng16-529cb57a.so.16.58.0` → `png16`; `libQt6Core.so.6` → `Qt6Core`."""
    bare = re.sub(r"\.(so|dylib|dll)\b.*$", "", PurePath(name).name, flags=re.IGNORECASE)
    bare = re.sub(r"\.\d[\d.]*$", "", bare)  # libavcodec.62.28.101.dylib
    return _HASH.sub("", bare.removeprefix("lib"))


class Libraries:
    """What the table knows of libraries."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._known: dict[str, dict[str, Any]] = {name.lower(): facts for name, facts in table["libraries"].items()}
        self._own: dict[str, list[str]] = table["own"]
        self._forbidden = tuple(table["forbidden"]["libraries"])
        self._forbidden_qt = tuple(table["forbidden"]["qt"])

    def known(self, name: str) -> dict[str, Any] | None:
        """What is known of a library by its file's name; a version at the end of the name may be another."""
        short = stem(name).lower()
        shorter = re.sub(r"(-r\d+|[\d_.-]+)+$", "", short)
        return self._known.get(short) or self._known.get(shorter) or self._family(short)

    def _family(self, short: str) -> dict[str, Any] | None:
        return self._known["api-ms-win"] if short.startswith("api-ms-win-") else None

    def is_own(self, name: str, package: str) -> bool:
        """Whether a library belongs to the package itself."""
        return stem(name).startswith(tuple(self._own.get(package, ())))

    def is_anybodys(self, name: str) -> bool:
        return any(self.is_own(name, package) for package in self._own)

    def is_forbidden(self, name: str, built: bool = False) -> bool:
        """Whether nothing but the GPL permits a library. Those of Qt count in a built program only: in Qt's package
        they lie about and are not taken along."""
        return stem(name).startswith(self._forbidden + (self._forbidden_qt if built else ()))

    def inside(self, package: str, files: Iterable[PurePath], problems: list[str]) -> list[dict[str, Any]]:
        """What lies in a package, each thing once; libraries that nobody knows, and forbidden ones, are problems."""
        found: dict[str, dict[str, Any]] = {}
        for file in files:
            if not is_library(file.name):
                continue
            if self.is_forbidden(file.name):
                problems.append(f"{file.name} in {package} is under the GPL.")
            elif facts := self.known(file.name):
                found.setdefault(facts["name"], facts)
            elif not self.is_own(file.name, package):
                problems.append(f"Nobody has said whose {file.name} in {package} is.")
        return list(found.values())
