"""Pictures of the window for the docs, taken by the program itself: `python packaging/screenshots.py -o FOLDER`.

Each scene is played as a person would, with the real engine, on the sample photograph and what is made of it. Runs
without a screen. `--scene NAME` takes one, `--scale 2` draws twice as fine; with neither all are taken. For looking at
it `--language de`, `--text 200` and `--theme light` change what every scene is taken with.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.edit.workspace import EditWorkspace
    from ganstudio.ui.explore.room import Room
    from ganstudio.ui.frame.window import Window
    from ganstudio.ui.train.workspace import TrainWorkspace

PATIENCE_S = 240.0


def wait(until: Callable[[], object], what: str) -> None:
    """Let the window live until something holds; SystemExit naming it when it never does."""
    from PySide6.QtTest import QTest

    deadline = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not come")
        QTest.qWait(20)
    QTest.qWait(400)


def desk(window: Window) -> Desk:
    assert window.desk is not None
    return window.desk


def edit(window: Window) -> EditWorkspace:
    """The furnished Edit workspace with the sample photograph, the engine ready."""
    from ganstudio.ui.edit.workspace import EditWorkspace

    wait(lambda: isinstance(window.workspaces.get("edit"), EditWorkspace), "the workspace")
    room = window.workspaces["edit"]
    assert isinstance(room, EditWorkspace)
    wait(lambda: room.document is not None, "the sample photograph")
    wait(lambda: desk(window).engine.state == "ready", "the engine")
    return room


def upscaled(window: Window) -> EditWorkspace:
    room = edit(window)
    room.tooling.run()
    document = room.document
    assert document is not None
    wait(lambda: len(document.doc.state.layers) > 1, "the result")
    return room


def first_start(window: Window) -> None:
    edit(window)


def split(window: Window) -> None:
    room = upscaled(window)
    desk(window).actions.action("view.split").trigger()
    room.canvas.set_zoom(1.0)
    wait(lambda: True, "a frame")


def stylize(window: Window) -> None:
    room = edit(window)
    room.column.tools.show_tool("stylize")
    room.tooling.run()
    document = room.document
    assert document is not None
    wait(lambda: len(document.doc.state.layers) > 1, "the painting")


def explore_room(window: Window) -> Room:
    """Explore with its model open, the directions found and the first picture there."""
    from ganstudio.ui.explore.workspace import ExploreWorkspace

    wait(lambda: window.desk is not None and desk(window).engine.state == "ready", "the engine")
    window.show_workspace("explore")
    workspace = window.workspaces["explore"]
    assert isinstance(workspace, ExploreWorkspace)
    room = workspace.furnish()
    wait(lambda: room.steer.rendering.sharp is not None, "the first picture")
    wait(lambda: room.journey.directions is not None and not room.opening.looking, "the directions")
    return room


def explore(window: Window) -> None:
    """A way through the paintings: seeds, two favourites, a class, three directions; enlarged."""
    from PySide6.QtTest import QTest

    room = explore_room(window)
    steer = room.steer
    for seed in (4217, 88, 12, 7, 31):
        steer.steer.seed.chosen.emit(seed)
        wait(lambda: steer.rendering.sharp is not None, "a picture")
        wait(lambda: bool(room.journey.steps[room.journey.at].thumb), "its thumbnail")
        if seed in (88, 7):
            steer.keep()
    steer.steer.classes.choose_class("monet")
    steer.steer.classes.add_class("aivazovsky")
    strips = list(steer.directions.strips.values())
    for strip, amount in zip(strips, (1.4, -0.6, 0.0, 0.8), strict=False):
        strip.speak_to(amount)
        wait(lambda: steer.rendering.sharp is not None, "a picture")
    strips[0].renamed.emit("Warm light")
    steer.row.enlarge.setChecked(True)
    wait(lambda: steer.rendering.best is not None, "the enlarged picture")
    QTest.qWait(3000)  # the strips, the pad


def train_room(window: Window) -> TrainWorkspace:
    from ganstudio.ui.train.workspace import TrainWorkspace

    wait(lambda: window.desk is not None and desk(window).engine.state == "ready", "the engine")
    room = window.workspaces["train"]
    assert isinstance(room, TrainWorkspace)
    window.show_workspace("train")
    return room


def train_new(window: Window) -> None:
    """A folder of pictures to learn from, and what is said to it."""
    room = train_room(window)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        make_pictures(Path(folder) / "holiday")
        room.open_paths([Path(folder) / "holiday"])
        wait(lambda: room.new.answer is not None, "what the folder says")


def train(window: Window) -> None:
    """The Run that GANSTUDIO_SCENE_RUN names."""
    room = train_room(window)
    room.open_paths([Path(os.environ["GANSTUDIO_SCENE_RUN"])])
    wait(lambda: room.view.samples.shown is not None, "the samples")


def running(window: Window) -> None:
    room = edit(window)
    room.tooling.run()
    wait(lambda: any(len(run.done) > 3 for run in room.tooling.runner.runs), "the first tiles")


def batch(window: Window) -> None:
    from ganstudio.jobs.records import State
    from ganstudio.ui.batch.workspace import BatchWorkspace

    edit(window)
    folder = Path(os.environ["GANSTUDIO_HOME"]) / "Holiday"
    make_pictures(folder)
    window.show_workspace("batch")
    window.open_paths([folder])
    room = window.workspaces["batch"]
    assert isinstance(room, BatchWorkspace)
    wait(lambda: len(room.model.rows) == 13 and not room.adder.busy, "the list")
    desk(window).actions.action("batch.start").trigger()
    wait(lambda: desk(window).engine.batch_running, "the start")
    wait(lambda: not desk(window).engine.batch_running, "the end")
    wait(lambda: room.model.counts[State.DONE] == 12, "the results")
    room.table.choose([room.model.rows[3].id])
    wait(room.side.selected.edit_button.isEnabled, "the chosen picture")


def preferences(window: Window) -> None:
    edit(window)
    desk(window).actions.action("edit.preferences").trigger()
    wait(lambda: True, "a frame")


def palette(window: Window) -> None:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    from ganstudio.ui.sheets.palette import Palette

    edit(window)
    desk(window).actions.action("edit.palette").trigger()
    panel = window.findChild(Palette)
    field = panel.findChild(QLineEdit) if panel is not None else None
    assert field is not None
    wait(field.isVisible, "the palette")
    QTest.keyClicks(field, "layer")
    wait(lambda: True, "a frame")


def error(window: Window) -> None:
    """The engine is ended by force while it works."""
    running(window)
    os.kill(desk(window).engine.pid or 0, signal.SIGKILL)
    wait(lambda: not edit(window).tooling.runner.runs, "the end of the run")


# name → (what is played, theme, width, height)
SCENES = {
    "first-start": (first_start, "light", 1600, 1000),
    "edit": (split, "dark", 1600, 1000),
    "stylize": (stylize, "light", 1600, 1000),
    "explore": (explore, "dark", 1600, 1000),
    "explore-light": (explore, "light", 1280, 720),
    "train-new": (train_new, "light", 1280, 720),
    **({"train": (train, "dark", 1600, 1000)} if "GANSTUDIO_SCENE_RUN" in os.environ else {}),
    "running": (running, "light", 1280, 720),
    "batch": (batch, "dark", 1600, 1000),
    "batch-light": (batch, "light", 1280, 720),
    "preferences": (preferences, "dark", 1600, 1000),
    "palette": (palette, "dark", 1600, 1000),
    "error": (error, "dark", 1600, 1000),
}


def make_pictures(folder: Path) -> None:
    """A small holiday: crops of the sample photograph, and one file that is none."""
    from PIL import Image

    from ganstudio.core.paths import resource

    folder.mkdir()
    sample = next(path for path in sorted(resource("samples").iterdir()) if path.suffix == ".jpg")
    with Image.open(sample) as whole:
        for number in range(12):
            x, y = 60 * (number % 4), 60 * (number // 4)
            size = (320, 240) if number % 3 else (240, 320)
            whole.crop((x, y, x + size[0], y + size[1])).save(folder / f"IMG_{4112 + number}.jpg", quality=90)
    (folder / "IMG_4124.jpg").write_bytes(b"%PDF-1.7\n" + bytes(500))


def take(name: str, target: Path, asked: argparse.Namespace) -> None:
    """Play one scene in a fresh home and save what the window shows."""
    from ganstudio.core.settings import SettingsStore
    from ganstudio.ui.starting.app import make_application, open_window

    play, theme, width, height = SCENES[name]
    app = make_application()
    store = SettingsStore()
    store.change(theme=asked.theme or theme, language=asked.language, text_scale=asked.text)
    window = open_window(store)
    window.resize(width, height)
    play(window)
    window.grab().save(str(target), quality=90)
    desk(window).engine.close()
    app.processEvents()


def child(name: str, scale: int, asked: argparse.Namespace) -> int:
    """Each scene has its own process: the scale belongs to a whole application."""
    target = asked.output / f"{name}{'@2x' if scale == 2 else ''}.webp"
    words = [sys.executable, str(Path(__file__).resolve()), "--take", name, "-o", str(target)]
    words += [
        "--language",
        asked.language,
        "--text",
        str(asked.text),
        *(("--theme", asked.theme) if asked.theme else ()),
    ]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environ = dict(os.environ, QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR=str(scale), GANSTUDIO_HOME=home)
        environ["PYTHONPATH"] = str(ROOT)
        code = subprocess.run(words, env=environ, check=False).returncode
    print(f"{target.name}: {'taken' if code == 0 else 'FAILED'}", flush=True)
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder for the pictures")
    parser.add_argument("--scene", choices=SCENES, help="only this one")
    parser.add_argument("--scale", type=int, choices=(1, 2), help="only this fineness")
    parser.add_argument("--language", default="en", help="the language of the window: en, de, pseudo")
    parser.add_argument("--text", type=int, default=100, help="the text size in percent, 100 to 200")
    parser.add_argument("--theme", choices=("dark", "light"), help="instead of the scene's own")
    parser.add_argument("--take", choices=SCENES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.take:
        take(asked.take, asked.output, asked)
        os._exit(0)  # nothing is kept: no need to say goodbye
    asked.output.mkdir(parents=True, exist_ok=True)
    scenes = [asked.scene] if asked.scene else list(SCENES)
    scales = [asked.scale] if asked.scale else [1, 2]
    return max(child(name, scale, asked) for scale in scales for name in scenes)


if __name__ == "__main__":
    sys.exit(main())
