"""Batch: many pictures, one recipe, a queue that can be left alone. It is the terminal's queue, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ganstudio.core.text import N_, _
from ganstudio.jobs.changes import Update
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.making import is_making
from ganstudio.jobs.records import Batch, State
from ganstudio.jobs.remote.messages import BatchEnd
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.batch.adder import Adder
from ganstudio.ui.batch.binding import Conditions, bind
from ganstudio.ui.batch.ending import Ending
from ganstudio.ui.batch.example import name_values
from ganstudio.ui.batch.foresight import Foresight
from ganstudio.ui.batch.intake import Intake
from ganstudio.ui.batch.keeping import KeptInputs, restore, state_of
from ganstudio.ui.batch.layout import lay_out
from ganstudio.ui.batch.model import QueueModel
from ganstudio.ui.batch.news import News
from ganstudio.ui.batch.queue_service import Plan, QueueService
from ganstudio.ui.batch.reader import Reader
from ganstudio.ui.batch.recipes import Recipes
from ganstudio.ui.batch.row_actions import RowActions
from ganstudio.ui.batch.runner import Inputs, Runner
from ganstudio.ui.batch.showing import Showing
from ganstudio.ui.batch.thumbs import Thumbs
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Notice, wording
from ganstudio.ui.workspace import Workspace

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_TIDY_MS = 700


class BatchWorkspace(Workspace):
    """`open_in_edit(source, result)`: a finished picture is to be looked at in Edit, before and after; `result` is None
    for one that is not done. `notified(title, text)`: to be said outside of the window."""

    id = "batch"
    title = N_("Batch")
    icon = "layers"

    open_in_edit = Signal(object, object)
    notified = Signal(str, str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.service = QueueService(desk.library)
        self.recipes = Recipes(desk.library)
        self.batches: dict[int, Batch] = {}
        self.inputs = KeptInputs(desk)
        self._plan: Plan | None = None
        self._closed = False
        self.model = QueueModel(self)
        self.thumbs = Thumbs(self.recipes.result_size, self)
        self.reader = Reader(Journal.usual, self)
        self.adder = Adder(desk, self.service, self)
        self.runner = Runner(desk, self.service, self)
        self.ending = Ending(desk, self.service, self)
        self.conditions = Conditions(self)
        self.foresight = Foresight(desk, self.service, self.conditions.foreseeable, self)
        self.intake, self.showing = Intake(self), Showing(self)
        parts = lay_out(
            self, desk, self.model, self.thumbs, start=self.start,
            add_files=self.intake.add_files, add_folder=self.intake.add_folder,
        )  # fmt: skip
        self.toolbar, self.totals, self.bar, self.table = parts.toolbar, parts.totals, parts.bar, parts.table
        self.side, self.empty, self.stack = parts.side, parts.empty, parts.stack
        self.rows = RowActions(desk, self.service, self.table)
        self.setAcceptDrops(True)
        self._tidying = QTimer(self, interval=_TIDY_MS)
        self._tidying.timeout.connect(self.model.tidy)
        self._tidying.start()
        self.news = News(self.bar, self.reader, self.runner, self.foresight, self.ending)
        follow(self.update)
        self._connect()
        bind(self)
        self._recipe_changed()
        self.reader.start()

    # Making it

    def _connect(self) -> None:
        self.reader.updated.connect(self._updated)
        self.reader.caught_up.connect(self._caught_up)
        self.model.counted.connect(self.showing.soon)
        self.table.dropped.connect(self.add)
        self.table.chosen.connect(self._chose)
        self.totals.filtered.connect(self._filter)
        self.toolbar.filtered.connect(self._filter)
        self.side.recipe.changed.connect(self._recipe_changed)
        self.side.output.changed.connect(self._recipe_changed)
        self.runner.changed.connect(self.showing.soon)
        self.runner.prepared.connect(self._prepared)
        self.runner.ended.connect(self._ended)
        self.foresight.changed.connect(self.showing.soon)
        self.ending.notified.connect(self.notified)
        self.rows.changed.connect(self.reader.kick)
        self.rows.waits_again.connect(self._waits_again)
        self.rows.opened.connect(self.open_in_edit)
        self.side.selected.edit_button.clicked.connect(self.rows.open_edit)
        self.side.selected.show_button.clicked.connect(self.rows.show_in_folder)

    # What is asked of a workspace

    def state(self) -> dict[str, Any]:
        return state_of(self.side)

    def restore(self, state: dict[str, Any]) -> None:
        if not restore(self.side, state):
            self.desk.notices.toast(_("What Batch was set to could not be read. The usual settings apply."))
        self.inputs.load()

    def set_edit_recipe(self, recipe: Callable[[], Recipe]) -> None:
        """Where “As in Edit” has its settings from."""
        self.side.recipe.edit_recipe = recipe

    def open_paths(self, paths: list[Path]) -> bool:
        self.add(paths)
        return bool(paths)

    def choose_model(self, name: str) -> bool:
        return self.side.recipe.choose_model(name)

    def busy(self) -> str:
        if self.adder.busy:
            return _("Pictures are being added to the queue.")
        if not self.runner.running:
            return ""
        rest = self.model.counts[State.WAITING] + self.model.counts[State.RUNNING]
        return _("The batch is running: {n} pictures to go.").format(n=wording.count(rest))

    def news_area(self) -> QRect:
        return QRect(self.table.mapTo(self, QPoint(0, 0)), self.table.size())

    @property
    def status(self) -> list[str]:
        chosen = len(self.table.chosen_rows()) if self.table.any_chosen else 0
        said = [_("{n} selected").format(n=wording.count(chosen))] if chosen else []
        written = self.model.written
        return [*said, _("{size} written").format(size=wording.bytes_(written))] if written else said

    def activated(self) -> None:
        self.table.look_again()
        self.showing.soon()

    def closing(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._tidying.stop()
        self.showing.close()
        self.foresight.close()
        self.adder.cancel()
        self.reader.close()
        self.thumbs.close()
        self.service.close()

    # Adding

    @property
    def plan(self) -> Plan | None:
        """What the panels say; None without a step."""
        return self._plan

    @Slot(object)
    def add(self, paths: list[Path]) -> None:
        """Files and folders into the queue; nothing is started."""
        self.intake.add(paths)

    @Slot(object)
    def _prepared(self, inputs: Inputs) -> None:
        self.inputs.put(inputs)
        self.reader.kick()

    # What the journal says

    @Slot(object)
    def _updated(self, update: Update) -> None:
        if update.batches is not None:
            self.batches = update.batches
            self.recipes.set_batches(update.batches)
        for id in update.gone:
            self.thumbs.forget(id)
        self.model.take(update.rows, update.gone)
        self.reader.taken()

    @Slot()
    def _caught_up(self) -> None:
        self.model.insert_arrived()
        self.model.tidy()
        current = self.table.current_row() if self.table.any_chosen else None
        self.side.selected.show_row(current)
        self.foresight.look_soon()
        self.showing.soon()

    # Showing

    @Slot()
    def _filter(self) -> None:
        chosen = [row.id for row in self.table.chosen_rows()][:500]
        self.model.set_filter(self.totals.states, self.toolbar.search.text())
        self.table.choose(chosen)
        self.table.look_again()

    # Recipe and output

    @Slot()
    def _recipe_changed(self) -> None:
        steps = self.side.recipe.steps
        self._plan = Plan(Recipe(steps, self.side.output.save), self.side.output.options) if steps else None
        self.recipes.set_drafts(self._plan.recipe if self._plan else None, set(self.inputs.value))
        self.model.forget_results()
        self.table.look_again()
        self._show_example()
        self.showing.soon()

    def _show_example(self) -> None:
        row = self.table.current_row()
        if row is None or row.title:  # an example is a picture
            row = next((one for one in self.model.rows if not one.title), None)
        recipe = self._plan.recipe if self._plan else None
        self.side.output.set_example(*name_values(recipe, row, self.model.sizes.get(row.id) if row else None))

    # Running

    @Slot()
    def start(self) -> None:
        if self.conditions.startable() is True:
            self.bar.quiet()
            self.runner.start(self._plan, dict(self.inputs.value))

    @Slot()
    def pause(self) -> None:
        if self.runner.running:
            self.runner.pause()
        else:
            ids = {row.batch for row in self.model.running_rows()}
            self.runner.pause_elsewhere([self.batches[id] for id in ids if id in self.batches], self.rows.tell)

    @Slot()
    def stop(self) -> None:
        self.runner.stop()

    @Slot()
    def _waits_again(self) -> None:
        """What is to be run again is run at once where a run is going on."""
        if self.runner.running:
            self.desk.engine.run_batches(sorted(self.batches))

    @Slot(object)
    def _ended(self, end: BatchEnd) -> None:
        makings = any(is_making(self.batches[id]) for id in end.batches if id in self.batches)
        self.ending.take(end, self.side.after.select.current, self.window().isActiveWindow(), makings)
        self.foresight.look_soon()

    @property
    def notice(self) -> Notice | None:
        """What stands above the table."""
        return self.bar.notice

    # Rows

    @Slot()
    def _chose(self) -> None:
        row = self.table.current_row() if self.table.any_chosen else None
        self.side.selected.show_row(row)
        self._show_example()
        self.showing.soon()

    # The widget

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().now.panel)
