"""Batch: many pictures, one recipe, a queue that can be left alone. It is the terminal's queue, too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.errors import UserError
from ganstudio.core.text import N_, _
from ganstudio.jobs.batch import Added
from ganstudio.jobs.changes import Update
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import Batch, State
from ganstudio.jobs.remote.messages import BatchEnd
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.batch.adder import Adder
from ganstudio.ui.batch.ending import Ending
from ganstudio.ui.batch.model import QueueModel
from ganstudio.ui.batch.notice_bar import NoticeBar
from ganstudio.ui.batch.queue_service import Outlook, Plan, QueueService
from ganstudio.ui.batch.reader import Reader
from ganstudio.ui.batch.recipes import Recipes
from ganstudio.ui.batch.row_actions import RowActions
from ganstudio.ui.batch.runner import Inputs, Runner
from ganstudio.ui.batch.side import Side
from ganstudio.ui.batch.table import QueueTable
from ganstudio.ui.batch.thumbs import Thumbs
from ganstudio.ui.batch.toolbar import Toolbar
from ganstudio.ui.batch.totals import Totals
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Divider, EmptyState, Notice, wording
from ganstudio.ui.workspace import Workspace

if TYPE_CHECKING:
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk

_TIDY_MS, _SHOW_MS, _LOOK_AHEAD_MS = 700, 100, 900
_INPUTS = "batch.inputs"


class BatchWorkspace(Workspace):
    """`open_in_edit(source, result)`: a finished picture is to be looked at in Edit, before and after; `result` is None
    for one that is not done."""

    id = "batch"
    title = N_("Batch")
    icon = "layers"

    open_in_edit = Signal(object, object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.service = QueueService(desk.library)
        self.recipes = Recipes(desk.library)
        self.batches: dict[int, Batch] = {}
        self._inputs: Inputs = {}
        self._forecast: Outlook | None = None
        self._looking: Task | None = None
        self._plan: Plan | None = None
        self._facts: tuple[object, ...] = ()
        self._closed = False
        self.model = QueueModel(self)
        self.thumbs = Thumbs(self.recipes.result_size, self)
        self.reader = Reader(Journal.usual, self)
        self.adder = Adder(desk, self.service, self)
        self.runner = Runner(desk, self.service, self)
        self.ending = Ending(desk, self.service, self)
        self._build()
        self._connect()
        self._bind()
        self._recipe_changed()
        self.reader.start()

    # Making it

    def _build(self) -> None:
        self.toolbar, self.totals = Toolbar(self), Totals(self)
        self.table = QueueTable(self.model, self.thumbs, self)
        self.side = Side(self.desk, self)
        self.empty = EmptyState(
            "layers",
            _("Drop pictures or folders here."),
            _("They wait in the list until you press Start. Your originals are never changed."),
            [(_("Add files…"), self.add_files, "plus"), (_("Add folder…"), self.add_folder, "folder")],
            self,
        )
        self.stack = QStackedLayout()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.table)
        left = QVBoxLayout()
        left.setSpacing(0)
        self.bar = NoticeBar(self.start, self)
        self.rows = RowActions(self.desk, self.service, self.table)
        for part in (self.toolbar, Divider("edge"), self.totals, self.bar):
            left.addWidget(part)
        left.addLayout(self.stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(Divider("edge", upright=True))
        row.addWidget(self.side)
        self.setAcceptDrops(True)
        self._tidying = QTimer(self, interval=_TIDY_MS)
        self._tidying.timeout.connect(self._tidy)
        self._tidying.start()
        self._showing = QTimer(self, interval=_SHOW_MS, singleShot=True)
        self._showing.timeout.connect(self._show)
        self._ahead = QTimer(self, interval=_LOOK_AHEAD_MS, singleShot=True)
        self._ahead.timeout.connect(self._look_ahead)
        follow(self.update)

    def _connect(self) -> None:
        self.reader.updated.connect(self._updated)
        self.reader.caught_up.connect(self._caught_up)
        self.reader.troubled.connect(self._troubled)
        self.model.counted.connect(self._show_soon)
        self.table.dropped.connect(self.add)
        self.table.chosen.connect(self._chose)
        self.totals.filtered.connect(self._filter)
        self.toolbar.filtered.connect(self._filter)
        self.side.recipe.changed.connect(self._recipe_changed)
        self.side.output.changed.connect(self._output_changed)
        self.adder.finding.connect(self._finding)
        self.adder.added.connect(self._added)
        self.runner.changed.connect(self._show_soon)
        self.runner.refused.connect(self._refused)
        self.runner.prepared.connect(self._prepared)
        self.runner.ended.connect(self._ended)
        self.runner.failed.connect(self._engine_gone)
        self.ending.troubled.connect(self._say_trouble)
        self.rows.changed.connect(self.reader.kick)
        self.rows.waits_again.connect(self._waits_again)
        self.rows.opened.connect(self.open_in_edit)
        self.side.selected.edit_button.clicked.connect(self.rows.open_edit)
        self.side.selected.show_button.clicked.connect(self.rows.show_in_folder)

    def _bind(self) -> None:
        for id, button, call, enabled in (
            ("add_files", self.toolbar.add_files, self.add_files, None),
            ("add_folder", self.toolbar.add_folder, self.add_folder, None),
            ("start", self.toolbar.start, self.start, self._startable),
            ("pause", self.toolbar.pause, self.pause, self._active),
            ("stop", self.toolbar.stop, self.stop, self._running),
            ("retry", self.toolbar.retry, self.rows.retry_failed, self.rows.any_failed),
            ("clear_done", self.toolbar.clear, self.rows.clear_done, self.rows.any_done),
            ("remove", None, self.rows.remove, self.rows.any_chosen),
            ("again", None, self.rows.again, self.rows.any_chosen),
            ("up", None, partial(self.rows.shift, -1), self.rows.orderable),
            ("down", None, partial(self.rows.shift, 1), self.rows.orderable),
            ("show", None, self.rows.show_in_folder, self.rows.any_chosen),
            ("open_edit", None, self.rows.open_edit, self.rows.any_chosen),
        ):
            self.desk.actions.bind(f"batch.{id}", call, enabled)
            if button is not None:
                button.clicked.connect(call)

    # What is asked of a workspace

    def state(self) -> dict[str, Any]:
        return {
            "output": self.side.output.state(),
            "recipe": Recipe(self.side.recipe.steps).to_json(keep_paths=True) if self.side.recipe.steps else None,
            "name": self.side.recipe.name,
            "after": self.side.after.select.current,
            "folded": self.side.folded(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        try:
            self.side.output.restore(state.get("output"))
            if state.get("recipe"):
                name = state.get("name")
                self.side.recipe.set_recipe(Recipe.from_json(state["recipe"]), name if isinstance(name, str) else "")
            self.side.after.select.set_current(state.get("after", "notify"))
        except (UserError, KeyError):
            self.desk.notices.toast(_("What Batch was set to could not be read. The usual settings apply."))
        folded = state.get("folded")
        self.side.fold([one for one in folded if isinstance(one, str)] if isinstance(folded, list) else [])
        kept = self.desk.settings.remembered(_INPUTS, {})
        if isinstance(kept, dict):
            self._inputs = {int(id): [Path(one) for one in paths] for id, paths in kept.items() if id.isdigit()}

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
        self._show_soon()

    def closing(self) -> None:
        if self._closed:
            return
        self._closed = True
        for timer in (self._tidying, self._showing, self._ahead):
            timer.stop()
        self.adder.cancel()
        self.reader.close()
        self.thumbs.close()
        self.ending.close()
        self.service.close()

    # Adding

    @property
    def plan(self) -> Plan | None:
        """What the panels say; None without a step."""
        return self._plan

    @Slot(object)
    def add(self, paths: list[Path]) -> None:
        """Files and folders into the queue; nothing is started."""
        if not paths:
            return
        if self._plan is None:
            self.bar.say("warn", _("The recipe has no step."), _("Add a step, then add the pictures."))
        elif self.side.output.error:
            self.bar.say("warn", _("The output cannot be used yet."), self.side.output.error)
        else:
            self.bar.quiet()
            self.adder.add(self._plan, paths)
            self._show_soon()

    @Slot()
    def add_files(self) -> None:
        endings = " ".join(f"*{one}" for found in PICTURE_SUFFIXES.values() for one in found)
        chosen, _kind = QFileDialog.getOpenFileNames(
            self, _("Add pictures"), "", f"{_('Pictures')} ({endings});;{_('All files')} (*)"
        )
        self.add([Path(one) for one in chosen])

    @Slot()
    def add_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Add folder"))
        if chosen:
            self.add([Path(chosen)])

    @Slot(int)
    def _finding(self, found: int) -> None:
        if found >= 0:
            self.stack.setCurrentWidget(self.table)
            self.totals.show_finding(found, self.model.counts)
        else:
            self._show_soon()

    @Slot(object, object)
    def _added(self, added: Added, paths: list[Path]) -> None:
        if added.batch.added:
            self._inputs[added.batch.id] = paths
            self._keep_inputs()
            if self.runner.running:
                self.desk.engine.run_batches([added.batch.id])
        self.reader.kick()

    def _keep_inputs(self) -> None:
        kept = {str(id): [str(path) for path in paths] for id, paths in self._inputs.items()}
        self.desk.settings.remember(_INPUTS, kept)

    @Slot(object)
    def _prepared(self, inputs: Inputs) -> None:
        self._inputs = {id: paths for id, paths in inputs.items() if len(paths) < 10_000}
        self._keep_inputs()
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
        self.model.tidy()
        current = self.table.current_row() if self.table.any_chosen else None
        self.side.selected.show_row(current)
        self._ahead.start()
        self._show_soon()

    @Slot(str)
    def _troubled(self, sentence: str) -> None:
        if sentence:
            self.bar.say("err", _("The queue cannot be read now."), sentence, subject="journal")
        else:
            self.bar.settle("journal")

    # Showing

    @Slot()
    def _show_soon(self) -> None:
        if not self._showing.isActive():
            self._showing.start()

    @Slot()
    def _show(self) -> None:
        counts, runner = self.model.counts, self.runner
        total = sum(counts.values())
        if not self.adder.busy:
            self.stack.setCurrentWidget(self.table if total else self.empty)
        elsewhere = bool(counts[State.RUNNING]) and not runner.running
        why = self._startable()
        self.toolbar.show_state(
            running=runner.running,
            paused=runner.paused,
            starting=runner.starting,
            elsewhere=elsewhere,
            startable="" if why is True else str(why),
        )
        self.toolbar.show_counts(counts[State.FAILED], self.rows.done_count())
        self.totals.show_counts(counts, runner.course, self._forecast_words())
        self._show_progress()
        facts = (*(bool(counts[state]) for state in State), runner.running, runner.starting, why, self.table.any_chosen)
        if facts != self._facts:  # asking every action is not for nothing
            self._facts = facts
            self.desk.actions.refresh()
        self.status_changed.emit()

    def _show_progress(self) -> None:
        status = self.runner.status
        if status is None:
            if self.model.running:
                self.model.show_running({})
            return
        shares = dict(status.current)
        running = {row.id: shares[row.name] for row in self.model.running_rows() if row.name in shares}
        self.model.show_running(running)

    def _forecast_words(self) -> tuple[str, str]:
        """Hours and gigabytes of what waits, before it is started."""
        found, waiting = self._forecast, self.model.counts[State.WAITING] + self.model.counts[State.PAUSED]
        if found is None or not waiting or found.estimate is None:
            return "", ""
        time = _("Time not measured yet") if found.seconds is None else _about(found.seconds)
        estimate = found.estimate
        needed, free = wording.bytes_(estimate.needed), wording.bytes_(estimate.free)
        return time, _("needs about {needed} of {free} free").format(needed=needed, free=free)

    @Slot()
    def _tidy(self) -> None:
        self.model.tidy()

    @Slot()
    def _look_ahead(self) -> None:
        """What a run would take; told before the start."""
        waiting = self.model.counts[State.WAITING] + self.model.counts[State.PAUSED]
        if self._closed or not waiting or self.runner.running or self.adder.busy:
            return
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self.desk.background.run(self.service.outlook, self._foreseen, self._not_foreseen, owner=self)

    @Slot(object)
    def _foreseen(self, outlook: Outlook) -> None:
        self._looking, self._forecast = None, outlook
        if outlook.refusal:
            self.bar.say("warn", _("The results do not fit on the disk."), outlook.refusal)
        self._show_soon()

    @Slot(object)
    def _not_foreseen(self, error: Exception) -> None:
        self._looking = None  # what is wrong is told when it is started

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
        self.recipes.set_drafts(self._plan.recipe if self._plan else None, set(self._inputs))
        self.model.forget_results()
        self.table.look_again()
        self._show_example()
        self._show_soon()

    @Slot()
    def _output_changed(self) -> None:
        self._recipe_changed()

    def _show_example(self) -> None:
        row = self.table.current_row() or next(iter(self.model.rows), None)
        values = dict(self._plan.recipe.words) if self._plan else {}
        extension = ".jpg"
        if row is not None:
            values |= {"stem": Path(row.name).stem, "ext": Path(row.name).suffix.lstrip(".")}
            extension = Path(row.name).suffix.lower() or ".jpg"
            size = self.model.sizes.get(row.id)
            if size and size[2]:
                scale = f"{round(size[2] / size[0], 2):g}"
                values |= {"scale": scale, "width": str(size[2]), "height": str(size[3])}
        self.side.output.set_example(values, extension)

    # Running

    @Slot()
    def start(self) -> None:
        if self._startable() is True:
            self.bar.quiet()
            self.runner.start(self._plan, dict(self._inputs))

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

    @Slot(str)
    def _refused(self, sentence: str) -> None:
        self.bar.say("err", _("The batch was not started."), sentence)

    @Slot(object)
    def _ended(self, end: BatchEnd) -> None:
        self.ending.take(end, self.side.after.select.current, self.window().isActiveWindow())
        self._ahead.start()

    @Slot(object)
    def _engine_gone(self, failure: Any) -> None:
        lines = [failure.sentence, _("The pictures it had begun wait again. Nothing is lost.")]
        self.bar.say("err", _("The queue is paused: the engine stopped."), lines, again=True)

    @Slot(str, object)
    def _say_trouble(self, title: str, lines: list[str]) -> None:
        self.bar.say("err", title, lines, again=True)

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
        self._show_soon()

    # Conditions of the actions

    def _startable(self) -> bool | str:
        counts = self.model.counts
        if self.runner.running or self.runner.starting:
            return _("It is running")
        if not counts[State.WAITING] and not counts[State.PAUSED]:
            return _("Nothing is waiting")
        if self._plan is None:
            return _("The recipe has no step")
        return self.side.output.error or True

    def _running(self) -> bool:
        return self.runner.running

    def _active(self) -> bool:
        return self.runner.running or bool(self.model.counts[State.RUNNING])

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


def _about(seconds: float) -> str:
    said = wording.seconds(seconds)
    return said if said.startswith(_("about")) else _("about {time}").format(time=said)
