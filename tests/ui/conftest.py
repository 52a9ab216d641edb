"""What every test of the window stands on: no screen needed, nothing left behind, and no torch in this process."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QThread
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio.ui import theme
from ganstudio.ui.desk import Desk, close_desk, open_desk

_GRACE = 3.0  # seconds for what was stopped to end


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["ganstudio"]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application in the program's own looks."""
    theme.install(qapp)
    return qapp


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a window, a thread or torch behind."""
    had_torch = "torch" in sys.modules  # another test of this process may have needed it
    by_itself = gc.isenabled()
    gc.disable()  # a window searches for itself; what a test leaves is found after its threads have ended
    windows = {id(one) for one in QApplication.topLevelWidgets()}
    threads = set(threading.enumerate())
    yield
    until = time.monotonic() + _GRACE
    while time.monotonic() < until and (_new_windows(windows) or _new_threads(threads)):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()
        time.sleep(0.01)
    if by_itself:
        gc.enable()
    assert had_torch or "torch" not in sys.modules, "the window's process imported torch"
    assert not _new_windows(windows), "a window was left open"
    assert not _new_threads(threads), "a thread was left running"


def _new_windows(before: set[int]) -> list[QWidget]:
    return [one for one in QApplication.topLevelWidgets() if id(one) not in before and one.isVisible()]


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one not in before and one is not QThread.currentThread()]


@pytest.fixture
def desk(qtbot: object) -> Iterator[Desk]:
    """The services of a window that is not there; the engine is not started."""
    host = QWidget()
    desk = open_desk(host)
    yield desk
    close_desk(desk)
    host.deleteLater()
