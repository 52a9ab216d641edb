"""The workspace on a real journal and, once, a real engine."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ganstudio.core.codecs import peek
from ganstudio.core.paths import home
from ganstudio.core.progress import Progress
from ganstudio.jobs.journal import FILE, Journal
from ganstudio.jobs.making import Making
from ganstudio.jobs.making import add as add_making
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import Outcome, State
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import tool_named
from ganstudio.tools.upscale import UpscaleParams
from ganstudio.ui.batch import saved
from ganstudio.ui.batch.cells import Column
from ganstudio.ui.batch.output_panel import template_error
from ganstudio.ui.batch.step_card import summary
from ganstudio.ui.batch.totals import Course
from ganstudio.ui.batch.workspace import BatchWorkspace
from ganstudio.ui.desk import Desk
from tests.jobs.harness import doubling, engine, put, save

Fill = Callable[[int], BatchWorkspace]


def states(workspace: BatchWorkspace) -> dict[State, int]:
    return {state: count for state, count in workspace.model.counts.items() if count}


def test_a_run_from_dropping_to_the_report(filled: Fill, qtbot: QtBot, tmp_path: Path) -> None:
    save(tmp_path / "in" / "a.png", 99)
    (tmp_path / "in" / "cut.png").write_bytes((tmp_path / "in" / "a.png").read_bytes()[:200])
    os.remove(tmp_path / "in" / "a.png")
    workspace = filled(4)
    pages: list[Path] = []
    workspace.ending.reported.connect(pages.append)
    qtbot.waitUntil(workspace.desk.actions.action("batch.start").isEnabled, timeout=5000)
    assert workspace.toolbar.start.isEnabled()
    qtbot.mouseClick(workspace.toolbar.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(pages), timeout=60_000)
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 4, State.FAILED: 1}, timeout=5000)
    row = next(row for row in workspace.model.rows if row.state is State.DONE)
    result = Path(str(row.output))
    assert peek(result).width == 2 * peek(row.source).width
    failed = next(row for row in workspace.model.rows if row.state is State.FAILED)
    assert "cut" in workspace.model.text(failed, Column.NOTE)
    page = pages[0].read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == 8
    assert "cut.png" in page
    workspace.table.choose([row.id])
    qtbot.waitUntil(lambda: workspace.side.selected.view._pair.after is not None, timeout=5000)
    with qtbot.waitSignal(workspace.open_in_edit) as opened:
        workspace.rows.open_edit()
    assert opened.args == [row.source, result]
    workspace.rows.retry_failed()
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 4, State.WAITING: 1}, timeout=5000)
    workspace.rows.clear_done()
    qtbot.waitUntil(lambda: len(workspace.model.rows) == 1, timeout=5000)


def test_the_terminals_queue_shows_here_and_ours_there(workspace: BatchWorkspace, qtbot: QtBot, tmp_path: Path) -> None:
    terminal = engine()
    batch = put(terminal, save(tmp_path / "t" / "one.png"), tmp_path / "made").batch
    qtbot.waitUntil(lambda: len(workspace.model.rows) == 1, timeout=5000)
    terminal.run([batch])
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 1}, timeout=5000)
    workspace.add([save(tmp_path / "t" / "two.png", 2)])
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 1, State.WAITING: 1}, timeout=5000)
    assert [totals.waiting for _batch, totals in Queue(terminal.journal).list()] == [0, 1]
    terminal.close()


def test_another_recipe_before_the_start_is_what_is_run(filled: Fill, qtbot: QtBot, tmp_path: Path) -> None:
    workspace = filled(2)
    workspace.side.recipe.set_recipe(doubling(3.0))
    workspace.side.output.name.edit.setText("{stem}-large")
    ended = []
    workspace.runner.ended.connect(ended.append)
    workspace.start()
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0000-large.png", "0001-large.png"]
    assert peek(tmp_path / "out" / "0000-large.png").width == 3 * 48
    qtbot.waitUntil(lambda: states(workspace) == {State.DONE: 2}, timeout=5000)


def test_an_output_folder_that_vanished_pauses_the_queue(filled: Fill, qtbot: QtBot, tmp_path: Path) -> None:
    workspace = filled(3)
    shutil.rmtree(tmp_path / "out")
    workspace.start()
    qtbot.waitUntil(lambda: workspace.notice is not None and not workspace.runner.running, timeout=60_000)
    assert workspace.notice is not None
    assert "paused" in workspace.notice.title
    assert "not there any more" in workspace.notice.accessibleDescription()
    qtbot.waitUntil(lambda: states(workspace) == {State.WAITING: 3}, timeout=5000)


def test_an_engine_that_is_killed_lets_the_rest_wait(filled: Fill, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    import signal

    workspace = filled(40)
    workspace.start()
    qtbot.waitUntil(lambda: workspace.model.counts[State.DONE] > 0, timeout=60_000)
    assert desk.engine.pid is not None
    os.kill(desk.engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: workspace.notice is not None, timeout=20_000)
    assert workspace.notice is not None
    assert "engine" in workspace.notice.title
    qtbot.waitUntil(lambda: not workspace.model.counts[State.RUNNING], timeout=10_000)
    assert workspace.model.counts[State.FAILED] == 0
    assert sum(workspace.model.counts.values()) == 40


def test_a_locked_journal_is_a_notice_and_nothing_breaks(
    workspace: BatchWorkspace, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganstudio.jobs.database._PATIENCE_S", 0.05)
    Journal.usual().close()
    failed = []
    desk.notices.failed.connect(failed.append)
    with sqlite3.connect(home() / FILE, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        workspace.add([save(tmp_path / "in" / "one.png")])
        qtbot.waitUntil(lambda: bool(failed), timeout=5000)
        other.execute("ROLLBACK")
    assert "locked" in str(failed[0])
    workspace.add([tmp_path / "in" / "one.png"])
    qtbot.waitUntil(lambda: len(workspace.model.rows) == 1, timeout=5000)


def test_rows_are_removed_and_moved_by_keys(filled: Fill, desk: Desk, qtbot: QtBot) -> None:
    workspace = filled(4)
    ids = [row.id for row in workspace.model.rows]
    workspace.table.choose([ids[2]])
    desk.actions.refresh()
    desk.actions.action("batch.up").trigger()
    qtbot.waitUntil(lambda: [row.id for row in workspace.model.rows] == [ids[0], ids[2], ids[1], ids[3]], timeout=5000)
    assert [row.id for row in workspace.table.chosen_rows()] == [ids[2]]
    desk.actions.action("batch.remove").trigger()
    qtbot.waitUntil(lambda: [row.id for row in workspace.model.rows] == [ids[0], ids[1], ids[3]], timeout=5000)


def test_what_waits_has_an_estimate_before_the_start(filled: Fill, qtbot: QtBot) -> None:
    workspace = filled(3)
    qtbot.waitUntil(lambda: workspace.foresight.outlook is not None, timeout=8000)
    qtbot.waitUntil(lambda: "free" in workspace.totals._facts.text(), timeout=3000)


def test_what_the_engine_measured_foretells_the_hours(filled: Fill, workspace: BatchWorkspace) -> None:
    workspace.side.recipe.set_recipe(Recipe((Step(tool_named("upscale"), tool_named("upscale").params()),)))
    filled(4)
    asked: list[str] = []

    def pace(model: str, width: int, height: int) -> float:
        asked.append(model)
        return 100.0 * width * height / 1e6

    assert workspace.service.outlook(Progress()).seconds is None
    foreseen = workspace.service.outlook(Progress(), pace).seconds
    assert foreseen == pytest.approx(4 * 100.0 * 48 * 36 / 1e6, rel=0.01)
    assert asked


def test_thumbnails_come_for_what_is_seen_and_sizes_with_them(filled: Fill, qtbot: QtBot) -> None:
    workspace = filled(60)
    first, last = workspace.model.rows[0], workspace.model.rows[-1]
    qtbot.waitUntil(lambda: workspace.model.sizes.get(first.id) == (48, 36, 96, 72), timeout=8000)
    assert workspace.thumbs.of(first.id) is not None
    assert not workspace.thumbs.known(last.id)
    workspace.table.scrollToBottom()
    qtbot.waitUntil(lambda: workspace.thumbs.known(last.id), timeout=8000)


def test_nothing_of_use_is_said_and_not_added(workspace: BatchWorkspace, desk: Desk, qtbot: QtBot,
                                              tmp_path: Path) -> None:  # fmt: skip
    told: list[str] = []
    desk.notices.toasted.connect(lambda toast: told.append(toast.text))
    (tmp_path / "notes.txt").write_text("no picture")
    workspace.add([tmp_path])
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert "no picture" in told[0]
    failed = []
    desk.notices.failed.connect(failed.append)
    workspace.add([tmp_path / "gone.jpg"])
    qtbot.waitUntil(lambda: bool(failed), timeout=5000)
    assert "gone.jpg" in failed[0].title
    assert workspace.stack.currentWidget() is workspace.empty


def test_a_name_with_an_unknown_field_names_the_nearest(workspace: BatchWorkspace) -> None:
    output = workspace.side.output
    good = output.options
    output.name.edit.setText("{stm}_large")
    assert output.name.error == "There is no {stm}. The nearest is {stem}."
    assert output.options == good
    workspace.add([Path("x.jpg")])
    assert workspace.notice is not None
    assert template_error("{stem") != ""
    output.name.edit.setText("{stem}_large")
    assert output.example.text().endswith("_large.jpg")


def test_recipes_are_put_together_saved_and_opened(workspace: BatchWorkspace, desk: Desk, qtbot: QtBot) -> None:
    panel = workspace.side.recipe
    panel.add_step("upscale")
    assert [card.step.tool.id for card in panel.cards] == ["resize", "upscale"]
    panel.move_step(1, 0)
    assert [step.tool.id for step in panel.steps] == ["upscale", "resize"]
    assert summary(panel.steps[1]) == "2×"
    panel.save_as("Old: photos")
    assert saved.names() == ["Old_ photos"]
    qtbot.keyClick(panel.cards[1], Qt.Key.Key_Delete)
    assert len(panel.steps) == 1
    panel.load("Old_ photos")
    assert len(panel.steps) == 2
    assert panel.choose_model("illustration")
    assert "illustration" in summary(panel.steps[0])


def test_a_step_says_its_model_and_size_in_words(workspace: BatchWorkspace, qtbot: QtBot) -> None:
    panel = workspace.side.recipe
    panel.set_recipe(Recipe((Step(tool_named("upscale"), UpscaleParams()),)))
    qtbot.waitUntil(lambda: panel.cards[0].toolTip() == "Photo, 2×", timeout=10_000)
    assert panel.choose_model("quick-x2")
    assert panel.cards[0].toolTip() == "Quick, 2×"
    panel.set_recipe(Recipe((Step(tool_named("upscale"), UpscaleParams(model="/models/Ultra.pth", scale=1.5)),)))
    assert panel.cards[0].toolTip() == "Ultra, 1.5×"


def test_counts_of_nothing_go_when_all_is_done(workspace: BatchWorkspace) -> None:
    chips, totals = workspace.totals.chips, workspace.totals
    totals.show_counts(Counter({State.DONE: 3, State.RUNNING: 1}), Course(running=True))
    assert not chips[State.WAITING].isHidden()
    totals.show_counts(Counter({State.DONE: 3, State.FAILED: 1}), Course())
    assert chips[State.WAITING].isHidden()
    assert not chips[State.DONE].isHidden()


def test_it_is_as_it_was_left(workspace: BatchWorkspace, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    workspace.side.output.exists.set_current("rename")
    workspace.side.output.gps.setChecked(True)
    workspace.side.sections["after"].set_folded(True)
    state = workspace.state()
    other = BatchWorkspace(desk)
    other.restore(state)
    assert other.side.output.options == workspace.side.output.options
    assert other.side.output.save.metadata == "no-gps"
    assert other.side.recipe.steps == workspace.side.recipe.steps
    assert other.side.sections["after"].folded
    other.restore({"output": {"options": {"name": 7}}, "recipe": "x", "after": "fly"})
    other.closing()
    other.deleteLater()


def test_what_a_maker_makes_elsewhere_is_a_row_like_any_other(
    workspace: BatchWorkspace, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    journal = Journal.usual()
    making = Making("walk", 1, "Walk: 12 keyframes", {}, folder / "dream.webm", folder)
    batch = add_making(journal, making)
    workspace.side.recipe.set_recipe(Recipe(()))
    qtbot.waitUntil(lambda: states(workspace) == {State.WAITING: 1}, timeout=5000)
    (row,) = workspace.model.rows
    assert workspace.model.text(row, Column.NAME) == "Walk: 12 keyframes"
    assert workspace.conditions.startable() is True  # it needs no recipe
    job = journal.claim(batch, Owner.me())
    assert job is not None
    journal.note_share(job, 0.25)

    def said(column: Column) -> str:
        return workspace.model.text(workspace.model.rows[0], column)

    qtbot.waitUntil(lambda: "25" in said(Column.STATE), timeout=5000)
    workspace.table.choose([row.id])
    workspace.toolbar.search.edit.setText("keyframes")
    assert len(workspace.model.rows) == 1
    assert not workspace.side.selected.edit_button.isEnabled() and "dream" not in workspace.side.output.example.text()
    workspace.grab()
    journal.finish(job, Outcome(State.FAILED, "The disk is full.", seconds=3.0))
    qtbot.waitUntil(lambda: states(workspace) == {State.FAILED: 1}, timeout=5000)
    assert said(Column.NOTE) == "The disk is full."
    qtbot.waitUntil(lambda: workspace.totals._title.text() == "1 of 1 job", timeout=5000)
    workspace.rows.retry_failed()
    qtbot.waitUntil(lambda: states(workspace) == {State.WAITING: 1}, timeout=5000)
    journal.close()
