"""The table's model: sorted, filtered, changed and moved, always as Qt expects it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ganstudio.jobs.changes import Changes, move, remove
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.records import Batch, NewJob, Outcome, State
from ganstudio.ui.batch.cells import Column
from ganstudio.ui.batch.model import ROWS, QueueModel
from ganstudio.ui.batch.words import LOOKS, sentence


def journal_with(path: Path, count: int) -> tuple[Journal, Batch]:
    journal = Journal(path)
    batch = journal.add_batch({}, "r", {"options": {}, "folder": "", "file": ""})
    jobs = (NewJob(Path(f"/in/{(7 * i) % count:03d}.jpg"), 10 + i, 1, Path("/out"), i) for i in range(count))
    journal.add(batch, jobs, "{stem}")
    return journal, batch


def model_of(changes: Changes, model: QueueModel | None = None) -> QueueModel:
    model = model or QueueModel()
    while (update := changes.read(limit=4)) is not None:
        model.take(update.rows, update.gone)
        if not update.more:
            break
    model.insert_arrived()
    return model


def names(model: QueueModel) -> list[str]:
    return [model.index(at, Column.NAME).data() for at in range(model.rowCount())]


def test_the_model_keeps_qts_rules_whatever_happens(tmp_path: Path, qtmodeltester: ModelTester) -> None:
    journal, batch = journal_with(tmp_path / "j", 10)
    changes = Changes(Journal(tmp_path / "j"))
    model = model_of(changes)
    qtmodeltester.check(model)
    job = journal.claim(batch, Owner.me())
    assert job is not None
    model_of(changes, model)
    model.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    model.set_filter([State.WAITING], "")
    journal.finish(job, Outcome(State.FAILED, "is cut off"))
    remove(journal, [row.id for row in model.rows[2:5]])
    model_of(changes, model).tidy()
    model.set_filter([], "")
    qtmodeltester.check(model)
    assert model.rowCount() == 7
    assert model.counts[State.FAILED] == 1


def test_rows_that_come_in_quick_succession_are_inserted_together(tmp_path: Path, qtbot: QtBot) -> None:
    journal_with(tmp_path / "j", 40)
    changes, model = Changes(Journal(tmp_path / "j")), QueueModel()
    insertions: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, last: insertions.append(last - first + 1))
    while (update := changes.read(limit=4)) is not None:
        model.take(update.rows)
        assert model.counts[State.WAITING] == len(model.by_id)
        if len(model.by_id) == 8:
            model.take([], gone=[next(iter(model.by_id.values())).id, update.rows[0].id])  # one is not inserted yet
    assert len(insertions) == 1
    qtbot.waitUntil(lambda: len(model.rows) == 38)
    assert insertions == [4, 35]
    assert [row.at for row in model.rows] == list(range(38))


def test_sorting_changes_what_is_shown_and_not_the_order_of_work(tmp_path: Path) -> None:
    journal, batch = journal_with(tmp_path / "j", 10)
    model = model_of(Changes(Journal(tmp_path / "j")))
    work = names(model)
    model.sort(Column.NAME)
    assert names(model) == sorted(work) != work
    model.sort(Column.PICTURE)
    assert names(model) == work
    job = journal.claim(batch, Owner.me())
    assert job is not None
    assert job.source.name == work[0]


def test_what_is_dragged_is_worked_on_there(tmp_path: Path) -> None:
    journal, batch = journal_with(tmp_path / "j", 6)
    changes = Changes(Journal(tmp_path / "j"))
    model = model_of(changes)
    before = names(model)
    model.moved.connect(lambda ids, at: move(journal, ids, at))
    mime = QMimeData()
    mime.setData(ROWS, f"{model.rows[4].id} {model.rows[5].id}".encode())
    model.dropMimeData(mime, Qt.DropAction.MoveAction, 1, 0, QModelIndex())
    model_of(changes, model).tidy()
    wanted = [before[0], before[4], before[5], *before[1:4]]
    assert names(model) == wanted
    model.move_rows([model.rows[0].id], 6)
    model_of(changes, model).tidy()
    wanted = [*wanted[1:], wanted[0]]
    assert names(model) == wanted
    worked = []
    place = float("-inf")
    for _ in range(6):
        job = journal.claim(batch, Owner.me(), place)
        assert job is not None
        place = job.place
        worked.append(job.source.name)
    assert worked == wanted


def test_moving_to_and_fro_never_runs_out_of_room(tmp_path: Path) -> None:
    journal, _batch = journal_with(tmp_path / "j", 5)
    ids = [job.id for job in journal.jobs()]
    for _ in range(200):
        move(journal, [ids[4]], ids[1])
        move(journal, [ids[3]], ids[4])
        move(journal, [ids[4]], ids[3])
    model = model_of(Changes(Journal(tmp_path / "j")))
    model.sort(Column.PICTURE)
    assert [row.id for row in model.rows] == [ids[0], ids[4], ids[3], ids[1], ids[2]]


def test_an_id_that_is_used_again_is_another_picture(tmp_path: Path) -> None:
    journal, batch = journal_with(tmp_path / "j", 3)
    changes = Changes(Journal(tmp_path / "j"))
    model = model_of(changes)
    last = max(row.id for row in model.rows)
    remove(journal, [last])
    journal.add(batch, [NewJob(Path("/in/new.jpg"), 1, 1, Path("/out"), 9)], "{stem}")
    model_of(changes, model).tidy()
    assert model.by_id[last].name == "new.jpg"
    assert model.rowCount() == 3


def test_a_filter_by_state_follows_the_states(tmp_path: Path) -> None:
    journal, batch = journal_with(tmp_path / "j", 5)
    changes = Changes(Journal(tmp_path / "j"))
    model = model_of(changes)
    model.set_filter([State.FAILED], "")
    assert model.rowCount() == 0
    job = journal.claim(batch, Owner.me())
    assert job is not None
    journal.finish(job, Outcome(State.FAILED, "is cut off"))
    model_of(changes, model).tidy()
    assert names(model) == [job.source.name]
    assert model.index(0, Column.NOTE).data() == "It is cut off."
    assert not model.in_work_order


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_glyph_and_a_word(state: State) -> None:
    assert LOOKS[state].icon
    assert LOOKS[state].word


def test_reasons_are_sentences() -> None:
    assert sentence("already made with this recipe") == "Already there, left as it is."
    assert sentence("is already larger than 4,000 pixels") == "It is already larger than 4,000 pixels."
    assert sentence("“a.jpg” is a PDF.") == "“a.jpg” is a PDF."
