"""The Session is restored, saved by itself, shared; a damaged one is put aside; nothing is lost meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.latent import Latent, Weighted
from ganstudio.core.latent.session import Favourite, Session, Step
from ganstudio.core.latent.session_file import read, write
from ganstudio.core.latent.thumbs import pixels_of
from ganstudio.ui.desk import Desk
from ganstudio.ui.explore.journey import Journey
from ganstudio.ui.explore.keeping import Keeper
from ganstudio.ui.explore.link import ExploreLink

THERE = Latent(seeds=(Weighted("42"),))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "explore.ganstudio-session"


def keeper(desk: Desk, place: Path, qtbot: QtBot) -> tuple[Keeper, Journey]:
    made, journey = begun(desk, place)
    qtbot.waitUntil(lambda: made.ready)
    return made, journey


def begun(desk: Desk, place: Path) -> tuple[Keeper, Journey]:
    """They live as long as the desk does."""
    host = desk.notices
    journey = Journey(parent=host)
    return Keeper(desk, journey, ExploreLink(desk.engine, host), place, host), journey


def test_what_was_kept_is_there_at_the_next_start(desk: Desk, place: Path, qtbot: QtBot) -> None:
    first, journey = keeper(desk, place, qtbot)
    journey.go(THERE, "Seed 42")
    journey.keep(THERE, np.full((64, 64, 3), 90, np.uint8))
    qtbot.waitUntil(lambda: bool(journey.session.favourites and journey.session.favourites[0].thumb))
    with qtbot.waitSignal(first.saved, timeout=10_000):
        pass
    again, other = keeper(desk, place, qtbot)
    assert other.session == journey.session and other.latent == THERE
    (favourite,) = other.session.favourites
    assert favourite.name == "Seed 42" and abs(int(pixels_of(favourite.thumb).mean()) - 90) < 4
    other.undo()
    again.flush()
    assert read(place).at == 0


def test_kept_before_the_file_was_read_is_not_lost(desk: Desk, place: Path, qtbot: QtBot) -> None:
    write(Session().stepped(Step(Latent())).kept(Favourite(Latent(), "old")), place)
    made, journey = begun(desk, place)
    journey.keep(THERE)
    qtbot.waitUntil(lambda: made.ready)
    assert [one.name for one in journey.session.favourites] == ["old", "Seed 42"]


def test_a_damaged_session_is_put_aside_and_said(desk: Desk, place: Path, qtbot: QtBot) -> None:
    place.write_text("{nonsense")
    _made, journey = keeper(desk, place, qtbot)
    assert journey.session.favourites == () and place.with_name("explore.damaged.ganstudio-session").exists()
    assert any("could not be taken up" in getattr(one, "text", "") for one in desk.notices.log)


def test_a_full_disk_is_said_once_and_tried_again(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganstudio.ui.explore.keeping.SAVE_AFTER_MS", 20)
    folder = tmp_path / "folder"
    folder.mkdir()
    made, journey = keeper(desk, folder / "s.ganstudio-session", qtbot)
    folder.rmdir()
    for seed in range(3):
        journey.go(replace(THERE, seeds=(Weighted(str(seed + 1)),)), "Seed")
        qtbot.wait(120)
    said = [one for one in desk.notices.log if "is not saved" in getattr(one, "text", "")]
    assert len(said) == 1
    folder.mkdir()
    journey.go(THERE, "Seed 42")
    with qtbot.waitSignal(made.saved, timeout=5000):
        pass
    assert read(folder / "s.ganstudio-session").latent == THERE


def test_another_session_is_opened_and_the_old_one_comes_back(desk: Desk, place: Path, qtbot: QtBot) -> None:
    made, journey = keeper(desk, place, qtbot)
    journey.go(THERE, "Seed 42")
    shared = place.with_name("shared.ganstudio-session")
    write(Session().stepped(Step(replace(THERE, psi=0.1), "far")), shared)
    made.open(shared)
    qtbot.waitUntil(lambda: journey.latent.psi == 0.1)
    toast = desk.notices.log[-1]
    toast.action[1]()  # type: ignore[union-attr]
    assert journey.latent == THERE
    troubles: list[object] = []
    desk.notices.failed.connect(troubles.append)
    made.open(place.with_name("nowhere.ganstudio-session"))
    qtbot.waitUntil(lambda: bool(troubles))
    assert journey.latent == THERE
