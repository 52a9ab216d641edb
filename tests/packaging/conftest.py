"""A clone in miniature: a project with tiny packages, installed by the real pip from a folder, no index asked."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.small_project import PROGRAM, write_project, write_wheel

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
sys.path.append(str(PACKAGING))  # at the end: `test` and `run` there must not hide others

from environment import LOCK, LOG, STAMP, Environment  # noqa: E402


@pytest.fixture
def pip_from_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pip finds packages in this folder and nowhere else."""
    for key in [key for key in os.environ if key.startswith(("PIP_", "GANSTUDIO_ENV"))]:
        monkeypatch.delenv(key)
    wheels = tmp_path / "wheels"
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    write_wheel(wheels, "tiny", "1.0")
    write_wheel(wheels, "tool", "2.0")
    return wheels


@pytest.fixture
def clone(tmp_path: Path, pip_from_folder: Path) -> Path:
    """A clone with our own packaging/ and a program of five lines that ends with 7."""
    root = tmp_path / "clone with space"
    shutil.copytree(PACKAGING, root / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "packaging" / "constraints.txt").write_text("tiny==1.0\ntool==2.0\n", "utf-8")
    (root / "ganstudio").mkdir()
    (root / "ganstudio" / "__init__.py").touch()
    (root / "ganstudio" / "__main__.py").write_text(PROGRAM, "utf-8")
    write_project(root)
    return root


@pytest.fixture(scope="session")
def venv_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare venv; making one takes seconds, copying it does not."""
    import venv

    folder = tmp_path_factory.mktemp("template") / "venv"
    venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    return folder


@pytest.fixture
def bare_venv(clone: Path, venv_template: Path) -> Callable[[], Path]:
    """Lay the bare venv into the clone, as a first start's first step leaves it."""
    return lambda: lay(venv_template, clone / ".venv")


@pytest.fixture
def ready(clone: Path, venv_template: Path) -> Path:
    """The clone with its environment installed; the first test to ask installs, the others get a copy."""
    done = venv_template.with_name("ready")
    if done.exists():
        lay(done, clone / ".venv")
    else:
        lay(venv_template, clone / ".venv")
        Environment(clone).ensure(["run"])
        lay(clone / ".venv", done)
    return clone


def lay(template: Path, folder: Path) -> Path:
    """A copy by hard links: nothing here writes into a file in place but our three, which are copied."""
    shutil.copytree(template, folder, symlinks=True, copy_function=os.link)
    for name in (STAMP, LOCK, LOG):
        if (folder / name).exists():
            (folder / name).unlink()
            shutil.copy2(template / name, folder / name)
    return folder
