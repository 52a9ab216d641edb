"""The pulse of a GUI thread: the gaps between the beats of a timer of 10 ms while the window repaints.

`python -m tests.bench.pulse` is the rival: an empty PySide6 window in a process of its own, on the same screen, which
beats beside ours until its input ends and then prints the times of its beats. It has the same load at the same moment.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEventLoop, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

BEAT_MS = 10
SIZE = (1440, 900)


@contextmanager
def screen() -> Iterator[str]:
    """An X server of its own with room for two windows, for the programs that are started inside; without Xvfb, or
    where QT_QPA_PLATFORM says something else, that. Gives a name for the report."""
    if "QT_QPA_PLATFORM" in os.environ or not shutil.which("Xvfb"):
        yield os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{2 * SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            os.environ["DISPLAY"] = ":" + said.readline().strip()
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        yield "Xvfb"
    finally:
        server.terminate()
        server.wait()


class Heart:
    """Beats from the start on, and has the widget repainted each time; `beats` are times of the system's clock, `work`
    the processor time of the thread by then."""

    def __init__(self, widget: QWidget) -> None:
        self.beats: list[float] = [time.monotonic()]
        self.work: list[float] = [time.thread_time()]
        self._widget = widget
        self._timer = QTimer(widget, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        self.beats.append(time.monotonic())
        self.work.append(time.thread_time())
        self._widget.update()


class Empty(QWidget):
    """A window that only fills itself."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), QColor(40, 40, 40))


class Rival:
    """The empty window beside ours; `stop` gives its beats."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.bench.pulse"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stop(self) -> list[float]:
        said, _errors = self._process.communicate("\n")
        return json.loads(said)


def until(done: Callable[[], bool], limit: float = 300.0) -> tuple[float, float]:
    """Run the event loop until that is so: from when to when. TimeoutError after `limit` seconds."""
    loop, began = QEventLoop(), time.monotonic()
    look = QTimer(interval=50)
    look.timeout.connect(lambda: loop.quit() if done() or time.monotonic() - began > limit else None)
    look.start()
    loop.exec()
    if not done():
        raise TimeoutError
    return began, time.monotonic()


def for_seconds(seconds: float) -> tuple[float, float]:
    end = time.monotonic() + seconds
    return until(lambda: time.monotonic() > end)


def gaps(beats: list[float], *spans: tuple[float, float]) -> list[float]:
    """Milliseconds between the beats of some spans, in order of length."""
    pairs = itertools.pairwise(beats)
    within = [(one, two) for one, two in pairs if any(one >= began and two <= ended for began, ended in spans)]
    return sorted((after - before) * 1e3 for before, after in within)


def busy(heart: Heart, *spans: tuple[float, float]) -> list[float]:
    """Milliseconds that the thread worked between two beats, in order: what of a gap does not come from others, who
    had the processor meanwhile. On a busy machine it tells more than the gaps."""
    pairs = zip(itertools.pairwise(heart.beats), itertools.pairwise(heart.work), strict=True)
    within = [work for (one, two), work in pairs if any(one >= began and two <= ended for began, ended in spans)]
    return sorted((after - before) * 1e3 for before, after in within)


def told(what: str, ours: list[float], theirs: list[float]) -> str:
    """One line: the 99th of 100 gaps and the longest, beside the empty window's."""
    late, rival = (one[int(len(one) * 0.99)] for one in (ours, theirs))
    return (
        f"{what:34} p99 {late:6.1f}  max {ours[-1]:6.1f} ms   empty: p99 {rival:6.1f}  max {theirs[-1]:6.1f} ms   "
        f"ratio of p99 {late / rival:.2f}"
    )


def main() -> None:
    app = QApplication([])
    window = Empty()
    window.setGeometry(SIZE[0], 0, *SIZE)
    window.show()
    heart = Heart(window)
    ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ended.activated.connect(app.quit)
    app.exec()
    print(json.dumps(heart.beats))


if __name__ == "__main__":
    main()
