"""The window beside an empty PySide6 window: time to the first paint, and the pulse of the GUI thread.

    python -m tests.bench.window

The pulse is a timer of 10 ms; told are the gaps between its beats while the canvas repaints: of an empty window, of
ours at rest, and of ours while the palette opens, settings are kept and tasks run. Both have the same load beside them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7
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
from ganstudio.ui.app import make_application
from ganstudio.ui.window import Window
app = make_application()
window = Window(SettingsStore())
window.painted.connect(app.quit)
window.show()
app.exec()
"""


def start(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def starts() -> None:
    times: dict[str, list[float]] = {_BARE: [], _OURS: []}
    for _ in range(ROUNDS):
        for code, taken in times.items():
            taken.append(start(code))
    bare, ours = (statistics.median(taken) for taken in times.values())
    print(f"first paint: bare {bare * 1e3:.0f} ms, ours {ours * 1e3:.0f} ms, ratio {ours / bare:.2f}")


def pulse(gaps: list[float]) -> str:
    ordered = sorted(gap * 1e3 for gap in gaps)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"median {middle:.0f}  p99 {late:.0f}  max {ordered[-1]:.0f} ms"


def pulses() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QMainWindow

    from ganstudio.core.progress import Progress
    from ganstudio.core.settings import SettingsStore
    from ganstudio.ui.app import dress, make_application
    from ganstudio.ui.window import Window

    app = make_application()
    dress(app)

    def beat(seconds: float, window: QMainWindow, each: list[object] | None = None) -> list[float]:
        gaps: list[float] = []
        last = time.perf_counter()

        def hear() -> None:
            nonlocal last
            now = time.perf_counter()
            gaps.append(now - last)
            last = now
            (window.centralWidget() or window).update()

        heart = QTimer(window, interval=10)
        heart.timeout.connect(hear)
        heart.start()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            app.processEvents()
            for call in each or []:
                call()  # type: ignore[operator]
            time.sleep(0.001)
        heart.stop()
        return gaps

    empty = QMainWindow()
    empty.resize(1440, 900)
    empty.show()
    print(f"empty window:    {pulse(beat(4, empty))}")
    empty.close()
    window = Window(SettingsStore())
    window.painted.connect(window.furnish)
    window.show()
    beat(3, window)
    print(f"ours, at rest:   {pulse(beat(4, window))}")
    assert window.desk is not None and window.shell is not None
    desk, shell = window.desk, window.shell
    numbers = iter(range(10**9))

    def work(progress: Progress) -> int:
        return sum(range(20_000))

    def busy() -> None:
        number = next(numbers)
        desk.settings.remember("bench", number)
        if number % 40 == 0:
            shell.open_palette() if shell.palette.isHidden() else shell.palette.close_panel()
        if desk.background.busy < 4:
            desk.background.run(work, owner=window)

    print(f"ours, in use:    {pulse(beat(4, window, [busy]))}")
    window.end()


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANSTUDIO_HOME"] = folder
        starts()
        pulses()


if __name__ == "__main__":
    main()
