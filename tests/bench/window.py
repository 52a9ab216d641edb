"""The window beside an empty PySide6 window: time to the first paint, and the pulse of the GUI thread.

    python -m tests.bench.window [--files 100000] [--megapixels 100] [--rounds 7] [--only start|pulse]

The first paint is timed in processes of their own, in turn. The pulse (`tests.bench.pulse`) is that of ours at rest,
during a batch, while files are added, while a large picture opens, and during pan and zoom on it; beside it, at the
same moment, beats an empty window in another process. Both are on a screen of Xvfb where it is there; QT_QPA_PLATFORM
says what else to use.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QTimer
from PySide6.QtWidgets import QApplication

from ganstudio.ui.batch.workspace import BatchWorkspace
from ganstudio.ui.edit.workspace import EditWorkspace
from ganstudio.ui.frame.window import Window
from tests.bench import pulse
from tests.bench.journal import make

_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Bare(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, app.quit)
app = QApplication([])
window = Bare()
window.resize(1440, 900)
window.show()
app.exec()
"""
_OURS = """
from ganstudio.core.settings import SettingsStore
from ganstudio.ui.starting.app import make_application
from ganstudio.ui.frame.window import Window
app = make_application()
window = Window(SettingsStore())
window.painted.connect(app.quit)
window.show()
app.exec()
"""
_BATCH, _SIDE = 400, 900  # pictures of the batch at most, and their size
_BATCH_S, _REST_S, _PAN_S, _OPENING_S = 15.0, 5.0, 6.0, 6.0


