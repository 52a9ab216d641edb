"""The installer for Windows compiles, and its uninstaller removes what was installed and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nsis
import pytest
from PIL import Image

NAMES = (
    "ganstudio.exe",
    "GANStudio-window.exe",
    "lib/files.txt",
    "lib/Ordner mit Ümlaut/ein $Preis.txt",
    "lib/a/b/c.pyd",
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A stand-in of what is frozen on Windows."""
    folder = tmp_path / "dist" / "ganstudio"
    for name in NAMES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"MZ" + name.encode() * 50)
    return folder


@pytest.fixture
def icon(tmp_path: Path) -> Path:
    path = tmp_path / "ganstudio.ico"
    Image.new("RGBA", (64, 64), (40, 90, 200, 255)).save(path, sizes=[(16, 16), (32, 32), (64, 64)])
    return path


def test_what_is_removed_is_what_was_installed(program: Path) -> None:
    put, gone = nsis.lists(program)
    folder, installed = "", []
    for line in put.splitlines():
        word, inside = line.split(" ", 1)
        inside = inside.strip('"')
        if word == "SetOutPath":
            folder = inside
        else:
            installed.append(f"{folder}\\{Path(inside).name}".replace("$Preis", "$$Preis"))
    removed = re.findall(r'^Delete "(.+)"$', gone, re.M)
    assert sorted(installed) == sorted(removed) and len(removed) == len(NAMES)
    assert "$INSTDIR\\lib\\Ordner mit Ümlaut\\ein $$Preis.txt" in removed
    folders = re.findall(r'^RMDir "(.+)"$', gone, re.M)
    assert folders == sorted(folders, reverse=True) and "$INSTDIR\\lib\\a\\b" in folders
    assert "/r" not in gone, "a folder is only removed when it is empty"


def test_the_script_removes_nothing_wholesale_but_what_is_asked_for() -> None:
    script = nsis.SCRIPT.read_text("utf-8")
    assert re.findall(r"^ *RMDir /r .*$", script, re.M) == ['    RMDir /r "$LOCALAPPDATA\\ganstudio"']
    asked = script.index("$(Data)")
    assert "/SD IDNO" in script[asked : asked + 100] and asked < script.index("RMDir /r")
    assert "RequestExecutionLevel user" in script and "HKLM" not in script
    written = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', script))
    deleted = set(re.findall(r'DeleteReg\w+ (?:/ifempty )?HKCU "([^"]+)"', script))
    bare = {key for key in written if not any(key == one or key.startswith(one + "\\") for one in deleted)}
    assert not bare, f"left behind in the registry: {bare}"


@pytest.mark.skipif(shutil.which("makensis") is None, reason="makensis is not here")
def test_it_compiles(program: Path, icon: Path, tmp_path: Path) -> None:
    made = nsis.build(program, icon, tmp_path / "out")
    content = made.read_bytes()
    assert made.name.endswith("-setup.exe") and content[:2] == b"MZ" and b"Nullsoft" in content
    assert not re.search(re.escape(str(tmp_path)).encode(), content), "the installer tells where it was made"


def test_what_was_not_frozen_on_windows_is_refused(program: Path, icon: Path, tmp_path: Path) -> None:
    if shutil.which("makensis") is None:
        with pytest.raises(nsis.NsisError, match="makensis is missing"):
            nsis.build(program, icon, tmp_path)
        return
    (program / "GANStudio-window.exe").unlink()
    with pytest.raises(nsis.NsisError, match=r"GANStudio-window\.exe is missing"):
        nsis.build(program, icon, tmp_path)
