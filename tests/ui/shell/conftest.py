"""A whole window, furnished, with the real engine beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.settings import SettingsStore
from ganstudio.core.text import set_language
from ganstudio.ui.frame.window import Window
from ganstudio.ui.theme import theme

Open = Callable[..., Window]


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Open]:
    """Opens windows on a settings file and ends those that are still there."""
    opened: list[Window] = []

    def make(path: Path | None = None, size: tuple[int, int] = (1280, 720), **settings: object) -> Window:
        store = SettingsStore(path)
        store.set(**settings)
        set_language(store.value.language)
        window = Window(store)
        opened.append(window)
        window.resize(*size)
        window.painted.connect(window.furnish)
        with qtbot.waitSignal(window.furnished, timeout=20_000):
            window.show()
        with qtbot.waitActive(window):
            window.activateWindow()
        return window

    yield make
    for window in opened:
        window.end()
        window.close()
        window.deleteLater()
    set_language("en")
    theme().set_text_scale(100)
    theme().set("system")


@pytest.fixture
def window(open_window: Open) -> Window:
    return open_window()
