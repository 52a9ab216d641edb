"""The workspace Edit in a window of its own, with a picture; the engine is started by the tests that need it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import Pool, state_of
from ganstudio.core.raster import Picture
from ganstudio.ui.desk import Desk, close_desk, open_desk
from ganstudio.ui.documents import OpenDocument
from ganstudio.ui.documents.loading import Opened
from ganstudio.ui.edit.workspace import EditWorkspace


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """What stands for the window."""
    host = QWidget()
    host.resize(1600, 900)
    qtbot.addWidget(host)
    return host


@pytest.fixture
def desk(host: QWidget) -> Iterator[Desk]:
    desk = open_desk(host)
    desk.actions.set_scope("edit")
    yield desk
    close_desk(desk)


@pytest.fixture
def edit(desk: Desk, host: QWidget, qtbot: QtBot) -> Iterator[EditWorkspace]:
    """Shown, without a picture; the models are listed."""
    workspace = EditWorkspace(desk, host)
    row = QVBoxLayout(host)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(workspace)
    workspace.floating.seen = True
    host.show()
    model = workspace.column.tools.panels["upscale"].model
    assert model is not None
    qtbot.waitUntil(lambda: bool(model.choices), timeout=10_000)
    yield workspace
    workspace.closing()


@pytest.fixture
def said(desk: Desk) -> Callable[[], list[str]]:
    """What the person was told so far."""

    def texts() -> list[str]:
        return [getattr(one, "text", "") or getattr(one, "title", "") for one in desk.notices.log]

    return texts


def photo(width: int, height: int, seed: int = 1, channels: int = 3) -> np.ndarray:
    """Smooth colours with some noise, (height, width, channels) uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [127 + 90 * np.sin(x / (7 + 3 * c) + seed) * np.cos(y / (9 - c)) for c in range(channels)]
    noise = rng.normal(0, 6, (height, width, channels))
    return (np.stack(waves, axis=2) + noise).clip(0, 255).astype(np.uint8)


@pytest.fixture
def opened(edit: EditWorkspace, desk: Desk) -> Callable[..., OpenDocument]:
    """Open a made picture."""

    def open_(width: int = 96, height: int = 64, seed: int = 1, channels: int = 3) -> OpenDocument:
        pool: Pool = desk.pool
        state = state_of(pool, Picture.of(photo(width, height, seed, channels)), "Background")
        return edit.documents.take(Opened(state, "made.png", Path("made.png")))

    return open_
