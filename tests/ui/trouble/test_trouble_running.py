"""What may happen while a Tool runs, or stands in its way: the window lives, says why, and the next run works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from ganstudio.core.document import land, set_visible
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.paths import resource, user_models
from ganstudio.core.raster import Picture
from ganstudio.ui.theme import theme
from tests.ui.edit.conftest import photo

from .conftest import Room, added, mount, samples, wait, written

ROOT = Path(__file__).resolve().parents[3]


def test_a_file_that_is_removed_while_open(room: Room, tmp_path: Path) -> None:
    path = written(tmp_path / "photo.png")
    document = room.open(path)
    before = samples(document.state)
    path.unlink()
    room.run()
    assert (document.state.width, len(document.state.layers)) == (192, 2)
    document.project = tmp_path / "photo.ganstudio"
    room.desk.actions.action("file.save").trigger()
    wait(lambda: not document.modified)
    assert samples(document.state)[0] != before[0]  # at the canvas' new size
    document.undo()
    assert samples(document.state) == before
    assert not path.exists() and not any("could not" in one for one in room.said())


def test_looks_change_while_it_runs(room: Room) -> None:
    document = room.take(500, 400)
    room.edit.tooling.run()
    for scale, looks in ((200, "light"), (150, "dark"), (100, "system")):
        room.desk.settings.change(text_scale=scale, theme=looks)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QCoreApplication.processEvents()
        assert theme().text_scale == scale / 100
        assert not room.window.grab().isNull()
    wait(lambda: not room.edit.tooling.runner.runs)
    assert len(document.state.layers) == 2 and not room.said()


SCALED = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QGuiApplication
from ganstudio.core.paths import home
from ganstudio.ui.starting.app import dress, make_application
from tests.ui.trouble.conftest import Room, close_whole, open_whole, wait
app = make_application()
dress(app)
window = open_whole(home())
room = Room(window)
assert room.edit.choose_model("quick")
document = room.take(500, 400)
room.edit.tooling.run()
seen = []
for screen in (*QGuiApplication.screens()[::-1], QGuiApplication.screens()[1]):
    window.move(screen.geometry().topLeft() + QPoint(20, 20))
    wait(lambda: window.screen() is screen)
    QCoreApplication.processEvents()
    picture = window.grab()
    seen.append((window.devicePixelRatio(), picture.width() / window.width()))
room.edit.canvas.set_zoom(1.0)
wait(lambda: not room.edit.tooling.runner.runs)
print(seen, document.state.width, room.said(), flush=True)
close_whole(window)
"""


def test_the_screens_scale_changes_while_it_runs(own_home: Path, tmp_path: Path) -> None:
    """The window is dragged from a screen of 1x to one of 2x, back, and there again."""
    usual = {"y": 0, "width": 3200, "height": 2000, "logicalBaseDpi": 96, "dpr": 1}
    screens = [usual | {"name": "one", "x": 0, "logicalDpi": 96}, usual | {"name": "two", "x": 3200, "logicalDpi": 192}]
    (tmp_path / "screens.json").write_text(json.dumps({"windowFrameMargins": False, "screens": screens}))
    environ = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}"}
    words = [sys.executable, "-c", SCALED]
    ended = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=90, check=False)
    assert ended.stdout == "[(2.0, 2.0), (1.0, 1.0), (2.0, 2.0)] 1000 []\n", ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_undo_while_it_runs(room: Room) -> None:
    document = room.take(300, 240)
    document.do(added(document.state))
    room.edit.tooling.run()
    room.edit.undo()
    assert len(document.state.layers) == 1
    wait(lambda: not room.edit.tooling.runner.runs)
    assert [one.name for one in document.state.layers] == ["Background", "Quick 2×"]
    room.edit.undo()
    assert [one.name for one in document.state.layers] == ["Background"]


def test_its_tab_is_closed_while_it_runs(room: Room, home: Path) -> None:
    document = room.take(1200, 900)
    other = room.take(40, 30)
    room.edit.documents.set_current(document)
    room.edit.tooling.run()
    runner = room.edit.tooling.runner
    wait(lambda: runner.runs and runner.runs[0].done)
    assert room.edit.documents.close(document)
    assert not runner.runs and room.edit.document is other
    room.run()
    assert (other.state.width, room.said()) == (80, [])
    wait(lambda: not list(home.rglob("result-*.raw")))


def test_a_stop_leaves_document_and_fields_as_they_were(room: Room) -> None:
    document = room.take(1000, 800)
    state, step, size = document.state, room.edit.column.tools.panel.step, room.edit.column.tools.panel.result_size
    room.edit.tooling.run()
    runner = room.edit.tooling.runner
    wait(lambda: runner.runs and runner.runs[0].done)
    room.edit.tooling.stop()
    assert not runner.runs and document.state is state and not document.modified
    panel = room.edit.column.tools.panel
    assert (panel.step, panel.result_size, room.said()) == (step, size, [])


