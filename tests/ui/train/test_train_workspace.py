"""Train: Runs are seen as their folders tell it; a training begun here lives in a process of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.training import plans
from ganstudio.training.run import FAILED, FINISHED, PAUSED, RUNNING, STOP, STOPPED, Order, Run, State, usual_place
from ganstudio.ui.desk import Desk
from ganstudio.ui.train.workspace import TrainWorkspace
from tests.acceptance.making import scene


@pytest.fixture
def room(qtbot: QtBot, desk: Desk) -> Iterator[TrainWorkspace]:
    made = TrainWorkspace(desk)
    qtbot.addWidget(made)
    made.resize(1280, 700)
    made.show()
    made.activated()
    yield made
    made.closing()
    for run in made.listed.values():
        if run.state.alive and run.state.pid != psutil.Process().pid:
            run.run.ask(STOP)
            psutil.Process(run.state.pid).wait(60)


def a_run(name: str, state: State, checks: int = 2) -> Run:
    run = Run(usual_place() / name)
    run.begin(Order(plans.load("quick-x2"), "pictures"))
    run.write_state(state)
    for number in range(checks):
        run.log(step=number * 10 + 5, end=100, images=80, rate=4.0, lr=1e-3, seconds=3.0, loss=1.0 / (number + 1))
        run.log(event="check", step=number * 10, score=30.0 + number, words="x", **{"clean psnr": 30.0 + number})
        Image.fromarray(scene(64, 48)).save(run.file(f"samples/{number * 10:08d}.png"))
    return run


ALL = ["Continue", "Use it", "Open folder"]


def pictures(folder: Path) -> Path:
    folder.mkdir()
    for number in range(6):
        Image.fromarray(np.roll(scene(160, 120), number * 17, axis=1)).save(folder / f"{number}.png")
    return folder


def test_runs_are_listed_with_how_they_are(qtbot: QtBot, room: TrainWorkspace) -> None:
    a_run("done", State(FINISHED, "All steps are done.", step=100, end=100))
    a_run("going", replace(State(RUNNING, step=30, end=100).mine(), left=60.0))
    (usual_place() / "broken").mkdir()
    (usual_place() / "broken" / "plan.json").write_text("{")
    room.look()
    qtbot.waitUntil(lambda: len(room.list.rows) == 3)
    said = {folder.name: row.accessibleName() for folder, row in room.list.rows.items()}
    assert said == {"done": "done: Done", "going": "going: Training, 30\xa0%", "broken": "broken: Cannot be read"}
    assert room.status == ["Training going"]


def test_a_run_grows_on_screen_and_what_was_read_is_not_read_again(qtbot: QtBot, room: TrainWorkspace) -> None:
    run = a_run("growing", State(RUNNING, step=20, end=100).mine())
    assert room.open_paths([run.folder])
    qtbot.waitUntil(lambda: room.view.samples.shown is not None)
    qtbot.waitUntil(lambda: room.view.samples.shown == run.samples()[-1])
    assert [plot for plot in room.view.plots] == ["Losses", "psnr"]
    before = room._offset
    run.log(event="check", step=20, score=33.0, words="x", **{"clean psnr": 33.0})
    room.look()
    qtbot.waitUntil(lambda: room._offset > before)
    assert room.view.series.checks["psnr"].lines["clean"] == [(0, 30.0), (10, 31.0), (20, 33.0)]
    room.view.samples.slider.changed.emit(1.0)
    qtbot.waitUntil(lambda: room.view.samples.shown == run.samples()[0])
    Image.fromarray(scene(64, 48)).save(run.file("samples/00000030.png"))
    room.look()
    qtbot.waitUntil(lambda: room.view.samples._files == run.samples())
    assert room.view.samples.shown == run.samples()[0], "who went back in time stays there"


@pytest.mark.parametrize(
    ("state", "title", "buttons"),
    [
        (State(FINISHED, "All steps are done.", step=100, end=100), "told is ready", ["Use it", "Open folder"]),
        (State(FAILED, "The disk is full.", step=40, end=100), "The training ended", ALL),
        (State(STOPPED, "Stopped by hand.", step=40, end=100), "Stopped at step 40", ["Continue", "Use it"]),
        (State(RUNNING, step=40, end=100, pid=2**22 + 5), "Stopped at step 40", ["Continue", "Use it"]),
    ],
)  # fmt: skip
def test_what_happened_is_said_with_the_way_on(
    qtbot: QtBot, room: TrainWorkspace, state: State, title: str, buttons: list[str]
) -> None:
    run = a_run("told", state)
    run.file("model.safetensors").write_bytes(b"x")
    room.show_run(run.folder)
    qtbot.waitUntil(lambda: room.view.notice is not None)
    assert room.view.notice is not None and room.view.notice.title == title
    assert [one.text() for one in room.view.notice.buttons] == buttons


def test_pause_and_stop_ask_the_run(qtbot: QtBot, room: TrainWorkspace) -> None:
    run = a_run("asked", State(RUNNING, step=20, end=100).mine())
    room.show_run(run.folder)
    qtbot.waitUntil(lambda: room.foot.isVisible())
    QTest.mouseClick(room.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run.file("control.json").exists())
    assert run.asked() == "pause"
    run.write_state(State(PAUSED, "Paused by hand.", step=20, end=100).mine())
    qtbot.waitUntil(lambda: room.pause.text() == "Continue", timeout=10_000)
    QTest.mouseClick(room.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run.file("control.json").exists())
    assert run.asked() == "resume"


def test_a_folder_without_pictures_is_answered_in_a_sentence(
    qtbot: QtBot, room: TrainWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    assert room.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(lambda: room.new.answer is not None, timeout=20_000)
    assert "No picture in" in room.new.said.text() and not room.new.go.isEnabled()


def test_from_a_folder_to_a_model_that_can_be_used(qtbot: QtBot, room: TrainWorkspace, tmp_path: Path) -> None:
    """The whole way with a real process, and the process does not need the window."""
    room.show_new()
    room.new.goal.set_current("upscaler")
    room.new.goal.chosen.emit("upscaler")
    room.new.preset.set_current("quick-x2")
    room.new.preset.chosen.emit("quick-x2")
    room.new.take_folder(pictures(tmp_path / "my pictures"))
    for name, value in (("features", 8), ("depth", 2), ("batch", 2), ("patch", 16), ("final_patch", 16)):
        room.new.fields[name].set_value(value)
    room.new.minutes.set_value(1.0)
    room.new._changed()
    qtbot.waitUntil(lambda: room.new.go.isEnabled(), timeout=30_000)
    assert "6 pictures" in room.new.said.text()
    QTest.mouseClick(room.new.go, Qt.MouseButton.LeftButton)
    run = Run(usual_place() / "my pictures")
    qtbot.waitUntil(lambda: run.state().step > 0, timeout=90_000)
    assert run.state().pid != psutil.Process().pid and run.order().minutes == 1.0
    qtbot.waitUntil(lambda: room.view.bar.fraction is not None and bool(room.view.facts.text()), timeout=20_000)
    room.stop_run()
    qtbot.waitUntil(lambda: run.state().state == STOPPED, timeout=60_000)
    qtbot.waitUntil(lambda: room.view.notice is not None and len(room.view.notice.buttons) == 2, timeout=20_000)
    assert room.view.notice is not None
    QTest.mouseClick(room.view.notice.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(one.name == "my-pictures" for one in room.desk.library.entries()), timeout=60_000)


def test_the_state_is_taken_up_at_the_next_start(qtbot: QtBot, room: TrainWorkspace) -> None:
    run = a_run("again", State(STOPPED, "Stopped by hand.", step=3, end=9))
    room.show_run(run.folder)
    kept = json.loads(json.dumps(room.state()))
    room.show_new()
    room.restore(kept)
    assert room.shown == run.folder
    room.restore({"run": "/nowhere/at all"})
    assert asdict(run.state())["step"] == 3 and time.time() > 0
