"""What has to be installed: read from pyproject.toml, the one list, and packaging/constraints.txt."""

from __future__ import annotations

import hashlib
import platform
import re
import sys
import tomllib
from pathlib import Path

GROUPS = {"run": "the program", "dev": "the tests' tools", "build": "freezing the program"}
WITHOUT_DEPENDENCIES = ("spandrel",)  # it asks for torchvision (see pyproject.toml)


def name_of(requirement: str) -> str:
    """The project name, normalised, at the head of a requirement: `Pi_Heif>=1` → `pi-heif`."""
    head = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    if head is None:
        raise ValueError(f"not a requirement: {requirement!r}")
    return re.sub(r"[-_.]+", "-", head.group(1)).lower()


class Requirements:
    """The requirements of a clone at `root` by group: "run" the program, "dev" its tests, "build" what freezes it."""

    def __init__(self, root: Path) -> None:
        self.constraints = root / "packaging" / "constraints.txt"
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        extras = project.get("optional-dependencies", {})
        self._groups: dict[str, list[str]] = {
            "run": project["dependencies"],
            "dev": extras.get("dev", []),
            "build": extras.get("build", []),
        }

    def group(self, name: str) -> list[str]:
        return self._groups[name]

    def pinned(self, name: str) -> str:
        """The exact version of a project in the constraints; KeyError when it has none."""
        for line in self.constraints.read_text("utf-8").splitlines():
            requirement = line.partition("#")[0].strip()
            if requirement and name_of(requirement) == name:
                return requirement.partition("==")[2].strip()
        raise KeyError(f"{self.constraints} does not pin {name}")

    def fingerprint(self, name: str) -> str:
        """Changes when what a group installs would: its list, the exact versions, the kind of machine."""
        machine = [sys.platform, platform.machine()]
        lists = [self.constraints.read_text("utf-8"), *sorted(self.group(name))]
        return hashlib.sha256("\n".join(machine + lists).encode()).hexdigest()