def test_five_hundred_results_are_laid_on(room: Room) -> None:
    """As the engine's results are, each shown; every second one is undone."""
    document = room.take(24, 16)
    first = document.state
    for number in range(500):
        state = document.state if number % 2 else first
        pixels = Tiles.of(state.pool, Picture.of(photo(48, 32, number)))
        if not number % 2:
            document.jump(0)
        document.do(land(state, pixels, f"Result {number}", "Upscale"))
        if number % 10 == 9:
            QCoreApplication.processEvents()
    assert [one.name for one in document.state.layers] == ["Background", "Result 498", "Result 499"]
    assert samples(document.state)[-1] == photo(48, 32, 499).tobytes()
    document.jump(0)
    assert document.state is first and room.said() == []


def test_a_hidden_layer_is_not_run(room: Room) -> None:
    document = room.take(96, 64)
    document.do(added(document.state))
    document.do(set_visible(document.state, document.state.layers[-1].id, False))
    room.run()
    with_hidden = samples(document.state)[-1]
    alone = room.take(96, 64)
    room.run()
    assert samples(alone.state)[-1] == with_hidden


def test_nothing_shows(room: Room) -> None:
    document = room.take(64, 48)
    document.do(set_visible(document.state, document.state.layers[0].id, False))
    room.edit.tooling.run()
    room.edit.tooling.try_here()
    assert not room.edit.tooling.runner.runs and not room.edit.tooling.trying.trials
    assert room.said() == ["Every layer is hidden: show one first."] * 2
    room.edit.undo()
    room.run()
    assert document.state.width == 128


@pytest.mark.parametrize(("width", "height"), [(1, 700), (900, 1), (1, 1), (100_000, 3)])
def test_thin_and_wide_pictures(room: Room, tmp_path: Path, width: int, height: int) -> None:
    document = room.open(written(tmp_path / "thin.png", width, height))
    assert not room.window.grab().isNull()
    room.run()
    assert (document.state.width, document.state.height) == (2 * width, 2 * height), room.said()
    assert not room.window.grab().isNull()


def own_model(room: Room, name: str) -> Path:
    """A model of the person's own, chosen in the panel."""
    content = resource("models", "quick-x2.safetensors").read_bytes()
    length = int.from_bytes(content[:8], "little")
    head = json.loads(content[8 : 8 + length])
    card = json.loads(head["__metadata__"]["ganstudio.card"]) | {"name": name, "title": name, "group": name}
    head["__metadata__"]["ganstudio.card"] = json.dumps(card)
    text = json.dumps(head).encode()
    path = user_models() / f"{name}.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length :])
    room.edit.tooling._models_changed(None)
    wait(lambda: room.edit.choose_model(name))
    return path


def test_a_model_that_is_deleted_while_chosen(room: Room) -> None:
    path = own_model(room, "mine")
    document = room.take(80, 60)
    path.unlink()
    room.edit.tooling.run()
    wait(lambda: not room.edit.tooling.runner.runs and room.said())
    assert len(document.state.layers) == 1 and "mine" in room.said()[0], room.said()
    assert room.edit.choose_model("quick")
    room.run()
    assert document.state.width == 160


def test_a_model_that_is_deleted_while_it_runs(room: Room) -> None:
    path = own_model(room, "other")
    document = room.take(900, 700)
    room.edit.tooling.run()
    runner = room.edit.tooling.runner
    wait(lambda: runner.runs and runner.runs[0].done)
    path.unlink()
    wait(lambda: not runner.runs)
    assert (document.state.width, room.said()) == (1800, [])  # it was in memory
    room.edit.undo()
    room.edit.tooling.run()
    wait(lambda: not runner.runs)
    assert document.state.width == 1800 or room.said()  # made, or told why not; never neither


def test_a_want_of_memory(room: Room) -> None:
    limits = pytest.importorskip("resource")
    if not hasattr(limits, "prlimit"):
        pytest.skip("no limit can be set on another process here")
    room.take(40, 30)
    room.run()  # all that the engine keeps is there, its threads too
    pid = room.desk.engine.pid
    assert pid is not None
    now = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * limits.getpagesize()
    document = room.take(3000, 2500)
    old = limits.prlimit(pid, limits.RLIMIT_AS, (now + (24 << 20), -1))
    try:
        room.edit.tooling.run()
        wait(lambda: not room.edit.tooling.runner.runs)
    finally:
        if room.desk.engine.pid == pid:
            limits.prlimit(pid, limits.RLIMIT_AS, old)
    assert len(document.state.layers) == 1 and "memory" in " ".join(room.said()), room.said()
    small = room.take(40, 30)
    room.run()
    assert small.state.width == 80


def test_the_cache_disk_is_full(room: Room, home: Path) -> None:
    document = room.take(96, 64)
    folder = home / "cache" / "exchange"
    for one in folder.iterdir() if folder.is_dir() else []:
        shutil.rmtree(one)
    folder.mkdir(parents=True, exist_ok=True)
    mount(folder, "size=16k")
    try:
        room.edit.tooling.run()
        wait(lambda: not room.edit.tooling.runner.runs)
        assert len(document.state.layers) == 1
        assert "disk is full" in " ".join(room.said()).lower(), room.said()
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
    room.run()
    assert document.state.width == 192
