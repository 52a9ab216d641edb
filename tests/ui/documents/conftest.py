"""Documents need no engine: the services of a window without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.codecs import SaveOptions, write
from ganstudio.core.document import Pool
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.core.settings import SettingsStore
from ganstudio.jobs.reading import Readers
from ganstudio.models.library import Library
from ganstudio.ui.actions import Actions
from ganstudio.ui.actions_table import all_specs
from ganstudio.ui.background import Background
from ganstudio.ui.collecting import Collector
from ganstudio.ui.desk import Desk, SettingsHub
from ganstudio.ui.documents import Documents, OpenDocument
from ganstudio.ui.notices import Notices


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """What stands for the window."""
    host = QWidget()
    host.resize(900, 600)
    qtbot.addWidget(host)
    return host


@pytest.fixture
def desk(host: QWidget) -> Iterator[Desk]:
    notices = Notices(host)
    background = Background(notices.error, host)
    settings = SettingsHub(SettingsStore(), background, host)
    pool = Pool(64 << 20)
    actions = Actions(all_specs(), host)
    actions.set_scope("edit")
    readers = Readers()
    library, collector = Library(opening=False), Collector(host)
    yield Desk(settings, cast(Any, None), library, background, notices, actions, pool, readers, collector)
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            window.close()
    assert background.close(10)
    readers.close()
    pool.close()
    collector.close()


@pytest.fixture
def documents(desk: Desk, host: QWidget) -> Documents:
    return Documents(desk, host)


@pytest.fixture
def said(desk: Desk) -> Callable[[], list[str]]:
    """What the person was told so far: toasts, and the titles and lines of errors."""

    def texts() -> list[str]:
        return [getattr(one, "text", None) or " ".join([one.title, *one.lines]) for one in desk.notices.log]  # type: ignore[union-attr]

    return texts


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A JPEG of 320×200 pixels."""
    return _written(tmp_path / "photo.jpg", _waves(320, 200), "jpg")


@pytest.fixture
def waves() -> Callable[..., np.ndarray]:
    """waves(width, height, channels=3)"""
    return _waves


@pytest.fixture
def written() -> Callable[[Path, np.ndarray, str], Path]:
    """written(path, pixels, format)"""
    return _written


@pytest.fixture
def opened(qtbot: QtBot, documents: Documents) -> Callable[[Path], OpenDocument]:
    """opened(path): waits until it is open."""

    def open_(path: Path) -> OpenDocument:
        with qtbot.waitSignal(documents.opened, timeout=10_000) as blocker:
            documents.open([path])
        assert blocker.args is not None
        documents.desk.actions.refresh()  # asked once that is over
        return blocker.args[0]

    return open_


def _waves(width: int, height: int, channels: int = 3) -> np.ndarray:
    """A smooth picture (H, W, C) uint8 in which no two places are alike."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    planes = [127 + 100 * np.sin(x / (9 + 4 * c) + y / (17 - 3 * c)) for c in range(channels)]
    return np.stack(planes, -1).astype(np.uint8)


def _written(path: Path, pixels: np.ndarray, format: str) -> Path:
    write(Picture.of(pixels), path, SaveOptions(format=format), Progress())
    return path
