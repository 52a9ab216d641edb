"""A large picture is seen from afar while it is being read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import OpenDocument
from ganstudio.ui.edit.workspace import EditWorkspace
from tests.ui.edit.conftest import photo

Open = Callable[..., OpenDocument]
SIZE = 4300, 3100
WAIT = 20_000


@pytest.fixture
def large(tmp_path: Path, desk: Desk) -> Iterator[Path]:
    path = tmp_path / "large.jpg"
    cv2.imwrite(str(path), cv2.resize(photo(430, 310), SIZE))
    yield path
    desk.readers.close()


def seen(edit: EditWorkspace) -> tuple[int, int] | None:
    shown = edit.canvas.shown
    return None if shown is None else (shown.width, shown.height)


def test_a_large_picture_is_there_before_it_is_read(
    edit: EditWorkspace, opened: Open, large: Path, qtbot: QtBot
) -> None:
    first = opened()
    edit.documents.open([large])
    qtbot.waitUntil(lambda: edit.documents.foreseen is not None, timeout=WAIT)
    assert edit.documents.current is None and edit.session is None and seen(edit) == SIZE
    edit.desk.actions.refresh()
    assert not edit.desk.actions.action("run.run").isEnabled()  # there is nothing yet to run on
    qtbot.waitUntil(lambda: edit.canvas.stage.composer.idle, timeout=WAIT)
    edit.canvas.set_zoom(0.5)
    view = edit.canvas.view
    qtbot.waitUntil(lambda: edit.documents.current is not None, timeout=WAIT)
    document = edit.documents.current
    assert document is not None and document.path == large and edit.documents.foreseen is None
    assert edit.canvas.view == view and edit.canvas.state is document.state
    qtbot.waitUntil(lambda: edit.canvas.stage.composer.idle, timeout=WAIT)
    edit.documents.discard(document)
    assert edit.documents.current is first


def test_one_that_is_damaged_further_down_gives_way_to_what_was_there(
    edit: EditWorkspace, opened: Open, large: Path, qtbot: QtBot, said: Callable[[], list[str]]
) -> None:
    first = opened()
    large.write_bytes(large.read_bytes()[:-200_000])
    edit.documents.open([large])
    qtbot.waitUntil(lambda: bool(said()), timeout=WAIT)
    assert "large.jpg" in said()[0]
    assert edit.documents.current is first and edit.documents.foreseen is None and edit.canvas.state is first.state


def test_who_looks_at_another_picture_meanwhile_goes_on_looking_at_it(
    edit: EditWorkspace, opened: Open, large: Path, qtbot: QtBot
) -> None:
    first = opened()
    edit.documents.open([large])
    qtbot.waitUntil(lambda: edit.documents.foreseen is not None, timeout=WAIT)
    edit.documents.set_current(first)
    assert edit.documents.foreseen is None and edit.canvas.state is first.state
    qtbot.waitUntil(lambda: len(edit.documents.all) == 2, timeout=WAIT)
    assert edit.documents.current is first
    edit.documents.open([large])
    assert edit.documents.current is edit.documents.all[1] and seen(edit) == SIZE


def test_it_is_given_up_like_any_other(edit: EditWorkspace, opened: Open, large: Path, qtbot: QtBot) -> None:
    first = opened()
    edit.documents.open([large])
    qtbot.waitUntil(lambda: edit.documents.foreseen is not None, timeout=WAIT)
    edit.documents.give_up(edit.documents.arriving[0])
    assert edit.documents.current is first and edit.canvas.state is first.state and not edit.documents.arriving
