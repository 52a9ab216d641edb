"""Where things lie, also where nothing can be made; and the log."""

from __future__ import annotations

import logging
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


def test_the_log_moves_with_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Names that nothing else logs; \udcff is written as text in what is compared: a report must be able to show it.
    names = ("home-first", "home-second")
    for name in names:
        monkeypatch.setenv("GANSTUDIO_HOME", str(tmp_path / name))
        assert log_file() == log_file() == tmp_path / name / "ganstudio.log"
        logging.getLogger("ganstudio.jobs").warning("%s: a name that is no text, \udcff", name)
        logging.getLogger("py.warnings").warning("a library's remark in %s", name)
    for name, other in (names, names[::-1]):
        text = (tmp_path / name / "ganstudio.log").read_text(encoding="utf-8")
        said = [line.rpartition(": ")[2] for line in text.splitlines() if name in line]
        assert len(said) == 2
        assert said[0].endswith("no text, \\udcff")
        assert f"{other}: a name" not in text
