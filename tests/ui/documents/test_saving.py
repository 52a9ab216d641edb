"""Saving and closing: the opened photo is never written to, and nothing is lost without a question."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import Pool, flip
from ganstudio.core.document.project import open_project
from ganstudio.core.progress import Progress
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import DocumentActions, Documents, OpenDocument
from ganstudio.ui.documents.dialog import Question

Open = Callable[[Path], OpenDocument]
Said = Callable[[], list[str]]


def asked_for_a_file(qtbot: QtBot) -> QFileDialog:
    """The file dialog that is open."""

    def found() -> list[QFileDialog]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, QFileDialog) and one.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def edited(document: OpenDocument) -> None:
    document.do(flip(document.state, True))


@pytest.fixture
def actions(desk: Desk, documents: Documents, host: QWidget) -> DocumentActions:
    host.show()
    return DocumentActions(desk, documents)


def test_saving_a_photo_asks_for_a_project_beside_it_and_leaves_the_photo(
    qtbot: QtBot, desk: Desk, documents: Documents, actions: DocumentActions, opened: Open, photo: Path, said: Said
) -> None:
    before = digest(photo)
    document = opened(photo)
    edited(document)
    assert document.modified
    desk.actions.action("file.save").trigger()
    dialog = asked_for_a_file(qtbot)
    assert dialog.selectedFiles() == [str(photo.with_suffix(".ganstudio"))]
    with qtbot.waitSignal(document.saved):
        dialog.accept()
    project = photo.with_suffix(".ganstudio")
    assert digest(photo) == before
    assert (document.project, document.title, document.modified) == (project, "photo.ganstudio", False)
    assert "Your originals are never changed." in said()[-1]
    assert desk.settings.recent[0] == project
    pool = Pool(1 << 20)
    kept = open_project(project, pool, Progress()).layers[0].pixels.rows(0, 200)
    assert np.array_equal(kept, document.state.layers[0].pixels.rows(0, 200))
    pool.close()
    edited(document)
    with qtbot.waitSignal(document.saved):  # now it has a place: nothing is asked
        desk.actions.action("file.save").trigger()
    assert digest(photo) == before


def test_a_photos_own_name_is_never_taken(
    qtbot: QtBot, desk: Desk, actions: DocumentActions, opened: Open, photo: Path
) -> None:
    before = digest(photo)
    document = opened(photo)
    desk.actions.action("file.save_as").trigger()
    dialog = asked_for_a_file(qtbot)
    dialog.hide()
    with qtbot.waitSignal(document.saved):
        dialog.fileSelected.emit(str(photo))
    assert digest(photo) == before
    assert document.project == photo.with_name("photo.jpg.ganstudio")
    dialog.reject()


def test_an_edit_during_the_saving_is_not_taken_for_saved(
    qtbot: QtBot, desk: Desk, actions: DocumentActions, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    document.project = photo.with_suffix(".ganstudio")
    with qtbot.waitSignal(document.saved):
        desk.actions.action("file.save").trigger()
        assert document.saving
        edited(document)
    assert document.modified
    assert not document.saving
    document.doc.mark_saved(document.state)


def test_a_full_disk_is_a_sentence_and_the_old_project_stays(
    qtbot: QtBot,
    desk: Desk,
    actions: DocumentActions,
    opened: Open,
    photo: Path,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = opened(photo)
    project = document.project = photo.with_suffix(".ganstudio")
    with qtbot.waitSignal(document.saved):
        desk.actions.action("file.save").trigger()
    before = digest(project)
    edited(document)

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with qtbot.waitSignal(desk.notices.failed) as blocker:
        desk.actions.action("file.save").trigger()
    monkeypatch.undo()
    assert "disk is full" in said()[-1].lower()
    assert blocker.args is not None and blocker.args[0].again is not None
    assert digest(project) == before
    assert document.modified
    assert sorted(one.name for one in photo.parent.iterdir()) == ["photo.ganstudio", "photo.jpg"]
    document.doc.mark_saved(document.state)


def test_a_folder_that_is_gone_is_a_sentence(
    qtbot: QtBot, desk: Desk, actions: DocumentActions, opened: Open, photo: Path, said: Said
) -> None:
    document = opened(photo)
    document.project = photo.parent / "gone" / "a.ganstudio"
    edited(document)
    with qtbot.waitSignal(desk.notices.failed):
        desk.actions.action("file.save").trigger()
    assert said()[-1].startswith("photo.jpg was not saved.")
    document.doc.mark_saved(document.state)


def test_a_file_removed_while_open_changes_nothing(
    qtbot: QtBot, desk: Desk, actions: DocumentActions, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    photo.unlink()
    edited(document)
    assert document.state.layers[0].pixels.rows(0, 200).shape == (200, 320, 3)
    document.project = photo.with_suffix(".ganstudio")
    with qtbot.waitSignal(document.saved):
        desk.actions.action("file.save").trigger()


def test_closing_what_is_unchanged_asks_nothing(
    qtbot: QtBot, desk: Desk, documents: Documents, actions: DocumentActions, opened: Open, photo: Path
) -> None:
    opened(photo)
    desk.actions.action("file.close").trigger()
    assert documents.entries == []
    qtbot.waitUntil(lambda: not desk.actions.action("file.save").isEnabled())


@pytest.mark.parametrize("answer", ["discard", "cancel", "save"])
def test_closing_with_changes_asks_beside_the_work(
    qtbot: QtBot, desk: Desk, documents: Documents, actions: DocumentActions, opened: Open, photo: Path, answer: str
) -> None:
    document = opened(photo)
    document.project = photo.with_suffix(".ganstudio")
    edited(document)
    assert not documents.close(document)
    question = document.question
    assert isinstance(question, Question) and question.isVisible() and not question.isModal()
    assert not documents.close(document)
    assert document.question is question  # asked once
    if answer == "save":
        with qtbot.waitSignal(documents.closed):
            question.buttons[answer].click()
        assert document.project.is_file()
    else:
        question.buttons[answer].click()
        assert (document in documents.all) is (answer == "cancel")
        assert document.question is None
    document.doc.mark_saved(document.state)


def test_quitting_asks_once_for_all(
    qtbot: QtBot, documents: Documents, actions: DocumentActions, opened: Open, photo: Path, host: QWidget
) -> None:
    assert documents.may_quit()
    document = opened(photo)
    assert documents.may_quit()
    document.project = photo.with_suffix(".ganstudio")
    edited(document)
    titles: list[str] = []

    def press(id: str) -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, Question)
        titles.append(question.windowTitle())
        question.buttons[id].click()

    for id, may in (("cancel", False), ("discard", True)):
        QTimer.singleShot(50, lambda id=id: press(id))
        assert documents.may_quit() is may
    assert titles == ["Quit with 1 picture that is not saved?"] * 2
    QTimer.singleShot(50, lambda: press("save"))
    assert not documents.may_quit()
    qtbot.waitUntil(lambda: not host.isVisible(), timeout=10_000)  # saved, then closed again by itself
    assert not document.modified
