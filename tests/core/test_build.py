"""Which build it is: told from the stamp that a build carries; a clone says that it is the source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio import __version__
from ganstudio.core.build import STAMP, Build, build

ROOT = Path(__file__).parents[2]


def test_a_clone_is_the_source() -> None:
    assert str(Build()) == f"{__version__} (source)"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package as it is installed: with resources of its own."""
    ignored = shutil.ignore_patterns("__pycache__", "ui")
    shutil.copytree(ROOT / "ganstudio", tmp_path / "ganstudio", ignore=ignored)
    (tmp_path / "ganstudio" / "resources").mkdir()
    return tmp_path


def said(installed: Path) -> str:
    words = [sys.executable, "-m", "ganstudio", "--version"]
    env = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(words, cwd=installed, env=env, capture_output=True, text=True, check=True).stdout.strip()


def test_a_build_says_its_date_and_commit(installed: Path) -> None:
    script = [sys.executable, str(ROOT / "packaging" / "build_stamp.py"), "-o", str(installed / "ganstudio/resources")]
    subprocess.run(script, env={**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}, check=True, capture_output=True)
    stamp = json.loads((installed / "ganstudio" / "resources" / STAMP).read_text())
    assert set(stamp) == {"date", "commit"} and stamp["date"] == "2026-09-21"
    facts = ", ".join(filter(None, ["build of 2026-09-21", stamp["commit"]]))
    assert said(installed) == f"GANStudio {__version__} ({facts})"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"date": 5, "commit": null}'])
def test_a_damaged_stamp_says_nothing(installed: Path, content: bytes) -> None:
    (installed / "ganstudio" / "resources" / STAMP).write_bytes(content)
    assert said(installed) == f"GANStudio {__version__} (source)"


def test_it_is_asked_for_nothing_else() -> None:
    assert build().version == __version__
