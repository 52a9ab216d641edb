"""Making the list from what is installed: the packages that the program requires, and what lies inside them."""

from __future__ import annotations

import csv
import hashlib
import platform
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import PurePosixPath
from typing import Any

from ganstudio.core.licences.libraries import Libraries, is_library
from ganstudio.core.licences.parts import Component, Listing
from ganstudio.core.licences.spdx import names, not_allowed
from ganstudio.core.paths import resource

# Words of older metadata that say one licence and no other.
_CLASSIFIERS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_TEXT_FILE = re.compile(r"(licen[cs]e|copying|notice|third.?party)", re.IGNORECASE)
_SOURCES = (".py", ".pyi", ".pyc", ".h", ".hpp", ".so", ".pyd", ".dll", ".dylib", ".json")


def collect(wanted: Callable[[str], bool] = lambda path: True) -> Listing:
    """The list of what is installed here. `wanted` leaves out files (by their path below the packages' folder) that
    the built program does not take along. What nobody has said the licence of is a problem, and so is what is not
    allowed."""
    return _Collecting(wanted).listing()


@cache
def table() -> dict[str, Any]:
    """resources/licences/components.toml"""
    return tomllib.loads(resource("licences", "components.toml").read_text("utf-8"))


class _Collecting:
    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self._wanted = wanted
        self._known = table()
        self._libraries = Libraries(self._known)
        self._texts: dict[str, str] = {}
        self._problems: list[str] = []

    def listing(self) -> Listing:
        found: list[Component] = []
        for package in required():
            found += self._package(package)
        found += [self._other(facts) for facts in self._known["other"]]
        for one in found:
            refused = not_allowed(one.licence, self._known["allowed"])
            if refused:
                self._problems.append(f"{one.name} is under {', '.join(refused)}, which is not allowed.")
        return Listing(tuple(found), self._texts, tuple(self._problems))

    def _package(self, package: Distribution) -> Iterator[Component]:
        """A package, then what is linked into it, then the libraries that lie in it. The texts of these are those that
        their licences ask for, else the package's, which hold them."""
        name = canonical(package.metadata["Name"])
        facts = self._known["packages"].get(name, {})
        licence = facts.get("licence") or stated(package)
        if not licence:
            self._problems.append(f"{name} does not say its licence.")
        files = [PurePosixPath(file) for file in _files(package) if self._wanted(file)]
        own = [self._keep(text) for text in _texts(package, files)]
        own += self._standard(licence, facts.get("text"), have=bool(own))
        version, home = package.version, _home(package)
        note = self._note(facts)
        yield Component(name, version, licence, "package", "", home, note, tuple(own))
        for one in self._known["inside"]:
            if one["package"] == name and sys.platform in one.get("platforms", [sys.platform]):
                texts = self._standard(one["licence"], one.get("text"), have=True) or own
                yield Component(one["name"], "", one["licence"], "library", name, one["home"], "", tuple(texts))
        for library in self._libraries.inside(name, files, self._problems):
            texts = self._standard(library["licence"], library.get("text"), have=bool(own)) or own
            yield Component(
                library["name"], "", library["licence"], "library", name, library["home"],
                self._note(library), tuple(texts),
            )  # fmt: skip

    def _other(self, facts: dict[str, Any]) -> Component:
        version = platform.python_version() if facts["name"] == "Python" else ""
        texts = self._standard(facts["licence"], facts.get("text"), have="file" in facts)
        if "file" in facts:
            texts.append(self._keep(resource(*facts["file"].split("/")).read_text("utf-8")))
        home, note = facts.get("home", ""), self._note(facts)
        return Component(facts["name"], version, facts["licence"], facts["kind"], "", home, note, tuple(texts))

    def _note(self, facts: dict[str, Any]) -> str:
        replace = self._known["replace"].get(facts.get("replace", ""), "")
        return " ".join(filter(None, (facts.get("note", ""), replace)))

    def _keep(self, text: str) -> str:
        """Texts are kept once, under a part of their hash."""
        key = hashlib.sha256(text.encode()).hexdigest()[:12]
        self._texts[key] = text
        return key

    def _standard(self, licence: str, special: str | None, have: bool) -> list[str]:
        """The text that the table names, the texts that the LGPL and exceptions ask for, and, where nothing else is
        there, those of the other licences named."""
        wanted = [special] if special else []
        for name in names(licence):
            if name.startswith("LGPL-2.1"):
                wanted.append("LGPL-2.1")
            elif name.startswith("LGPL-3.0"):
                wanted += ["LGPL-3.0", "GPL-3.0"]
            elif name == "GPL-3.0-or-later WITH GCC-exception-3.1":
                wanted += ["GCC-exception-3.1", "GPL-3.0"]
            elif name == "GPL-2.0-or-later WITH Bootloader-exception":
                wanted += ["Bootloader-exception", "GPL-2.0"]
            elif name in ("Unicode-DFS-2016",) or not (have or special):
                wanted.append(name)
        files = [resource("licences", "texts", f"{name}.txt") for name in dict.fromkeys(wanted)]
        return [self._keep(file.read_text("utf-8")) for file in files if file.is_file()]


