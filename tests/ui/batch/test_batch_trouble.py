"""Trouble with the queue: closed at every state, what cannot fit, all failed alike, a dead engine, a folder gone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.codecs import peek
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import State
from ganstudio.ui.batch.workspace import BatchWorkspace
from ganstudio.ui.desk import Desk, close_desk, open_desk
from ganstudio.ui.widgets import Button
from tests.jobs.harness import doubling, folder_of, noise

Fill = Callable[[int], BatchWorkspace]


def states(workspace: BatchWorkspace) -> dict[State, int]:
    return {state: count for state, count in workspace.model.counts.items() if count}


def begin(workspace: BatchWorkspace, qtbot: QtBot) -> None:
    workspace.start()
    qtbot.waitUntil(lambda: workspace.model.counts[State.DONE] > 0, timeout=60_000)


def go_on(workspace: BatchWorkspace) -> Button | QPushButton:
    assert workspace.notice is not None
    return next(one for one in workspace.notice.findChildren(Button) if one.text() == "Go on")


@pytest.mark.parametrize("at", ["idle", "adding", "running", "paused", "stopping"])
def test_the_window_is_closed(at: str, qtbot: QtBot, tmp_path: Path) -> None:
    """Whatever it does: nothing is lost, nothing is half, and next time the rest waits."""
    host = QWidget()
    desk = open_desk(host)
    workspace = BatchWorkspace(desk)
    workspace.resize(1280, 720)
    workspace.show()
    workspace.side.recipe.set_recipe(doubling())
    workspace.side.output.folder.edit.setText(str(tmp_path / "out"))
    folder = folder_of(tmp_path / "in", 30)
    workspace.add([folder])
    qtbot.waitUntil(lambda: len(workspace.model.rows) == 30 and not workspace.adder.busy, timeout=10_000)
    if at == "adding":
        many = tmp_path / "many"
        many.mkdir()
        for number in range(6000):
            (many / f"{number}.jpg").write_bytes(b"x")
        workspace.add([many])
        qtbot.waitUntil(lambda: len(workspace.model.rows) > 30, timeout=20_000)
    elif at != "idle":
        begin(workspace, qtbot)
    if at == "paused":
        workspace.pause()
        qtbot.waitUntil(lambda: workspace.runner.status is None or workspace.runner.status.paused, timeout=10_000)
    elif at == "stopping":
        workspace.stop()
    workspace.closing()
    close_desk(desk)
    workspace.close()
    workspace.deleteLater()
    host.deleteLater()
    journal = Journal.usual()
    try:
        whole = [30] if at != "adding" else [30, 6000]  # what was being added is there as a whole, or not at all
        qtbot.waitUntil(lambda: [one.added for one in journal.batches()] in ([30], whole), timeout=10_000)
        journal.orphans()
        jobs = [*journal.jobs(journal.batches()[0])]
        assert len(jobs) == 30
        assert {job.state for job in jobs} <= {State.DONE, State.WAITING}
        for job in jobs:
            if job.state is State.DONE:
                assert job.output is not None
                assert peek(job.output).width == 96
        assert len(list(folder.iterdir())) == 30
    finally:
        journal.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    if sys.platform != "linux":
        pytest.skip("only Linux can make a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here: that needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_what_cannot_fit_is_said_before_the_start_and_not_started(
    workspace: BatchWorkspace, desk: Desk, qtbot: QtBot, tmp_path: Path, small_disk: Path
) -> None:
    workspace.side.output.folder.edit.setText(str(small_disk / "out"))
    for number in range(3):
        noise(tmp_path / "in" / f"{number}.png", number, 400)
    workspace.add([tmp_path / "in"])
    qtbot.waitUntil(lambda: len(workspace.model.rows) == 3, timeout=10_000)
    qtbot.waitUntil(lambda: workspace.notice is not None, timeout=10_000)
    assert workspace.notice is not None
    assert workspace.notice.title == "The results do not fit on the disk."
    workspace.bar.quiet()
    workspace.start()
    qtbot.waitUntil(lambda: workspace.notice is not None, timeout=10_000)
    assert workspace.notice.title == "The batch was not started."
    assert "are free at" in workspace.notice.accessibleDescription()
    assert desk.engine.pid is None
    assert states(workspace) == {State.WAITING: 3}


def test_all_failed_alike_is_one_notice(workspace: BatchWorkspace, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.png").write_bytes(b"")
    workspace.add([folder])
    qtbot.waitUntil(lambda: len(workspace.model.rows) == 5 and not workspace.adder.busy, timeout=10_000)
    said: list[str] = []
    workspace.ending.troubled.connect(lambda title, _lines: said.append(title))
    workspace.start()
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert said == ["All pictures failed for the same reason."]
    qtbot.waitUntil(lambda: states(workspace) == {State.FAILED: 5}, timeout=5000)
    assert workspace.notice is not None


def test_after_the_engine_was_killed_it_goes_on_by_a_press(filled: Fill, desk: Desk, qtbot: QtBot) -> None:
    workspace = filled(40)
    begin(workspace, qtbot)
    assert desk.engine.pid is not None
    os.kill(desk.engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: workspace.notice is not None and not workspace.runner.running, timeout=20_000)
    qtbot.waitUntil(lambda: not workspace.model.counts[State.RUNNING], timeout=10_000)
    go_on(workspace).click()
    assert workspace.notice is None
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 40}, timeout=60_000)


def test_a_folder_that_comes_back_is_gone_on_with(filled: Fill, qtbot: QtBot, tmp_path: Path) -> None:
    workspace = filled(3)
    shutil.rmtree(tmp_path / "out")
    workspace.start()
    qtbot.waitUntil(lambda: workspace.notice is not None and not workspace.runner.running, timeout=60_000)
    qtbot.waitUntil(lambda: states(workspace) == {State.WAITING: 3}, timeout=5000)
    (tmp_path / "out").mkdir()
    go_on(workspace).click()
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 3}, timeout=60_000)


def test_the_end_is_told_outside_only_where_nobody_looks(filled: Fill, qtbot: QtBot) -> None:
    workspace = filled(2)
    told: list[tuple[str, str]] = []
    workspace.notified.connect(lambda title, text: told.append((title, text)))
    workspace.start()
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 2}, timeout=60_000)
    qtbot.waitUntil(lambda: not workspace.runner.running, timeout=10_000)
    assert [title for title, _text in told] in ([], ["The batch is done"])
    assert bool(told) != workspace.window().isActiveWindow()
