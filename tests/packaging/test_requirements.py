from __future__ import annotations

import tomllib
from pathlib import Path

import interpreter
import pytest
from requirements import Requirements, name_of

ROOT = Path(__file__).resolve().parents[2]


def test_names_are_normalised() -> None:
    asked = ["Pi_Heif>=1", "pyright[nodejs]>=1.1", "torch==2.13.*", " rich ; python_version > '3'"]
    assert [name_of(text) for text in asked] == ["pi-heif", "pyright", "torch", "rich"]
    with pytest.raises(ValueError, match="not a requirement"):
        name_of("==2")


def test_every_declared_project_is_pinned_inside_its_bounds() -> None:
    from packaging.requirements import Requirement  # the real one: see test_launch.py

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    ours = Requirements(ROOT)
    for text in [*project["dependencies"], *(text for extra in extras.values() for text in extra)]:
        assert Requirement(text).specifier.contains(ours.pinned(name_of(text))), text


def test_python_versions_are_told_alike() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    after = (interpreter.NEWEST[0], interpreter.NEWEST[1] + 1)
    assert project["requires-python"] == ">={}.{},<{}.{}".format(*interpreter.OLDEST, *after)


def test_constraints_name_exact_versions_and_no_index() -> None:
    for line in (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines():
        stated = line.partition("#")[0].strip()
        assert not stated or (stated.count("==") == 1 and "://" not in stated and "*" not in stated), line


def test_fingerprint_follows_what_would_be_installed(clone: Path) -> None:
    before = Requirements(clone).fingerprint("run")
    with open(clone / "pyproject.toml", "a") as file:
        file.write("[tool.ruff]\nline-length = 1\n")
    assert Requirements(clone).fingerprint("run") == before
    with open(clone / "packaging" / "constraints.txt", "a") as file:
        file.write("other==3\n")
    assert Requirements(clone).fingerprint("run") != before


def test_unpinned_project_is_a_plain_error(clone: Path) -> None:
    with pytest.raises(KeyError, match="does not pin torch"):
        Requirements(clone).pinned("torch")
