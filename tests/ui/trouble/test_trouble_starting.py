"""Starting where something is wrong: settings, folders, locks, no environment; and after a crash."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from ganstudio.core.document.recovery import recoverable
from ganstudio.core.settings import SettingsStore
from ganstudio.jobs.journal import FILE, Journal
from ganstudio.ui.frame.window import Window
from ganstudio.ui.notices import Trouble
from ganstudio.ui.starting.asked import asked

from .conftest import Room, close_whole, open_whole, samples, wait, written

ROOT = Path(__file__).resolve().parents[3]
DAMAGED = [
    b"\x00\xff\xfe garbage",
    b"[" * 100_000,
    json.dumps(
        {
            "version": 1,
            "settings": {"theme": 7, "text_scale": "x", "language": ["a"], "threads": -5, "device": None},
            "recent": [1, None, "a\x00b", "/no/such.png"],
            "memory": {
                "window.geometry": "AAAA", "window.workspace": 3, "keys": [1], "palette.recent": {"a": 1},
                "workspace.edit": {"open": ["a\x00b", 5, "/no/such.png"], "panels": 3, "brush": [1], "tool": None},
                "workspace.batch": {"columns": "x", "recipe": 3, "output": [1]},
            },
        }
    ).encode(),
]  # fmt: skip


@pytest.fixture
def windows(qapp: QApplication) -> Iterator[list[Window]]:
    """Ended after the test."""
    opened: list[Window] = []
    yield opened
    for window in opened:
        close_whole(window)


def faults(room: Room) -> list[str]:
    """The error cards that say the program is at fault."""
    return [one.report for one in room.desk.notices.log if isinstance(one, Trouble) and one.bug]


@pytest.mark.parametrize("number", range(len(DAMAGED)))
def test_damaged_settings(own_home: Path, windows: list[Window], number: int) -> None:
    (own_home / "settings.json").write_bytes(DAMAGED[number])
    windows.append(open_whole(own_home))
    room = Room(windows[0])
    wait(lambda: not room.edit.documents.arriving)
    assert faults(room) == []
    assert any("damaged" in getattr(one, "text", "") for one in room.desk.notices.log)
    room.desk.settings.change(theme="dark")
    room.window.close()
    assert SettingsStore(own_home / "settings.json").value.theme == "dark"


@pytest.mark.parametrize("kind", ["a file", "sealed"])
def test_a_data_folder_that_cannot_be_written_to(
    kind: str, tmp_path: Path, windows: list[Window], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window opens, shows pictures and says what cannot be kept; nothing looks like a fault of the program."""
    home = tmp_path / "home" if kind == "a file" else request.getfixturevalue("sealed")
    if kind == "a file":
        home.write_text("a file where the folder should be")
    monkeypatch.setenv("GANSTUDIO_HOME", str(home))
    windows.append(open_whole(home))
    room = Room(windows[0])
    document = room.open(written(tmp_path / "photo.png"))
    room.desk.settings.change(theme="dark")
    wait(lambda: any("settings cannot be saved" in one for one in room.said()))
    room.desk.settings.change(theme="light")
    room.edit.document_actions.export()
    dialog = room.edit.document_actions._exports[-1]
    dialog.name.set_text("out.png")
    dialog.start()
    wait(lambda: not dialog.isVisible())
    room.window.show_workspace("batch")
    document.undo()
    room.edit.documents.open_image(written(tmp_path / "b.png").read_bytes(), "Pasted picture")
    wait(lambda: not room.edit.documents.arriving and not room.desk.background.busy)
    assert (tmp_path / "out.png").is_file()
    assert faults(room) == []
    assert sum("settings cannot be saved" in one for one in room.said()) == 1
    room.window.close()
    assert room.window.desk is None


