"""Running and trying with the real engine: progress, the result as a layer, stop, the engine gone, three clicks."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import Rect, rename
from ganstudio.core.document import crop as crop_to
from ganstudio.core.paths import cache
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import OpenDocument
from ganstudio.ui.documents.export_dialog import ExportDialog
from ganstudio.ui.edit.trying import MOST_PIXELS, region
from ganstudio.ui.edit.workspace import EditWorkspace

Open = Callable[..., OpenDocument]
LONG = 60_000


_measured: dict[str, bytes] = {}  # what one test's engine found out about the models, for the next one's


@pytest.fixture
def engine(desk: Desk) -> Iterator[Desk]:
    for name, content in _measured.items():
        (cache() / name).write_bytes(content)
    desk.engine.start()
    yield desk
    desk.engine.close()
    found = {name: cache() / name for name in ("adopted.json", "choices.json")}
    _measured.update({name: path.read_bytes() for name, path in found.items() if path.is_file()})


def run_through(edit: EditWorkspace, qtbot: QtBot) -> None:
    edit.tooling.run()
    assert edit.tooling.runner.of(edit.session) is not None
    qtbot.waitUntil(lambda: not edit.tooling.runner.runs, timeout=LONG)


def test_a_run_lands_as_a_layer(edit: EditWorkspace, engine: Desk, opened: Open, qtbot: QtBot) -> None:
    """Progress, tiles as they come, the layer, what it says of itself, undo and redo, and a second run on it."""
    document = opened(120, 90)
    before = document.state
    assert edit.choose_model("quick")
    seen: list[float] = []
    filled: list[Rect] = []
    edit.tooling.runner.advanced.connect(lambda run: seen.append(run.told("ready")[1] or 0.0))
    edit.tooling.runner.filled.connect(lambda run, rect: filled.append(rect))
    run_through(edit, qtbot)
    state = document.state
    assert (state.width, state.height) == (240, 180)
    assert [one.name for one in state.layers] == ["Background", "Quick 2×"]
    result = state.layers[1]
    assert result.made_by is not None and result.made_by["recipe"]["steps"][0]["tool"] == "upscale"
    assert result.source_type == "algorithmicallyEnhanced"
    assert sum(rect.width * rect.height for rect in filled) >= 240 * 180 and seen[-1] == 1.0
    assert edit.canvas.mode == "split" and edit.session is not None and edit.session.layer is result
    shown = result.pixels.read(result.pixels.rect).astype(int)
    small = np.asarray(Image.fromarray(shown.astype(np.uint8)).resize((120, 90), Image.Resampling.BOX)).astype(int)
    assert np.abs(small - before.layers[0].pixels.read(before.rect)).mean() < 8
    edit.undo()
    assert document.state is before
    edit.redo()
    assert document.state is state
    edit.tooling.run()
    document.do(rename(document.state, result.id, "Mine"))  # the person goes on while it runs
    qtbot.waitUntil(lambda: not edit.tooling.runner.runs, timeout=LONG)
    assert [one.name for one in document.state.layers] == ["Background", "Mine", "Quick 2×"]
    assert document.state.width == 480 and list(Path(os.environ["GANSTUDIO_HOME"]).rglob("result-*.raw")) == []


def test_stop_and_what_may_happen_meanwhile(
    edit: EditWorkspace, engine: Desk, opened: Open, qtbot: QtBot, said: Callable[[], list[str]]
) -> None:
    document = opened(400, 360)
    before = document.state
    words: list[str] = []
    edit.tooling.runner.advanced.connect(lambda run: words.append(run.told("ready")[3]))
    edit.tooling.run()
    qtbot.waitUntil(lambda: bool(edit.tooling.runner.runs and edit.tooling.runner.runs[0].done), timeout=LONG)
    qtbot.waitUntil(lambda: any(word.startswith("tile ") for word in words), timeout=LONG)
    edit.desk.actions.refresh()
    assert edit.desk.actions.action("run.stop").isEnabled() and "running" in edit.desk.actions.reason("run.run")
    assert edit.busy() and edit.tooling.runner.runs[0].view() is not None
    edit.tooling.stop()
    assert not edit.tooling.runner.runs  # at once, whatever the engine does
    assert document.state is before and said() == [] and not edit.busy()
    # The canvas gets another shape while it runs: the result is a picture of its own.
    assert edit.choose_model("quick")
    edit.tooling.run()
    document.do(crop_to(document.state, Rect(0, 0, 100, 100)))
    qtbot.waitUntil(lambda: not edit.tooling.runner.runs, timeout=LONG)
    assert document.state.width == 100 and len(edit.documents.all) == 2
    assert edit.documents.all[1].state.width == 800 and "another shape" in said()[-1]
    # Closed while it runs.
    edit.documents.set_current(document)
    edit.tooling.run()
    edit.documents.discard(document)
    assert not edit.tooling.runner.runs


def test_the_engine_is_gone(
    edit: EditWorkspace, engine: Desk, opened: Open, qtbot: QtBot, said: Callable[[], list[str]]
) -> None:
    document = opened(1600, 1200)
    before = document.state
    edit.tooling.run()
    qtbot.waitUntil(lambda: bool(edit.tooling.runner.runs and edit.tooling.runner.runs[0].done), timeout=LONG)
    pid = engine.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: not edit.tooling.runner.runs, timeout=LONG)
    assert document.state is before
    trouble = engine.notices.log[-1]
    again = getattr(trouble, "again", None)
    assert again is not None and said()[-1]
    assert edit.choose_model("quick")
    again()  # Try again, with what was asked for then
    assert edit.tooling.runner.runs[0].step.params.to_json()["model"] == "photo"
    edit.tooling.stop()


def test_try_it_here(edit: EditWorkspace, engine: Desk, opened: Open, qtbot: QtBot) -> None:
    """Three models on the same region, equal to the same place of the whole; a click adopts."""
    document = opened(100, 80)
    before = document.state
    edit.tooling.try_here()
    model = edit.column.tools.panel.model
    assert model is not None
    shown = model.choices[:3]  # of those that ship, in the order of the cards
    assert [one.title for one in edit.canvas.trials] == [one.title for one in shown] and shown[0].name == "photo"
    qtbot.waitUntil(lambda: all(one.image is not None for one in edit.canvas.trials), timeout=LONG)
    assert len({one.rect for one in edit.canvas.trials}) == 1 and document.state is before
    third = edit.canvas.trials[2]
    image = third.image
    assert image is not None
    pixels = image.rows(0, image.header.height).copy()
    edit.canvas.trial_chosen.emit(2)
    assert edit.canvas.trials == [] and edit.recipe().steps[0].params.to_json()["model"] == shown[2].name
    run_through(edit, qtbot)
    whole = document.state.layers[1].pixels
    place = Rect(*(2 * edge for edge in third.rect))
    assert np.abs(whole.read(place).astype(int) - pixels).max() <= 1
    edit.tooling.try_here()
    edit.desk.actions.refresh()
    edit.tooling.stop()
    assert edit.canvas.trials == [] and edit.tooling.runner.of(edit.session) is None


@pytest.mark.parametrize("seen", [Rect(0, 0, 4000, 3000), Rect(10, 10, 60, 40), Rect(3990, 0, 4400, 3000)])
def test_the_region_lies_in_what_is_seen(seen: Rect, edit: EditWorkspace, opened: Open) -> None:
    state = crop_to(opened(40, 30).state, Rect(0, 0, 4000, 3000)).state
    found = region(seen, state)
    assert found.clipped(seen.clipped(state.rect)) == found and not found.empty
    assert found.width * found.height <= MOST_PIXELS * 1.01


def test_three_clicks_to_a_saved_picture(engine: Desk, edit: EditWorkspace, qtbot: QtBot, tmp_path: Path) -> None:
    """From the sample photograph to a picture twice as large on the disk: Upscale, Export, confirm."""
    clicks = 0

    def click(button: QWidget) -> None:
        nonlocal clicks
        clicks += 1
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(button.width() // 3, button.height() // 2))

    edit.floating.seen = False
    edit.restore({})
    qtbot.waitUntil(lambda: edit.document is not None, timeout=LONG)
    assert edit.floating.hint.isVisible() and edit.choose_model("quick")
    upscale = edit.column.tools.run_row.run_button.findChildren(QAbstractButton)[0]
    qtbot.waitUntil(upscale.isEnabled, timeout=LONG)
    click(upscale)
    qtbot.waitUntil(lambda: edit.document is not None and edit.document.state.width == 1152, timeout=LONG)
    assert not edit.floating.hint.isVisible()  # gone for good
    click(edit.bar.export)
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, ExportDialog))
    dialog.set_folder(str(tmp_path))
    with qtbot.waitSignal(dialog.finished, timeout=LONG):
        click(dialog.export_button)
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(written) == 1 and Image.open(written[0]).size == (1152, 1152)
    assert clicks == 3
