"""Cycles are searched for in the GUI thread, never in a worker."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganstudio.ui.collecting import Collector


class Knot(QWidget):
    """A widget that only the search for cycles finds."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


def _litter() -> list[list[object]]:
    """As many new objects as make Python search."""
    return [[number] for number in range(30_000)]


def test_a_widget_is_deleted_by_the_gui_thread_alone(collector: Collector, qtbot: QtBot) -> None:
    died: list[threading.Thread] = []
    knot = Knot()
    knot.destroyed.connect(lambda: died.append(threading.current_thread()), Qt.ConnectionType.DirectConnection)
    del knot
    worker = threading.Thread(target=_litter)
    worker.start()
    worker.join()
    assert not died
    kept = _litter()
    qtbot.waitUntil(lambda: bool(died), timeout=5000)
    assert died == [threading.main_thread()]
    assert len(kept) == 30_000


def test_python_searches_again_afterwards(qtbot: QtBot) -> None:
    gc.enable()
    try:
        collector = Collector()
        assert not gc.isenabled()
        collector.close()
        assert gc.isenabled()
    finally:
        gc.disable()  # as in every test of the window
