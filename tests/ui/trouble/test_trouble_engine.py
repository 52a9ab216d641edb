"""The engine is killed: idle, at work, again and again. The window lives and says so; no picture is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Room, close_whole, open_whole, samples, wait

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ended by a signal")


@pytest.fixture
def own(own_home: Path, qapp: object) -> Iterator[Room]:
    """A window of its own: an engine that is gone is of no use to others."""
    window = open_whole(own_home)
    room = Room(window)
    assert room.edit.choose_model("quick")
    yield room
    room.tidy()
    close_whole(window)


def kill(room: Room) -> None:
    pid = room.desk.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait(lambda: room.desk.engine.pid != pid)


def test_idle_then_at_work_then_three_times(own: Room) -> None:
    engine, runner = own.desk.engine, own.edit.tooling.runner
    wait(lambda: engine.state == "ready")
    kill(own)  # idle
    wait(own.said)
    assert own.said() == ["The engine stopped and was started again."]
    document = own.take(1200, 1000)
    before = samples(document.state)
    own.edit.tooling.run()
    wait(lambda: runner.runs and runner.runs[0].done)
    kill(own)  # at work
    wait(lambda: not runner.runs and engine.state == "ready")
    assert len(own.said()) == 2, "the card says it, no toast beside it"
    assert samples(document.state) == before and len(document.state.layers) == 1
    assert any("ended from outside" in one for one in own.said()), own.said()
    wait(lambda: engine.state == "ready")
    kill(own)  # the third time within a minute
    wait(lambda: engine.state == "gone" and "The engine has stopped" in own.said()[-1])
    small = own.take(40, 30)
    own.edit.tooling.run()
    wait(lambda: not runner.runs)
    assert len(small.state.layers) == 1  # said, and not waited for
    card = next(one for one in reversed(own.desk.notices.log) if getattr(one, "title", "") == "The engine has stopped")
    again = getattr(card, "again")  # noqa: B009
    again()
    own.run()
    assert small.state.width == 80 and samples(document.state) == before
