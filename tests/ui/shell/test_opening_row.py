"""The preference that opens pictures with this program: only when pressed, and taken back by the second press."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core import associations
from ganstudio.core.associations import DESKTOP
from ganstudio.ui.desk import Desk
from ganstudio.ui.preferences.opening import OpeningRow

ENTRY = "[Desktop Entry]\nType=Application\nName=GANStudio\nExec=true %F\nMimeType=image/jpeg;image/png;\n"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux desktops only")


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    places = (("HOME", ""), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_DATA_DIRS", "x"))
    for name, folder in places:
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.setenv(name, str(tmp_path / folder))
    return tmp_path


def test_where_nothing_is_installed_the_row_says_so(user: Path, desk: Desk, qtbot: QtBot) -> None:
    row = OpeningRow(desk)
    qtbot.addWidget(row)
    assert "installer" in row.about.text()
    assert not row.button.isEnabled()
    row.button.click()
    assert not (user / "config" / "mimeapps.list").exists()


@pytest.mark.skipif(shutil.which("xdg-mime") is None, reason="not installed: xdg-mime")
def test_pressed_it_is_taken_and_pressed_again_given_back(user: Path, desk: Desk, qtbot: QtBot) -> None:
    (user / "data" / "applications").mkdir()
    (user / "data" / "applications" / DESKTOP).write_text(ENTRY)
    listed = user / "config" / "mimeapps.list"
    listed.write_text("[Default Applications]\nimage/png=gimp.desktop\n")
    row = OpeningRow(desk)
    qtbot.addWidget(row)
    assert "another program" in row.about.text() and row.button.text() == "Open with GANStudio"
    assert listed.read_text().count("gimp") == 1, "looking changes nothing"
    row.button.click()
    qtbot.waitUntil(lambda: row.button.text() == "As before", timeout=20_000)
    assert associations.is_default() and "opens them here" in row.about.text()
    row.button.click()
    qtbot.waitUntil(lambda: row.button.text() == "Open with GANStudio", timeout=20_000)
    assert "image/png=gimp.desktop" in listed.read_text() and "image/jpeg" not in listed.read_text()
