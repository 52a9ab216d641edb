"""Where things lie, also where nothing can be made; and the log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.core import paths
from ganstudio.core.log import log_file


def test_the_folders_follow_the_home(own_home: Path) -> None:
    assert paths.home() == own_home
    assert paths.user_models() == own_home / "models"
    assert paths.cache() == own_home / "cache"
    assert (own_home / "models").is_dir()
    assert (own_home / "cache").is_dir()


def test_a_home_below_the_persons_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("GANSTUDIO_HOME", "~/studio")
    assert paths.home() == tmp_path / "studio"


def test_a_home_that_cannot_be_made_is_told_by_whoever_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANSTUDIO_HOME", str(tmp_path / "file" / "home"))
    assert paths.user_models() == tmp_path / "file" / "home" / "models"
    with pytest.raises(OSError, match="file"):
        log_file()


def test_what_is_a_file_and_what_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.v2").touch()
    (tmp_path / "quick").mkdir()
    for text in ("here.v2", "models/x", "./x", r"C:\x\y.pth", "/x"):
        assert paths.is_file(text)
    for text in ("photo", "quick", "4x_own.v2", "", "x" * 5000, "a\0b"):
        assert not paths.is_file(text)


def test_the_log_moves_with_the_home_and_takes_any_name(tmp_path: Path) -> None:
    # In a process of its own: a record with a name that is no text would be captured, and no report can carry it.
    code = """
import logging, os, sys
from ganstudio.core.log import log_file
for name in ("first", "second"):
    os.environ["GANSTUDIO_HOME"] = os.path.join(sys.argv[1], name)
    assert log_file() == log_file()
    logging.getLogger("ganstudio.jobs").warning("in %s, a name that is no text: %s", name, os.fsdecode(b"\\xff"))
    logging.getLogger("py.warnings").warning("a library's remark in %s", name)
"""
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, check=True)
    for name, other in (("first", "second"), ("second", "first")):
        text = (tmp_path / name / "ganstudio.log").read_text(encoding="utf-8")
        assert text.count(f"in {name}, a name that is no text: \\udcff") == 1
        assert text.count(f"a library's remark in {name}") == 1
        assert other not in text