def test_the_journal_is_locked_by_another_program(own_home: Path, windows: list[Window], tmp_path: Path) -> None:
    Journal(own_home / FILE).close()
    other = sqlite3.connect(own_home / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        windows.append(open_whole(own_home))
        room = Room(windows[0])
        room.window.show_workspace("batch")
        room.window.open_paths([tmp_path])
        assert room.open(written(tmp_path / "photo.png")).state.width == 96
    finally:
        other.execute("ROLLBACK")
        other.close()
    wait(lambda: not room.desk.background.busy)
    assert faults(room) == []


def test_two_windows_with_one_settings_file(own_home: Path, windows: list[Window]) -> None:
    windows += [open_whole(own_home), open_whole(own_home)]
    one, two = Room(windows[0]), Room(windows[1])
    one.desk.settings.change(theme="dark")
    two.desk.settings.change(text_scale=130)
    one.desk.settings.add_recent(own_home / "one.png")
    one.desk.settings.flush()
    two.desk.settings.flush()
    two.desk.settings.change(threads=3)
    one.window.close()
    two.window.close()
    value = SettingsStore(own_home / "settings.json").value
    assert (value.theme, value.text_scale, value.threads) == ("dark", 130, 3)
    assert not list(own_home.glob("*.part")) and not list(own_home.glob("*damaged*"))


CRASHER = """
import hashlib, sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from ganstudio.core.settings import SettingsStore
from ganstudio.core.paths import home
from ganstudio.ui.starting.app import make_application, open_window
from tests.ui.trouble.conftest import Room, added, open_whole, samples, wait
from ganstudio.ui.starting.app import dress
app = make_application()
dress(app)
room = Room(open_whole(home()))
document = room.open(Path(sys.argv[1]))
document.do(added(document.state, 7))
document.safety.write_now()
wait(lambda: not room.desk.background.busy)
print(hashlib.sha256(b"".join(samples(document.state))).hexdigest(), flush=True)
while True:
    QCoreApplication.processEvents()
    time.sleep(0.01)
"""


@pytest.mark.skipif(os.name != "posix", reason="ended by a signal")
def test_after_a_crash_the_document_is_what_it_was(own_home: Path, windows: list[Window], tmp_path: Path) -> None:
    path = written(tmp_path / "photo.png", 300, 200)
    before = path.read_bytes()
    words = [sys.executable, "-c", CRASHER, str(path)]
    crashing = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, stdout=-1)
    assert crashing.stdout is not None
    said = crashing.stdout.readline().decode().strip()
    assert len(said) == 64 and recoverable() == []  # it lives: it is its own
    crashing.send_signal(signal.SIGKILL)
    crashing.communicate()
    windows.append(open_whole(own_home))
    room = Room(windows[0])
    wait(lambda: room.edit.recovery.question is not None)
    question = room.edit.recovery.question
    assert question is not None and not question.isModal()
    question.buttons["recover"].click()
    wait(lambda: room.edit.documents.all and room.edit.documents.all[-1].modified)
    document = room.edit.documents.all[-1]
    assert hashlib.sha256(b"".join(samples(document.state))).hexdigest() == said
    assert path.read_bytes() == before and document.title == "photo.png"
    room.edit.documents.discard(document)


def test_two_starts_at_once_are_one_window(own_home: Path, qapp: QApplication, tmp_path: Path) -> None:
    """Both files are open in the one that stays."""
    paths = [written(tmp_path / name) for name in ("a.png", "b.png")]
    started = []
    for path in paths:
        process = QProcess()
        environment = process.processEnvironment().systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        environment.insert("GANSTUDIO_HOME", str(own_home))
        environment.insert("PYTHONPATH", str(ROOT))
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(tmp_path))
        process.start(sys.executable, ["-m", "ganstudio", path.name])  # as one says it, in another folder
        started.append(process)
    wait(lambda: any(one.state() == QProcess.ProcessState.NotRunning for one in started))
    stays = [one for one in started if one.state() != QProcess.ProcessState.NotRunning]
    assert len(stays) == 1
    ended = next(one for one in started if one not in stays)
    assert ended.exitCode() == 0, bytes(ended.readAllStandardError().data())

    def recent() -> set[str]:
        file = own_home / "settings.json"
        return set(json.loads(file.read_text("utf-8"))["recent"]) if file.exists() else set()

    wait(lambda: recent() == {str(path) for path in paths})
    stays[0].kill()
    stays[0].waitForFinished()


@pytest.mark.skipif(os.name != "posix", reason="the folder and the environment of Linux and macOS")
def test_started_from_the_root_with_an_empty_environment(tmp_path: Path) -> None:
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import runpy; "
               "sys.argv[0] = 'ganstudio'; runpy.run_module('ganstudio', run_name='__main__')"]  # fmt: skip
    photo = written(tmp_path / "photo é.png")
    ended = subprocess.run([*program, str(photo)], cwd="/", env={}, capture_output=True, timeout=60, check=False)
    if sys.platform == "linux":
        assert ended.returncode == 2 and ended.stderr.count(b"\n") == 1 and b"no display" in ended.stderr
    environ = {"QT_QPA_PLATFORM": "offscreen", "GANSTUDIO_HOME": str(tmp_path / "home")}
    words = [*program, os.path.relpath(photo, "/")]
    running = subprocess.Popen(words, cwd="/", env=environ, stderr=subprocess.PIPE)
    file = tmp_path / "home" / "settings.json"
    wait(lambda: running.poll() is not None or (file.exists() and str(photo) in file.read_text("utf-8")))
    assert running.poll() is None, running.communicate()
    running.kill()
    running.communicate()


def test_files_of_a_command_line_keep_their_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert asked(["photo.jpg", "--new-instance"]).paths == [tmp_path / "photo.jpg"]