def required() -> list[Distribution]:
    """The packages that the program requires and those that these require, as far as they are installed; by name.
    What is required for other systems is not installed here."""
    found: dict[str, Distribution] = {}
    asked = list(_asked_by_the_program())
    while asked:
        name = asked.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        asked += _names(found[name].requires or [])
    return [found[name] for name in sorted(found)]


def _asked_by_the_program() -> list[str]:
    try:
        return _names(distribution("ganstudio").requires or [])
    except PackageNotFoundError:  # a clone
        project = tomllib.loads((resource().parent / "pyproject.toml").read_text("utf-8"))
        return _names(project["project"]["dependencies"])


def _names(requirements: Iterable[str]) -> list[str]:
    plain = [text for text in requirements if not re.search(r"\bextra\s*==", text)]
    return [canonical(match[0]) for text in plain if (match := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", text))]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def stated(package: Distribution) -> str:
    """What a package's metadata say: its expression, or the words of older metadata where they say one licence."""
    if expression := _field(package, "License-Expression"):
        return expression
    kinds = [
        text.rpartition("::")[2].strip() for text in package.metadata.get_all("Classifier", []) if "License ::" in text
    ]
    said = [_CLASSIFIERS[kind] for kind in kinds if kind in _CLASSIFIERS]
    field = _field(package, "License")
    one_word = field if re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR) [A-Za-z0-9.+-]+)*", field) else ""
    return one_word or (said[0] if len(said) == len(kinds) == 1 else "")


def _field(package: Distribution, name: str) -> str:
    return next((text.strip() for text in package.metadata.get_all(name, [])), "")


def _home(package: Distribution) -> str:
    """Its project page, from whichever field of the metadata has one."""
    links = dict(text.partition(", ")[::2] for text in package.metadata.get_all("Project-URL", []))
    named = {name.lower(): link for name, link in links.items()}
    first = (named.get(one) for one in ("homepage", "source", "source-code", "repository", "documentation"))
    return _field(package, "Home-page") or next(filter(None, first), "")


def _files(package: Distribution) -> list[str]:
    """Libraries and texts of licences among a package's files; most files are neither."""
    rows = csv.reader((package.read_text("RECORD") or "").splitlines())
    return [row[0] for row in rows if row and _tells(row[0].rpartition("/")[2])]


def _tells(name: str) -> bool:
    return is_library(name) or (bool(_TEXT_FILE.search(name)) and not name.endswith(_SOURCES))


def _texts(package: Distribution, files: Iterable[PurePosixPath]) -> list[str]:
    """The texts of licences among files that tell of them, each once."""
    paths = [package.locate_file(file) for file in files if not is_library(file.name)]
    return list(dict.fromkeys(path.read_bytes().decode("utf-8", "replace") for path in paths))  # type: ignore[attr-defined]
