"""The window is closed: while it runs, while it saves, with what is not saved, from beside the clock, over a dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ganstudio.core.document import Pool
from ganstudio.core.document.project import open_project
from ganstudio.core.document.recovery import folder
from ganstudio.core.progress import Progress
from ganstudio.jobs.remote.messages import BatchOrder
from ganstudio.ui.documents.saving import SaveProject
from ganstudio.ui.frame import closing

from .conftest import Room, added, close_whole, open_whole, press, samples, wait, written

QUIT = ["Quit without saving", "Stay", "Save"]


@pytest.fixture
def own(own_home: Path, qapp: object) -> Iterator[Room]:
    """A window for this test alone: it ends."""
    window = open_whole(own_home)
    yield Room(window)
    close_whole(window)


def changed(room: Room, tmp_path: Path) -> Path:
    """A photo with a change, whose project is known; where that will be."""
    document = room.open(written(tmp_path / "photo.png"))
    document.project = tmp_path / "photo.ganstudio"
    document.do(added(document.state))
    return document.project


def test_every_answer_for_what_is_not_saved(own: Room, tmp_path: Path) -> None:
    project = changed(own, tmp_path)
    document = own.edit.documents.all[0]
    shown = samples(document.state)
    asked = press(["Stay"])
    own.window.close()
    assert len(asked) == 1 and own.window.isVisible() and own.window.desk is not None and document.modified
    press(["Save"])
    own.window.close()
    wait(lambda: own.window.desk is None)  # saved, then closed by itself
    assert samples(open_project(project, Pool(), Progress())) == shown


def test_without_saving_nothing_is_left(own: Room, tmp_path: Path) -> None:
    project = changed(own, tmp_path)
    document = own.edit.documents.all[0]
    document.safety.write_now()
    wait(lambda: folder().is_dir() and list(folder().glob("*.ganstudio")) and not own.desk.background.busy)
    press(["Quit without saving"])
    own.window.close()
    assert own.window.desk is None and not project.exists()
    assert list(folder().iterdir()) == []


def test_quitting_from_beside_the_clock_asks_for_what_is_not_saved(own: Room, tmp_path: Path) -> None:
    changed(own, tmp_path)
    shell = own.window.shell
    assert shell is not None
    shell.leaving.keep_going()
    assert not own.window.isVisible() or own.window.isMinimized(), "small where there is no place for the icon"
    asked = press(["Stay"])
    shell.leaving.quit_from_tray()
    assert len(asked) == 1 and own.window.isVisible() and own.window.desk is not None
    assert own.edit.documents.all[0].modified
    press(["Quit without saving"])
    shell.leaving.quit_from_tray()
    assert own.window.desk is None


def test_closed_while_it_runs_with_something_unsaved(own: Room, tmp_path: Path) -> None:
    """Asked for both; whoever stays has lost nothing, and what runs goes on."""
    assert own.edit.choose_model("quick")
    changed(own, tmp_path)
    own.edit.tooling.run()
    runner = own.edit.tooling.runner
    asked = press(["Stop the work", "Stay"])
    own.window.close()
    assert asked == ["Work is running", "Quit with 1 picture that is not saved?"]
    assert own.window.isVisible() and runner.runs
    asked = press(["Do not close"])  # asked anew
    own.window.close()
    assert asked == ["Work is running"] and runner.runs
    press(["Stop the work", "Quit without saving"])
    own.window.close()
    assert own.window.desk is None and own.desk.engine.pid is None


def test_closed_while_it_saves(own: Room, tmp_path: Path) -> None:
    """What is being written is not given up without a word, also of a picture that has no changes."""
    document = own.open(written(tmp_path / "photo.png", 800, 600))
    target = tmp_path / "photo.ganstudio"
    SaveProject(own.edit.documents, document)._write(target)
    assert document.saving and own.edit.busy() == "photo.png is being saved."
    asked = press(["Do not close"])
    own.window.close()
    assert asked == ["Work is running"]
    wait(lambda: not document.saving)
    assert target.is_file() and own.edit.busy() == ""


def test_save_and_quit_while_it_saves(own: Room, tmp_path: Path) -> None:
    project = changed(own, tmp_path)
    document = own.edit.documents.all[0]
    SaveProject(own.edit.documents, document).save()
    assert document.saving
    left: list[object] = []
    SaveProject(own.edit.documents, document, left.append).save()  # as Quit and Close ask for it
    wait(lambda: left)
    assert left == [document] and not document.modified and project.is_file()


def test_dialogs_stand_open(own: Room, tmp_path: Path) -> None:
    assert own.window.shell is not None
    changed(own, tmp_path)
    own.edit.documents.close(own.edit.documents.all[0])  # asks, beside the work
    own.edit.document_actions.export()
    own.window.shell.open_preferences()
    own.window.shell.open_palette()
    press(["Quit without saving"])
    own.window.close()
    assert own.window.desk is None and not own.window.isVisible()


def test_a_question_over_the_question(own: Room, tmp_path: Path) -> None:
    """The window is told to close again while it asks: still one question."""
    changed(own, tmp_path)
    seen: list[int] = []
    QTimer.singleShot(60, own.window.close)
    QTimer.singleShot(160, lambda: seen.append(_questions()))
    QTimer.singleShot(200, _pressed("Stay"))
    own.window.close()
    assert seen == [1] and own.window.desk is not None
    own.edit.documents.all[0].doc.mark_saved(own.edit.documents.all[0].state)


def _questions() -> int:
    return sum(one.isModal() and one.isVisible() for one in QApplication.topLevelWidgets())


def _pressed(word: str) -> Callable[[], None]:
    def call() -> None:
        press([word])

    return call


def test_a_part_that_fails_does_not_keep_the_window(own: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(own.edit, "closing", broken)
    gone: list[bool] = []
    own.window.gone.connect(lambda: gone.append(True))
    own.window.close()
    assert gone == [True] and own.window.desk is None
    own.edit.tooling.closing()


def test_a_batch_is_not_paused_by_a_window_that_stays(own: Room, tmp_path: Path) -> None:
    changed(own, tmp_path)
    shell = own.window.shell
    assert shell is not None
    sent: list[object] = []

    def send(message: object) -> None:
        if isinstance(message, BatchOrder):  # models are warmed and gauged meanwhile
            sent.append(message)

    own.desk.engine._client.send = send  # type: ignore[method-assign]
    shell.leaving._answer = closing.PAUSE
    press(["Stay"])
    assert not shell.leaving.may_close() and sent == []
    press(["Quit without saving"])
    shell.leaving._answer = closing.PAUSE
    assert shell.leaving.may_close() and len(sent) == 1
