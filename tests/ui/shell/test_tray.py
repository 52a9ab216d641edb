"""The icon beside the clock, on a real screen with a real place for icons: seen, clicked, and its place taken away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
WATCH_S = 3  # as often as the window looks whether there is still a place
_TOOLS = [tool for tool in ("Xvfb", "trayer", "xdotool", "openbox") if shutil.which(tool) is None]
_NO_BUS = shutil.which("dbus-run-session") is None or shutil.which("Xvfb") is None

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs that end with the test."""
    running: list[subprocess.Popen[str]] = []

    def begin(*words: str, pass_fds: tuple[int, ...] = (), **environ: str) -> subprocess.Popen[str]:
        made = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
            env={**os.environ, **environ}, pass_fds=pass_fds,
        )  # fmt: skip
        running.append(made)
        return made

    yield begin
    for one in reversed(running):
        one.terminate()
        with suppress(subprocess.TimeoutExpired):
            one.wait(10)
        one.kill()
        one.wait()


@pytest.fixture
def screen(start: Start) -> str:
    """An X screen of our own: its DISPLAY."""
    told, tells = os.pipe()
    start("Xvfb", "-displayfd", str(tells), "-screen", "0", "1000x700x24", pass_fds=(tells,))
    os.close(tells)
    with os.fdopen(told) as file:
        return f":{file.readline().strip()}"


def ask(scene: subprocess.Popen[str], order: str = "") -> str:
    if order:
        assert scene.stdin is not None
        scene.stdin.write(order + "\n")
        scene.stdin.flush()
    assert scene.stdout is not None
    return scene.stdout.readline().strip()


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return true()


def environ(screen: str, home: Path) -> dict[str, str]:
    return {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "GANSTUDIO_HOME": str(home)}


def scene_words(tmp_path: Path) -> list[str]:
    return [sys.executable, "-m", "tests.ui.shell.tray_scene", str(tmp_path / "settings.json")]


@pytest.mark.skipif(bool(_TOOLS), reason=f"not installed: {', '.join(_TOOLS)}")
def test_it_is_seen_clicked_and_its_place_taken_away(start: Start, screen: str, tmp_path: Path) -> None:
    here = environ(screen, tmp_path) | {"DBUS_SESSION_BUS_ADDRESS": ""}
    start("openbox", **here)
    panel = start("trayer", "--edge", "bottom", "--align", "right", "--height", "28", "--widthtype", "request", **here)
    scene = start(*scene_words(tmp_path), **here)
    assert ask(scene) == "ready True"
    x, y, width, height = map(int, ask(scene, "keep").split())
    assert width >= 16 and height >= 16 and 0 < y < 700
    assert ask(scene, "shown") == "gone"
    picture = tmp_path / "screen.png"
    assert ask(scene, f"shot {picture}") == "saved"
    with Image.open(picture) as seen:
        colours = seen.convert("RGB").crop((x, y, x + width, y + height)).getcolors(9999) or []
    blue = sum(count for count, (r, g, b) in colours if b > 150 and b > r + 60)  # type: ignore[misc]
    white = sum(count for count, colour in colours if min(colour) > 230)  # type: ignore[type-var]
    assert blue > 0.4 * width * height and white > 4, "our mark"
    click = ["xdotool", "mousemove", str(x + width // 2), str(y + height // 2), "click", "1"]
    subprocess.run(click, env={**os.environ, **here}, check=True, stdout=subprocess.DEVNULL)
    assert until(lambda: ask(scene, "shown") == "shown"), "a click brings the window back"
    assert ask(scene, "keep") != "none" and ask(scene, "shown") == "gone"
    panel.terminate()
    panel.wait()
    assert until(lambda: ask(scene, "shown") == "small", 6 * WATCH_S), "without the icon the window can be reached"


@pytest.mark.skipif(_NO_BUS, reason="not installed: dbus-run-session")
def test_desktops_that_take_icons_over_the_bus_get_it(start: Start, screen: str, tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtDBus")
    log = tmp_path / "watcher.log"
    play = f'"{sys.executable}" "{HERE / "tray_watcher.py"}" >"{log}" & sleep 2; exec "$@"'
    here = environ(screen, tmp_path)
    scene = start("dbus-run-session", "--", "bash", "-c", play, "tray", *scene_words(tmp_path), **here)
    assert ask(scene) == "ready True"
    assert ask(scene, "keep")
    assert ask(scene, "shown") == "gone"
    assert until(lambda: "icon" in log.read_text())
    assert "| GANStudio | Active |" in log.read_text()


@pytest.mark.skipif("Xvfb" in _TOOLS, reason="not installed: Xvfb")
def test_without_a_place_the_window_becomes_small(start: Start, screen: str, tmp_path: Path) -> None:
    here = environ(screen, tmp_path) | {"DBUS_SESSION_BUS_ADDRESS": ""}
    scene = start(*scene_words(tmp_path), **here)
    assert ask(scene) == "ready False"
    assert ask(scene, "keep") == "none"
    assert ask(scene, "shown") == "small"
