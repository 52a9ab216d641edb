"""Explore with the real engine: one engine and one workspace for all tests of a module, begun anew for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.latent import Latent
from ganstudio.core.latent.session import Session, Step
from ganstudio.ui.desk import close_desk, open_desk
from ganstudio.ui.explore.room import Room
from ganstudio.ui.explore.workspace import ExploreWorkspace

PATIENCE_MS = 60_000

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Let the window live until something holds."""

    def wait(what: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(what()), timeout=PATIENCE_MS)

    return wait


@pytest.fixture(scope="module")
def house(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ExploreWorkspace]]:
    """A home of the module's own, and the workspace in it, its engine started."""
    home = tmp_path_factory.mktemp("explore")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(home))
        host = QWidget()
        desk = open_desk(host)
        desk.engine.start()
        made = ExploreWorkspace(desk)
        made.resize(1600, 940)
        made.show()
        made.activated()
        yield home, made
        made.closing()
        made.deleteLater()
        close_desk(desk)
        host.deleteLater()


@pytest.fixture
def workspace(
    qtbot: QtBot, house: tuple[Path, ExploreWorkspace], own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ExploreWorkspace]:
    """As it is when nothing was done yet, at its usual size."""
    home, made = house
    monkeypatch.setenv("GANSTUDIO_HOME", str(home))
    room = made.furnish()
    qtbot.waitUntil(lambda: room.keeper.ready, timeout=PATIENCE_MS)
    room.steer.row.enlarge.setChecked(False)
    room.show_page("steer")
    room.journey.restore(Session().stepped(Step(Latent())))
    made.resize(1600, 940)
    QTest.qWait(1)
    yield made
    QToolTip.hideText()  # what has the focus shows its own


@pytest.fixture
def room(workspace: ExploreWorkspace, until: Until) -> Room:
    """With the model open and the picture there."""
    made = workspace.furnish()
    until(lambda: made.steer.rendering.sharp is not None and made.journey.directions is not None)
    return made
