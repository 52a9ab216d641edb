"""What a command line opens, and what is said where no window can be shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.__main__ import for_the_window
from ganstudio.ui.starting import display

ROOT = Path(__file__).resolve().parents[3]


def start(words: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, without a display unless one is given."""
    kept = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    command = [sys.executable, "-m", "ganstudio", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **environ}, capture_output=True, text=True, timeout=60, check=False
    )


def test_pictures_folders_and_nothing_open_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("photo.jpg", "upscale", "holiday"):
        (tmp_path / name).touch()
    folder = tmp_path / "models"
    folder.mkdir()
    assert for_the_window([])
    assert for_the_window(["photo.jpg"])
    assert for_the_window(["photo.jpg", "holiday", "--new-instance"])
    assert for_the_window(["holiday"])
    assert for_the_window([str(folder)])
    assert for_the_window(["--selftest"])
    assert not for_the_window(["upscale"])  # a command, whatever lies here
    assert not for_the_window(["models", "list"])
    assert not for_the_window(["models"])
    assert not for_the_window(["gone.jpg"])
    assert not for_the_window(["--help"])
    assert not for_the_window(["--version"])
    assert not for_the_window(["upscale", "photo.jpg"])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
@pytest.mark.parametrize("words", [[], ["--selftest"], [str(ROOT)]])
def test_without_a_display_one_sentence_and_two(words: list[str]) -> None:
    ended = start(words)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "no display" in ended.stderr and "ganstudio upscale photo.jpg" in ended.stderr
    assert not ended.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_a_display_that_does_not_answer_is_said(tmp_path: Path) -> None:
    ended = start([], DISPLAY=":987654", QT_QPA_PLATFORM="xcb")
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ":987654" in ended.stderr or "apt-get install" in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries of Linux")
def test_missing_libraries_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(display.ANY_LIBRARIES, "libthat-is-not-there.so.7", "libthat7")
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = display.trouble()
    assert "libthat-is-not-there.so.7" in said
    assert said.endswith("sudo apt-get install -y --no-install-recommends libthat7")
    monkeypatch.setenv("PATH", "")
    assert "apt-get" not in display.trouble()


def test_the_terminal_needs_no_qt() -> None:
    code = (
        "import sys; sys.argv = ['ganstudio', '--help']; from ganstudio.__main__ import main; code = main(); "
        "assert not [one for one in sys.modules if one.startswith(('PySide6', 'shiboken6', 'torch'))]; sys.exit(code)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "usage: ganstudio COMMAND" in ended.stdout


def test_the_window_s_modules_need_no_torch() -> None:
    """Every module of the window in a fresh interpreter."""
    code = """
import importlib, pkgutil, sys
import ganstudio.ui
for found in pkgutil.walk_packages(ganstudio.ui.__path__, "ganstudio.ui."):
    importlib.import_module(found.name)
bad = sorted(name for name in sys.modules if name in ("torch", "ganstudio.runtime"))
assert not bad, bad
"""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_packaging_installs_what_the_window_asks_for() -> None:
    sys.path.append(str(ROOT / "packaging"))
    import machine

    asked = display.ANY_LIBRARIES | display.X_LIBRARIES | display.WAYLAND_LIBRARIES
    assert asked == machine.WINDOW_LIBRARIES
