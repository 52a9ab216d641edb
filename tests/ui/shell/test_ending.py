"""The end of the window: with and without work, beside the clock, and a start that fails."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog
from pytestqt.qtbot import QtBot

from ganstudio.ui.frame import closing
from ganstudio.ui.frame.closing import CloseQuestion
from ganstudio.ui.frame.window import Window
from ganstudio.ui.workspace import Workspace

from .conftest import Open


class Busy(Workspace):
    """A workspace that always works."""

    id, title = "busy", "Busy"
    closed = 0

    def busy(self) -> str:
        return "A batch is running: 3 of 9 pictures are done."

    def closing(self) -> None:
        Busy.closed += 1


def work(window: Window) -> Busy:
    assert window.desk is not None
    busy = Busy(window.desk, window)
    window.workspaces["busy"] = busy
    return busy


def answer(window: Window, word: str) -> list[str]:
    """Close the window and press the button with this answer when the question comes; what the question said."""
    said: list[str] = []

    def press() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, CloseQuestion)
        said.append(" ".join(one.text() for one in question.findChildren(QAbstractButton)))
        buttons = [one for one in question.findChildren(QAbstractButton) if one.property("answer") == word]
        buttons[0].click()

    QTimer.singleShot(50, press)
    window.close()
    return said


def test_without_work_nothing_is_asked(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.gone):
        window.close()
    assert window.desk is None and not window.isVisible()


def test_it_is_asked_once_and_stays_when_told(window: Window, qtbot: QtBot) -> None:
    work(window)
    Busy.closed = 0
    assert len(answer(window, closing.STAY)) == 1
    assert window.isVisible() and window.desk is not None and not Busy.closed
    with qtbot.waitSignal(window.gone):
        assert "Stop the work" in answer(window, closing.STOP)[0]
    assert Busy.closed == 1


def test_kept_going_comes_back_by_a_second_start(window: Window, qtbot: QtBot) -> None:
    work(window)
    assert window.shell is not None
    window.shell.leaving.keep_going()
    assert window.isMinimized(), "no clock here: small, so that it can be reached"
    assert window.desk is not None
    window.handed_over([])
    assert window.isVisible() and not window.isMinimized()
    window.workspaces.pop("busy")


@pytest.mark.parametrize(("pausable", "tray"), [(True, True), (True, False), (False, True), (False, False)])
def test_only_what_is_possible_is_offered(qtbot: QtBot, pausable: bool, tray: bool) -> None:
    question = CloseQuestion(["Work."], pausable, tray)
    qtbot.addWidget(question)
    offered = {one.property("answer") for one in question.findChildren(QAbstractButton)} - {None}
    expected = {closing.STOP, closing.STAY}
    expected |= {closing.PAUSE} if pausable else set()
    expected |= {closing.KEEP} if tray else set()
    assert offered == expected
    question.reject()
    assert question.answer == closing.STAY and question.result() == QDialog.DialogCode.Rejected


def test_a_start_that_fails_says_so(open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganstudio.core.settings import SettingsStore
    from ganstudio.ui.frame import window as module

    def broken(*_given: object) -> Workspace:
        raise ImportError("No module named ganstudio.ui.edit")

    monkeypatch.setattr(module, "make", broken)
    window = Window(SettingsStore())
    window.painted.connect(window.start)
    with qtbot.waitSignal(window.broken) as heard:
        window.show()
    assert heard.args is not None and "No module named ganstudio.ui.edit" in heard.args[0]
    button = next(one for one in window.findChildren(QAbstractButton) if one.text() == "Copy report")
    button.click()
    assert "ImportError" in QApplication.clipboard().text()
    with qtbot.waitSignal(window.gone):
        window.close()
    window.deleteLater()


@pytest.mark.skipif(os.name != "posix", reason="ended by a signal")
def test_an_engine_that_is_killed_is_told_of_and_comes_back(window: Window, qtbot: QtBot) -> None:
    assert window.desk is not None
    desk = window.desk
    qtbot.waitUntil(lambda: desk.engine.state == "ready", timeout=60_000)
    assert desk.engine.pid is not None
    os.kill(desk.engine.pid, signal.SIGKILL)
    with qtbot.waitSignal(desk.notices.toasted, timeout=20_000):
        pass
    assert getattr(desk.notices.log[-1], "text", "") == "The engine stopped and was started again."
    qtbot.waitUntil(lambda: desk.engine.state == "ready", timeout=60_000)