def start(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def starts(rounds: int) -> None:
    times: dict[str, list[float]] = {_BARE: [], _OURS: []}
    for _ in range(rounds):
        for code, taken in times.items():
            taken.append(start(code))
    bare, ours = (statistics.median(taken) for taken in times.values())
    print(f"first paint: bare {bare * 1e3:.0f} ms, ours {ours * 1e3:.0f} ms, ratio {ours / bare:.2f}", flush=True)


def photo(width: int, height: int, seed: int) -> np.ndarray:
    """Soft colours with grain, so that a JPEG of it is as long as one of a camera."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.integers(0, 256, (48, 64, 3)).astype(np.uint8), (width, height))
    grain = cv2.resize(rng.integers(0, 24, (512, 512, 1)).astype(np.uint8), (width, height))
    return cv2.add(coarse, np.dstack([grain] * 3))


class Pulses:
    """A furnished window, and the spans in which it did something."""

    def __init__(self, folder: Path) -> None:
        from ganstudio.core.settings import SettingsStore
        from ganstudio.ui.starting.app import dress, make_application

        self._app = QApplication.instance() or make_application()
        assert isinstance(self._app, QApplication)
        dress(self._app)
        self._folder = folder
        self._window = Window(SettingsStore())
        self._window.painted.connect(self._window.furnish)
        self._window.resize(*pulse.SIZE)
        self._window.show()
        pulse.until(lambda: self._window.desk is not None and self._window.desk.engine.state == "ready")
        edit, batch = self._window.workspaces["edit"], self._window.workspaces["batch"]
        assert isinstance(edit, EditWorkspace) and isinstance(batch, BatchWorkspace)
        self._edit, self._batch = edit, batch
        self.heart = pulse.Heart(edit.canvas)
        self.spans: dict[str, list[tuple[float, float]]] = {}

    def rest(self) -> None:
        pulse.for_seconds(2)
        self.spans["at rest"] = [pulse.for_seconds(_REST_S)]

    def batch(self) -> None:
        """The smallest network at work on as many pictures as fit into the time."""
        from ganstudio.tools.recipe import Recipe, Step
        from ganstudio.tools.tool import tool_named

        folder = self._folder / "batch"
        folder.mkdir()
        for number in range(_BATCH):
            cv2.imwrite(str(folder / f"{number:03d}.png"), photo(_SIDE, _SIDE, number % 8))
        tool = tool_named("upscale")
        self._batch.side.recipe.set_recipe(Recipe((Step(tool, tool.params(model="quick")),)))  # type: ignore[call-arg]
        self._batch.side.output.folder.edit.setText(str(self._folder / "out"))
        self._window.show_workspace("batch")
        self._batch.add([folder])
        pulse.until(lambda: len(self._batch.model.rows) == _BATCH and not self._batch.adder.busy)
        self._batch.start()
        pulse.until(lambda: self._batch.runner.running)
        self.spans["during a batch, its table shown"] = [pulse.for_seconds(_BATCH_S)]
        self._window.show_workspace("edit")
        self.spans["during a batch, Edit shown"] = [pulse.for_seconds(_BATCH_S)]
        self._batch.stop()
        pulse.until(lambda: not self._batch.runner.running)

    def add_files(self, files: int) -> None:
        make(self._folder / "many", files)
        self._window.show_workspace("batch")
        before = len(self._batch.model.rows)
        self._batch.add([self._folder / "many"])
        span = pulse.until(lambda: len(self._batch.model.rows) == before + files and not self._batch.adder.busy)
        self.spans[f"while {files} files are added"] = [span]
        self._window.show_workspace("edit")

    def open_picture(self, megapixels: float) -> None:
        """From the click until its tiles are on the screen, again and again until there are beats enough for a 99th of
        100; the last one stays open."""
        height = round((megapixels * 1e6 / 1.5) ** 0.5)
        first = self._folder / "large-0.jpg"
        cv2.imwrite(str(first), photo(round(1.5 * height), height, 1), [cv2.IMWRITE_JPEG_QUALITY, 90])
        documents, canvas = self._edit.documents, self._edit.canvas
        spans = self.spans[f"while {megapixels:g} megapixels open"] = []
        while sum(ended - began for began, ended in spans) < _OPENING_S:
            if spans:
                documents.discard(documents.all[-1])
                pulse.for_seconds(0.5)
            path = self._folder / f"large-{len(spans)}.jpg"
            if path != first:
                first.rename(path)
                first = path
            there = len(documents.all)
            documents.open([path])
            began, _ended = pulse.until(lambda there=there: len(documents.all) > there)
            _began, ended = pulse.until(lambda: canvas.stage.composer.idle)
            spans.append((began, ended))

    def pan_and_zoom(self) -> None:
        canvas, numbers = self._edit.canvas, iter(range(10**9))

        def move() -> None:
            number = next(numbers)
            if number % 120 < 60:
                canvas.pan(-9 if number % 240 < 120 else 9, 5)
            else:
                canvas.set_zoom(canvas.zoom * (1.05 if number % 240 < 120 else 1 / 1.05), QPointF(500, 400))

        frames = QTimer(interval=16)
        frames.timeout.connect(move)
        frames.start()
        self.spans["during pan and zoom on it"] = [pulse.for_seconds(_PAN_S)]
        frames.stop()

    def end(self) -> None:
        assert "torch" not in sys.modules, "the window's process imported torch"
        self._window.end()


def pulses(files: int, megapixels: float, folder: Path) -> None:
    rival = pulse.Rival()
    window = Pulses(folder)
    window.rest()
    window.batch()
    window.open_picture(megapixels)
    window.pan_and_zoom()
    window.add_files(files)
    window.end()
    theirs = rival.stop()
    for what, spans in window.spans.items():
        times = "+".join(f"{ended - began:.1f}" for began, ended in spans)
        print(pulse.told(f"{what} ({times} s)", pulse.gaps(window.heart.beats, *spans), pulse.gaps(theirs, *spans)))
        worked = pulse.busy(window.heart, *spans)
        late = worked[int(len(worked) * 0.99)]
        print(f"    of it the thread worked p99 {late:.1f}, max {worked[-1]:.1f} ms; {len(worked)} beats", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--megapixels", type=float, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=("start", "pulse"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, pulse.screen() as platform:
        print(f"{platform}, load average {os.getloadavg()[0]:.1f}", flush=True)
        os.environ["GANSTUDIO_HOME"] = str(Path(folder) / "home")
        if given.only != "pulse":
            starts(given.rounds)
        if given.only != "start":
            pulses(given.files, given.megapixels, Path(folder))


if __name__ == "__main__":
    main()
