"""100,000 pictures in the queue's table beside a QTableWidget, in one run.

`python -m tests.bench.table [ROWS]` prints seconds and MB: files found and added until all are in the table, the table
opened again, sorting, and the longest time in which the window answered nothing (a heartbeat of 10 ms). QTableWidget
is filled in one piece, with the same words.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_BEAT_MS = 10


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--part", choices=("add", "open", "rival", "empty"))
    parser.add_argument("--home")
    given = parser.parse_args()
    if given.part:
        _PARTS[given.part](given.rows)
        return
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "GANSTUDIO_HOME": home}
        for part in ("empty", "add", "open", "rival"):
            command = [sys.executable, "-m", "tests.bench.table", str(given.rows), "--part", part]
            said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
            print(said.strip())


def _rss() -> float:
    import psutil

    return psutil.Process().memory_info().rss / 1e6


class _Heart:
    """Counts how late a timer of 10 ms is."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._last = time.perf_counter()
        self.late: list[float] = []
        self._timer = QTimer(interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append((now - self._last) * 1e3)
        self._last = now

    def text(self) -> str:
        beats = sorted(self.late)
        return f"heartbeat p99 {beats[int(len(beats) * 0.99)]:.0f} ms, longest {beats[-1]:.0f} ms"

    def restart(self) -> None:
        self._last = time.perf_counter()
        self.late.clear()


def _workspace():
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication.instance() or QApplication([])
    from ganstudio.ui import theme

    theme.install(app)  # type: ignore[arg-type]
    from ganstudio.ui.batch.workspace import BatchWorkspace
    from ganstudio.ui.desk import open_desk

    window = QMainWindow()
    desk = open_desk(window)
    workspace = BatchWorkspace(desk)
    window.setCentralWidget(workspace)
    window.resize(1600, 1000)
    window.show()
    return app, window, desk, workspace


def _until(done: Callable[[], bool], limit: float = 120.0) -> float:
    from PySide6.QtCore import QCoreApplication, QEventLoop

    began = time.perf_counter()
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if time.perf_counter() - began > limit:
            raise TimeoutError
        time.sleep(0.001)
    return time.perf_counter() - began


def empty(rows: int) -> None:
    _app, _window, desk, workspace = _workspace()
    began = time.perf_counter()
    _until(lambda: time.perf_counter() - began > 1.0)
    print(f"empty window            {_rss():7.0f} MB")
    _end(desk, workspace)


def add(rows: int) -> None:
    from tests.bench.journal import make

    with tempfile.TemporaryDirectory() as name:
        make(Path(name), rows)
        _app, _window, desk, workspace = _workspace()
        began = time.perf_counter()
        _until(lambda: time.perf_counter() - began > 0.5)
        heart, before, cpu = _Heart(), _rss(), time.process_time()
        workspace.add([Path(name)])
        took = _until(lambda: len(workspace.model.rows) == rows and not workspace.adder.busy)
        cpu = time.process_time() - cpu
        print(
            f"files to table          {took:7.2f} s ({cpu:.2f} s of work)   +{_rss() - before:.0f} MB   {heart.text()}"
        )
        _end(desk, workspace)


def opened(rows: int) -> None:
    from PySide6.QtCore import Qt

    _app, _window, desk, workspace = _workspace()
    heart, before, cpu = _Heart(), _rss(), time.process_time()
    took = _until(lambda: len(workspace.model.rows) == rows)
    cpu = time.process_time() - cpu
    print(f"opened again            {took:7.2f} s ({cpu:.2f} s of work)   +{_rss() - before:.0f} MB   {heart.text()}")
    for column, words in ((1, "name"), (4, "state"), (2, "size"), (0, "order of work")):
        began = time.perf_counter()
        workspace.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        print(f"sorted by {words:13} {time.perf_counter() - began:7.2f} s")
    began = time.perf_counter()
    workspace.model.set_filter([], "7")
    print(f"filtered by name        {time.perf_counter() - began:7.2f} s")
    _end(desk, workspace)


def rival(rows: int) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

    app = QApplication([])
    table = QTableWidget()
    table.resize(1264, 900)
    table.show()
    app.processEvents()
    before, began, cpu = _rss(), time.perf_counter(), time.process_time()
    table.setRowCount(rows)
    table.setColumnCount(7)
    for row in range(rows):
        for column, words in enumerate(("", f"IMG_{row:06d}.jpg", "4 000 × 3 000", "8 000 × 6 000", "Waiting", "", "")):
            table.setItem(row, column, QTableWidgetItem(words))
    app.processEvents()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"QTableWidget filled     {took:7.2f} s ({cpu:.2f} s of work)   +{_rss() - before:.0f} MB")
    began = time.perf_counter()
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    app.processEvents()
    print(f"QTableWidget sorted     {time.perf_counter() - began:7.2f} s")


def _end(desk, workspace) -> None:
    from ganstudio.ui.desk import close_desk

    workspace.closing()
    close_desk(desk)


_PARTS = {"add": add, "open": opened, "rival": rival, "empty": empty}

if __name__ == "__main__":
    main()
