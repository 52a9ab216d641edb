"""What trouble is made with: one whole window with its engine for many tests, pictures, a small disk, what was said."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication

from ganstudio.core.codecs import SaveOptions, write
from ganstudio.core.document import Edit, State, add, state_of
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.core.settings import SettingsStore
from ganstudio.ui.documents import OpenDocument
from ganstudio.ui.documents.loading import Opened
from ganstudio.ui.edit.workspace import EditWorkspace
from ganstudio.ui.frame.window import Window
from tests.ui.edit.conftest import photo as made


def wait(there: Callable[[], object], seconds: float = 20.0) -> None:
    """As qtbot.waitUntil, also where there is no test: events are handled until something holds."""
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not come"
        QCoreApplication.processEvents()
        time.sleep(0.002)


def written(path: Path, width: int = 96, height: int = 64, seed: int = 1) -> Path:
    """A PNG, or what the name says."""
    write(Picture.of(made(width, height, seed)), path, SaveOptions(format=path.suffix[1:]), Progress())
    return path


def added(state: State, seed: int = 5) -> Edit:
    """One more layer over all."""
    return add(state, Tiles.of(state.pool, Picture.of(made(state.width, state.height, seed))), "Added")


def samples(state: State) -> list[bytes]:
    """All that a document is: every layer's samples, as bytes."""
    return [layer.pixels.read(layer.pixels.rect).tobytes() for layer in state.layers]


def press(answers: list[str]) -> list[str]:
    """Press these buttons, by their texts, in the dialogs that will ask; what was asked comes into the list."""
    asked: list[str] = []

    def look() -> None:
        question = QApplication.activeModalWidget()
        if question is not None and answers:
            asked.append(question.windowTitle())
            word = answers.pop(0)
            next(one for one in question.findChildren(QAbstractButton) if one.text() == word).click()
        if answers:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)
    return asked


class Room:
    """A window that is there, its workspace Edit, and what it said since the test began."""

    def __init__(self, window: Window) -> None:
        assert window.desk is not None
        self.window, self.desk = window, window.desk
        edit = window.workspaces["edit"]
        assert isinstance(edit, EditWorkspace)
        self.edit: EditWorkspace = edit
        self._before = len(self.desk.notices.log)

    def said(self) -> list[str]:
        log = self.desk.notices.log[self._before :]
        return [getattr(one, "text", "") or " ".join([one.title, *one.lines]) for one in log]  # type: ignore[union-attr]

    def open(self, path: Path) -> OpenDocument:
        before = len(self.edit.documents.all)
        self.window.open_paths([path])
        wait(lambda: len(self.edit.documents.all) > before)
        document = self.edit.documents.all[-1]
        self.edit.documents.set_current(document)
        return document

    def take(self, width: int = 96, height: int = 64, seed: int = 1) -> OpenDocument:
        state = state_of(self.desk.pool, Picture.of(made(width, height, seed)), "Background")
        document = self.edit.documents.take(Opened(state, "made.png"))
        self.edit.documents.set_current(document)
        return document

    def run(self) -> None:
        """The Tool in front on the document in front, to its end."""
        self.edit.tooling.run()
        assert self.edit.tooling.runner.runs, self.said()
        wait(lambda: not self.edit.tooling.runner.runs)

    def tidy(self) -> None:
        for document in self.edit.documents.all:
            self.edit.tooling.runner.stop(self.edit.sessions[document])
            self.edit.documents.discard(document)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a module's window."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def standing(home: Path, qapp: QApplication) -> Iterator[Window]:
    """A window that many tests use."""
    window = open_whole(home)
    yield window
    close_whole(window)


def open_whole(home: Path, **settings: object) -> Window:
    """Shown and furnished, with nothing open."""
    store = SettingsStore(home / "settings.json")
    store.set(**settings)
    store.remember("workspace.edit", {"hint_seen": True})
    window = Window(store)
    window.resize(1280, 720)
    window.painted.connect(window.furnish)
    window.show()
    wait(lambda: window.desk is not None and window.shell is not None)
    edit = window.workspaces["edit"]
    assert isinstance(edit, EditWorkspace)
    wait(lambda: edit._begun)
    model = edit.column.tools.panels["upscale"].model
    wait(lambda: model is not None and model.choices)
    return window


def close_whole(window: Window) -> None:
    window.end()
    window.close()
    window.deleteLater()


@pytest.fixture
def room(standing: Window, home: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv("GANSTUDIO_HOME", str(home))
    room = Room(standing)
    assert room.edit.choose_model("quick")
    yield room
    room.tidy()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=3m")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write to, not even root."""
    folder = tmp_path / "sealed"
    folder.mkdir()
    mount(folder, "size=1m,ro")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def mount(folder: Path, options: str) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux can make a small disk")
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here: that needs root")


def pixels(path: Path) -> np.ndarray:
    from PIL import Image

    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))
