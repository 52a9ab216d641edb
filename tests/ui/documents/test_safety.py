"""The safety copy: written while there are changes, gone when they are saved or given up, offered after a crash."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import flip
from ganstudio.core.document.recovery import folder, recoverable
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, OpenDocument, Recovery

Open = Callable[[Path], OpenDocument]
Said = Callable[[], list[str]]


def copies() -> list[Path]:
    return sorted(folder().glob("*.ganstudio")) if folder().is_dir() else []


def edited(document: OpenDocument) -> None:
    document.do(flip(document.state, True))


def written(qtbot: QtBot, document: OpenDocument) -> None:
    document.safety.write_now()
    qtbot.waitUntil(lambda: document.desk.background.busy == 0, timeout=10_000)


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def crashed() -> None:
    """The copies now belong to a process that is no more."""
    for note in folder().glob("*.json"):
        facts = json.loads(note.read_text())
        facts["owner"]["pid"] = dead_process()
        note.write_text(json.dumps(facts))


def test_nothing_is_written_while_nothing_has_changed(qtbot: QtBot, opened: Open, photo: Path) -> None:
    written(qtbot, opened(photo))
    assert copies() == []


def test_changes_are_kept_aside_until_they_are_given_up(
    qtbot: QtBot, documents: Documents, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    edited(document)
    written(qtbot, document)
    assert len(copies()) == 1
    edited(document)
    written(qtbot, document)
    assert len(copies()) == 1
    documents.discard(document)
    qtbot.waitUntil(lambda: list(folder().iterdir()) == [], timeout=10_000)


def test_at_the_end_of_the_program_it_goes_at_once(
    qtbot: QtBot, documents: Documents, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    edited(document)
    written(qtbot, document)
    documents.closing()
    assert list(folder().iterdir()) == []


def test_saving_makes_it_needless(qtbot: QtBot, opened: Open, photo: Path) -> None:
    document = opened(photo)
    edited(document)
    written(qtbot, document)
    document.was_saved(document.state, photo.with_suffix(".ganstudio"))
    qtbot.waitUntil(lambda: copies() == [], timeout=10_000)


def test_closed_while_it_is_being_written(qtbot: QtBot, documents: Documents, opened: Open, photo: Path) -> None:
    document = opened(photo)
    for _ in range(10):
        edited(document)
        document.safety.write_now()
    documents.discard(document)
    qtbot.waitUntil(lambda: documents.desk.background.busy == 0, timeout=10_000)
    assert copies() == []


def test_a_full_disk_is_said_once(
    qtbot: QtBot, documents: Documents, opened: Open, photo: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = opened(photo)

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(2):
        edited(document)
        edited(document)
        edited(document)
        written(qtbot, document)
    monkeypatch.undo()
    assert len(said()) == 1
    assert said()[0].startswith("The safety copy of photo.jpg could not be written.")
    documents.discard(document)


def test_after_a_crash_it_is_offered_and_comes_back(
    qtbot: QtBot, desk: Desk, documents: Documents, opened: Open, photo: Path, host: QWidget
) -> None:
    document = opened(photo)
    edited(document)
    pixels = document.state.layers[0].pixels.rows(0, 200)
    written(qtbot, document)
    crashed()
    later = Documents(desk, host)  # the next start
    recovery = Recovery(later)
    recovery.look()
    qtbot.waitUntil(lambda: recovery.question is not None, timeout=10_000)
    question = recovery.question
    assert question is not None and question.isVisible() and not question.isModal()
    with qtbot.waitSignal(later.opened):
        question.buttons["recover"].click()
    found = later.all[0]
    qtbot.waitUntil(lambda: found.modified, timeout=10_000)
    assert found.title == "photo.jpg"
    assert np.array_equal(found.state.layers[0].pixels.rows(0, 200), pixels)
    assert recoverable() == []  # ours now: no other window offers it
    assert len(copies()) == 1  # but still there, until it is saved
    later.discard(found)
    qtbot.waitUntil(lambda: copies() == [], timeout=10_000)
    document.doc.mark_saved(document.state)


def test_it_can_be_thrown_away_or_kept_for_later(
    qtbot: QtBot, desk: Desk, documents: Documents, opened: Open, photo: Path, host: QWidget
) -> None:
    document = opened(photo)
    edited(document)
    written(qtbot, document)
    crashed()
    for answer, left in (("cancel", 1), ("discard", 0)):
        recovery = Recovery(Documents(desk, host))
        recovery.look()
        qtbot.waitUntil(lambda recovery=recovery: recovery.question is not None, timeout=10_000)
        assert recovery.question is not None
        recovery.question.buttons[answer].click()
        qtbot.waitUntil(lambda: desk.background.busy == 0, timeout=10_000)
        assert len(copies()) == left
    document.doc.mark_saved(document.state)


def test_a_damaged_copy_is_said_once_and_set_aside(
    qtbot: QtBot, desk: Desk, documents: Documents, opened: Open, photo: Path, host: QWidget, said: Said
) -> None:
    document = opened(photo)
    edited(document)
    written(qtbot, document)
    crashed()
    copies()[0].write_bytes(copies()[0].read_bytes()[:2000])
    later = Documents(desk, host)
    recovery = Recovery(later)
    recovery.look()
    qtbot.waitUntil(lambda: recovery.question is not None, timeout=10_000)
    assert recovery.question is not None
    recovery.question.buttons["recover"].click()
    qtbot.waitUntil(lambda: bool(said()) and not later.entries, timeout=10_000)
    assert said()[0].startswith("The safety copy of photo.jpg cannot be read")
    assert copies() == []
    kept = list((folder() / "damaged").iterdir())
    assert len(kept) == 1
    assert kept[0].name in said()[0]
    assert recoverable() == []
    document.doc.mark_saved(document.state)


def test_nothing_to_offer_asks_nothing(qtbot: QtBot, documents: Documents) -> None:
    recovery = Recovery(documents)
    recovery.look()
    qtbot.waitUntil(lambda: documents.desk.background.busy == 0, timeout=10_000)
    assert recovery.question is None
