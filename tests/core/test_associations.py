"""The program for pictures: with the real xdg-mime, in a home of its own; and taken back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.core import associations
from ganstudio.core.associations import DESKTOP

ENTRY = "[Desktop Entry]\nType=Application\nName=GANStudio\nExec=true %F\nMimeType=image/jpeg;image/png;image/webp;\n"
KINDS = ["image/jpeg", "image/png", "image/webp"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux desktops only")
real = pytest.mark.skipif(shutil.which("xdg-mime") is None, reason="not installed: xdg-mime")


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    places = (("HOME", ""), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_DATA_DIRS", "no"))
    for name, folder in places:
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name in ("XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "KDE_FULL_SESSION", "GNOME_DESKTOP_SESSION_ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def installed(user: Path) -> Path:
    folder = user / "data" / "applications"
    folder.mkdir()
    (folder / DESKTOP).write_text(ENTRY)
    return user


def test_without_an_entry_it_says_so(user: Path) -> None:
    assert associations.desktop_file() is None
    assert associations.obstacle() == "entry"
    assert associations.types() == [] and not associations.is_default()


def test_the_entry_of_the_system_counts(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (user / "share" / "applications").mkdir(parents=True)
    (user / "share" / "applications" / DESKTOP).write_text(ENTRY)
    monkeypatch.setenv("XDG_DATA_DIRS", f"{user}/none:{user}/share")
    assert associations.desktop_file() == user / "share" / "applications" / DESKTOP
    assert associations.types() == KINDS


def test_without_the_tool_it_says_so(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(installed))
    assert associations.obstacle() == "tool"


@real
def test_it_is_taken_and_given_back(installed: Path) -> None:
    path = installed / "config" / "mimeapps.list"
    added = "[Added Associations]\nimage/png=gimp.desktop;\n\n"
    path.write_text(added + "[Default Applications]\nimage/png=gimp.desktop\ntext/plain=vi.desktop\n")
    assert associations.obstacle() == "" and not associations.is_default()
    before = associations.become_default()
    assert before == {"image/jpeg": "", "image/png": "gimp.desktop", "image/webp": ""}
    assert associations.is_default()
    asked = subprocess.run(["xdg-mime", "query", "default", "image/jpeg"], capture_output=True, text=True, check=False)
    assert asked.stdout.strip() == DESKTOP
    associations.give_back(before)
    assert not associations.is_default()
    text = path.read_text()
    assert "image/png=gimp.desktop\n" in text and "text/plain=vi.desktop" in text and "[Added Associations]" in text
    assert DESKTOP not in text.partition("[Default Applications]")[2]


@real
def test_what_was_changed_since_stays(installed: Path) -> None:
    before = associations.become_default()
    path = installed / "config" / "mimeapps.list"
    path.write_text(path.read_text().replace(f"image/png={DESKTOP}", "image/png=krita.desktop"))
    associations.give_back(before)
    assert "image/png=krita.desktop" in path.read_text()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[Default Applications\nimage/png", b"", b"no section=1\n"])
def test_a_damaged_list_is_no_trouble(installed: Path, content: bytes) -> None:
    (installed / "config" / "mimeapps.list").write_bytes(content)
    assert not associations.is_default()
