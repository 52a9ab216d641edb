"""`--selftest`: the window opens, the engine starts in its child process, a bundled model enlarges the sample
photograph, everything ends. For installers and for “does it work on this computer?”."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from ganstudio.core.paths import resource
from ganstudio.core.settings import SettingsStore
from ganstudio.jobs.remote import Failure, Source, TaskResult
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.ui.frame.window import Window
from ganstudio.ui.starting.app import dress

PASSED, FAILED = 0, 1
_PATIENCE_S = 180
_MODEL = "quick-x2"
_RECIPE = {"tool": "upscale", "params": {"model": _MODEL}}


class Selftest(QObject):
    """Goes through the steps; `said` is why it failed, "" when all went well."""

    def __init__(self, window: Window, app: QApplication) -> None:
        super().__init__(window)
        self.said = "The time was up before the picture was done."
        self._window, self._app = window, app
        self._begun = time.monotonic()
        self._source = resource("samples", "flowers.jpg")
        window.furnished.connect(self._furnished)
        window.gone.connect(app.quit)
        window.broken.connect(self._end)
        QTimer.singleShot(_PATIENCE_S * 1000, self, window.end)

    @Slot()
    def _furnished(self) -> None:
        desk = self._window.desk
        assert desk is not None
        self._tell("The window is there.")
        desk.engine.state_changed.connect(self._state)
        desk.engine.finished.connect(self._finished)
        desk.engine.failed.connect(self._failed)
        desk.engine.apply(Recipe((Step.from_json(_RECIPE),)), Source.of_file(self._source))

    @Slot(str)
    def _state(self, state: str) -> None:
        if state == "ready":
            self._tell("The engine runs in its own process.")
        elif state == "gone":
            self._end("The engine does not start.")

    @Slot(int, object)
    def _finished(self, _task: int, result: TaskResult) -> None:
        raster = result.raster()
        header = raster.header
        filled = raster.rows(0, min(64, header.height)).max() > 0
        raster.close()
        result.release()
        self._tell(f"{_MODEL} made {header.width} × {header.height} px ({result.how}).")
        if "torch" in sys.modules:
            self._end("The window's process has loaded torch.")
        else:
            self._end("" if filled else "The picture is empty.")

    @Slot(int, object)
    def _failed(self, _task: int, failure: Failure) -> None:
        self._end(f"{failure.sentence} {failure.hint} {failure.report}".strip())

    def _tell(self, text: str) -> None:
        print(f"{time.monotonic() - self._begun:5.1f} s  {text}", flush=True)

    @Slot(str)
    def _end(self, said: str) -> None:
        self.said = said
        self._window.end()
        self._app.quit()


def run(app: QApplication) -> int:
    """0 when all went well; else 1 and a sentence."""
    dress(app)
    with tempfile.TemporaryDirectory(prefix="ganstudio-") as folder:
        window = Window(SettingsStore(Path(folder) / "settings.json"))
        test = Selftest(window, app)
        window.painted.connect(window.start)
        window.show()
        app.exec()
        said = test.said
    if said:
        print(f"ganstudio: the self-test failed. {said}", file=sys.stderr, flush=True)
        return FAILED
    print("Everything works.", flush=True)
    return PASSED
