"""Background, notices and actions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.errors import BadInput, Cancelled
from ganstudio.core.progress import Progress
from ganstudio.ui import errors
from ganstudio.ui.actions import Actions, ActionSpec
from ganstudio.ui.actions_table import MENUS, all_specs
from ganstudio.ui.background import Background
from ganstudio.ui.notices import Notices, Toast, Trouble


class Heard(QObject):
    """What came back, and in which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.results: list[object] = []
        self.errors: list[Exception] = []
        self.threads: set[object] = set()

    def done(self, result: object) -> None:
        self.results.append(result)
        self.threads.add(QThread.currentThread())

    def failed(self, error: Exception) -> None:
        self.errors.append(error)
        self.threads.add(QThread.currentThread())


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def background(qapp: object, heard: Heard) -> Iterator[Background]:
    made = Background(heard.failed)
    yield made
    assert made.close(5)


def fail(progress: Progress) -> None:
    raise BadInput("It is broken.")


def test_results_and_errors_come_to_the_gui_thread(qtbot: QtBot, background: Background, heard: Heard) -> None:
    def work(progress: Progress) -> str:
        return threading.current_thread().name

    background.run(work, heard.done, owner=heard)
    background.run(fail, heard.done, heard.failed, owner=heard)
    background.run(fail, owner=heard)  # the window's own ear
    qtbot.waitUntil(lambda: background.busy == 0)
    assert len(heard.results) == 1 and str(heard.results[0]).startswith("background-")
    assert [str(error) for error in heard.errors] == ["It is broken."] * 2
    assert heard.threads == {QThread.currentThread()}


def test_nothing_comes_back_to_who_is_gone_or_cancelled(qtbot: QtBot, background: Background, heard: Heard) -> None:
    go, ended = threading.Event(), threading.Semaphore(0)

    def work(progress: Progress) -> int:
        go.wait(10)
        ended.release()
        progress.check()
        return 1

    from shiboken6 import delete

    owner = QObject()
    background.run(work, heard.done, heard.failed, owner=owner)
    task = background.run(work, heard.done, heard.failed, owner=heard)
    delete(owner)
    task.cancel()
    go.set()
    qtbot.waitUntil(lambda: background.busy == 0)
    assert not heard.results and not heard.errors
    assert ended.acquire(timeout=30)


def test_closing_drops_what_waits(qtbot: QtBot, heard: Heard) -> None:
    made = Background(heard.failed)
    began = threading.Event()

    def work(progress: Progress) -> None:
        began.set()
        while True:
            progress.check()
            time.sleep(0.005)

    for _number in range(10):
        made.run(work, heard.done, owner=heard)
    assert began.wait(60)
    assert made.close(5)
    late = made.run(work, heard.done, owner=heard)
    assert late.cancelled
    QTest.qWait(20)
    assert not heard.results and not heard.errors


def test_notices_are_told_and_kept(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "anna.smith"
    monkeypatch.setenv("HOME", str(folder))
    notices = Notices()
    with qtbot.waitSignal(notices.toasted):
        notices.toast("Done.", ("See", notices.log.clear))
    with qtbot.waitSignal(notices.failed):
        notices.error(BadInput("This is a PDF with the name of a picture.", "Nothing was changed."))
    notices.error(Cancelled())
    try:
        raise ValueError(f"{folder}/photo.jpg")
    except ValueError as error:
        notices.error(error)
    toast, known, bug = notices.log
    assert isinstance(toast, Toast) and toast.text == "Done."
    assert isinstance(known, Trouble) and not known.bug
    assert (known.title, known.lines) == ("This is a PDF with the name of a picture.", ["Nothing was changed."])
    assert isinstance(bug, Trouble) and bug.bug
    assert bug.title == "Something went wrong"
    assert "~/photo.jpg" in bug.report and "anna" not in bug.report
    for number in range(300):
        notices.toast(str(number))
    assert len(notices.log) == 200


def test_a_report_names_no_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("LOGNAME", "anna")
    assert errors.scrub("/home/anna/a.png /home/anna") == "~/a.png ~"
    assert errors.scrub("/home/annabel/a.png") == "/home/annabel/a.png"
    assert errors.scrub("/media/anna/usb/a.png anna") == "/media/~/usb/a.png anna"


def test_the_table_is_whole() -> None:
    specs = {spec.id: spec for spec in all_specs()}
    assert len(specs) == len(all_specs())
    listed = [id for ids in MENUS.values() for id in ids if id != "-"]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(specs)
    assert {id for id in specs if id not in listed} == {id for id in specs if id.startswith("tool.")}
    for spec in specs.values():
        assert spec.text and not spec.text.endswith((".", "!"))
        for key in spec.shortcuts:
            assert not QKeySequence(key).isEmpty(), (spec.id, key)


def test_no_key_twice_in_one_place(qapp: object) -> None:
    host = QWidget()
    actions = Actions(all_specs(), host)
    for spec in actions.specs():
        for key in spec.shortcuts:
            assert not actions.clashes(spec.id, key), (spec.id, key)
        assert len({QKeySequence(key).toString() for key in spec.shortcuts}) == len(spec.shortcuts)


def test_an_action_says_why_it_is_not_possible(qapp: object) -> None:
    host = QWidget()
    actions = Actions([ActionSpec("a", "Do it", "Ctrl+D", scope="edit", when="Needs a picture")], host)
    called, possible = [], [False]
    assert actions.reason("a") == "Needs a picture"
    actions.bind("a", lambda: called.append(1), lambda: possible[0])
    assert actions.reason("a") == "In the workspace Edit"
    actions.set_scope("edit")
    assert actions.reason("a") == "Needs a picture" and not actions.action("a").isEnabled()
    assert "Needs a picture" in actions.action("a").toolTip()
    possible[0] = True
    actions.refresh()
    assert actions.action("a").isEnabled()
    actions.action("a").trigger()
    assert called == [1]
    actions.bind("a", lambda: called.append(2), lambda: "Not on Sundays")
    assert actions.reason("a") == "Not on Sundays"


def test_letters_do_not_act_while_one_writes(qtbot: QtBot) -> None:
    host = QWidget()
    field = QLineEdit(host)
    qtbot.addWidget(host)
    called: list[str] = []
    actions = Actions([ActionSpec("b", "Brush", "B"), ActionSpec("x", "Delete", "Del")], host)
    actions.bind("b", lambda: called.append("b"))
    actions.bind("x", lambda: called.append("x"))
    host.show()
    with qtbot.waitActive(host):
        host.activateWindow()
    field.setFocus()
    qtbot.keyClick(field, "b")
    assert field.text() == "b" and not called
    host.setFocus()
    qtbot.keyClick(host, "b")
    assert called == ["b"]
    actions.set_keys({}, single_letters=False)
    qtbot.keyClick(host, "b")
    assert called == ["b"]
    actions.set_keys({"b": "Ctrl+B"})
    qtbot.keyClick(host, "b")
    assert called == ["b"] and actions.keys_of("b") == "Ctrl+B"
