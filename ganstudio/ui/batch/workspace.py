"""Batch: many pictures, one recipe, a queue that can be left alone. It is the terminal's queue, too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress
from ganstudio.core.text import N_, _
from ganstudio.jobs.batch import Added
from ganstudio.jobs.changes import Row, Update
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import Batch, State
from ganstudio.jobs.remote.messages import BatchEnd
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.batch.adder import Adder
from ganstudio.ui.batch.ending import Ending
from ganstudio.ui.batch.model import QueueModel
from ganstudio.ui.batch.queue_service import Outlook, Plan, QueueService
from ganstudio.ui.batch.reader import Reader
from ganstudio.ui.batch.recipes import Recipes
from ganstudio.ui.batch.runner import Inputs, Runner
from ganstudio.ui.batch.side import Side
from ganstudio.ui.batch.table import QueueTable
from ganstudio.ui.batch.thumbs import Thumbs
from ganstudio.ui.batch.toolbar import Toolbar
from ganstudio.ui.batch.totals import Totals
from ganstudio.ui.opening import show_file
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
        self._notice: Notice | None = None
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
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(12, 0, 12, 0)
        for part in (self.toolbar, Divider("edge"), self.totals):
            left.addWidget(part)
        left.addLayout(self._notices)
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
        self.model.moved.connect(self._move)
        self.table.dropped.connect(self.add)
        self.table.opened.connect(self._open_row)
        self.table.chosen.connect(self._chose)
        self.table.menu_wanted.connect(self._menu)
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
        self.side.selected.edit_button.clicked.connect(self.open_edit)
        self.side.selected.show_button.clicked.connect(self.show_in_folder)

    def _bind(self) -> None:
        for id, button, call, enabled in (
            ("add_files", self.toolbar.add_files, self.add_files, None),
            ("add_folder", self.toolbar.add_folder, self.add_folder, None),
            ("start", self.toolbar.start, self.start, self._startable),
            ("pause", self.toolbar.pause, self.pause, self._active),
            ("stop", self.toolbar.stop, self.stop, self._running),
            ("retry", self.toolbar.retry, self.retry_failed, self._any_failed),
            ("clear_done", self.toolbar.clear, self.clear_done, self._any_done),
            ("remove", None, self.remove, self._any_chosen),
            ("again", None, self.again, self._any_chosen),
            ("up", None, partial(self._shift, -1), self._orderable),
            ("down", None, partial(self._shift, 1), self._orderable),
            ("show", None, self.show_in_folder, self._any_chosen),
            ("open_edit", None, self.open_edit, self._any_chosen),
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
            self._say("warn", _("The recipe has no step."), _("Add a step, then add the pictures."))
        elif self.side.output.error:
            self._say("warn", _("The output cannot be used yet."), self.side.output.error)
        else:
            self._quiet()
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
            self._say("err", _("The queue cannot be read now."), sentence, again=False)
        elif self._notice is not None and self._notice.property("of") == "journal":
            self._quiet()
        if sentence and self._notice is not None:
            self._notice.setProperty("of", "journal")

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
        self.toolbar.show_counts(counts[State.FAILED], self._done_count())
        self.totals.show_counts(counts, runner.course, self._forecast_words())
        self._show_progress()
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
            self._say("warn", _("The results do not fit on the disk."), outlook.refusal)
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
            self._quiet()
            self.runner.start(self._plan, dict(self._inputs))

    @Slot()
    def pause(self) -> None:
        if self.runner.running:
            self.runner.pause()
        else:
            ids = {row.batch for row in self.model.running_rows()}
            self.runner.pause_elsewhere([self.batches[id] for id in ids if id in self.batches], self._changed)

    @Slot()
    def stop(self) -> None:
        self.runner.stop()

    @Slot(str)
    def _refused(self, sentence: str) -> None:
        self._say("err", _("The batch was not started."), sentence)

    @Slot(object)
    def _ended(self, end: BatchEnd) -> None:
        self.ending.take(end, self.side.after.select.current, self.window().isActiveWindow())
        self._ahead.start()

    @Slot(object)
    def _engine_gone(self, failure: Any) -> None:
        lines = [failure.sentence, _("The pictures it had begun wait again. Nothing is lost.")]
        self._say("err", _("The queue is paused: the engine stopped."), lines, again=True)

    @Slot(str, object)
    def _say_trouble(self, title: str, lines: list[str]) -> None:
        self._say("err", title, lines, again=True)

    def _say(self, kind: Any, title: str, lines: str | list[str], again: bool = False) -> None:
        """One notice above the table; the latest counts."""
        self._quiet()
        buttons: list[tuple[str, Callable[[], object]]] = [(_("Go on"), self.start)] if again else []
        notice = Notice(kind, title, lines, buttons, closable=True, parent=self)
        notice.closed.connect(self._quiet)
        self._notice = notice
        self._notices.setContentsMargins(12, 8, 12, 8)
        self._notices.addWidget(notice)

    @Slot()
    def _quiet(self) -> None:
        if self._notice is not None:
            self._notices.removeWidget(self._notice)
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None
            self._notices.setContentsMargins(12, 0, 12, 0)

    @property
    def notice(self) -> Notice | None:
        """What stands above the table."""
        return self._notice

    # Rows

    @Slot()
    def _chose(self) -> None:
        row = self.table.current_row() if self.table.any_chosen else None
        self.side.selected.show_row(row)
        self._show_example()
        self._show_soon()

    @Slot()
    def retry_failed(self) -> None:
        self.desk.background.run(_Act(self.service.retry_failed), self._retried, owner=self)

    @Slot()
    def clear_done(self) -> None:
        self.desk.background.run(_Act(self.service.clear_done), self._changed, owner=self)

    @Slot()
    def remove(self) -> None:
        rows = self.table.chosen_rows()
        ids = [row.id for row in rows if row.state is not State.RUNNING]
        if len(ids) < len(rows):
            self.desk.notices.toast(_("What is running stays; stop the batch to remove it."))
        self._change("remove", ids)

    @Slot()
    def again(self) -> None:
        self._change("again", [row.id for row in self.table.chosen_rows()])

    def _change(self, what: str, ids: list[int]) -> None:
        if ids:
            done = self._retried if what == "again" else self._changed
            self.desk.background.run(_Act(partial(self.service.change, what, ids)), done, owner=self)

    @Slot(object)
    def _changed(self, _count: object) -> None:
        self.reader.kick()

    @Slot(object)
    def _retried(self, count: object) -> None:
        """What is to be run again is run at once where a run is going on."""
        self.reader.kick()
        if self.runner.running and count:
            self.desk.engine.run_batches(sorted(self.batches))

    def _shift(self, by: int) -> None:
        rows = self.table.chosen_rows()
        if not rows or not self.model.in_work_order:
            return
        at = rows[0].at - 1 if by < 0 else rows[-1].at + 2
        if at >= 0:
            self.model.move_rows([row.id for row in rows], at)

    @Slot(object, object)
    def _move(self, ids: list[int], before: int | None) -> None:
        self.desk.background.run(_Act(partial(self.service.move, ids, before)), self._changed, owner=self)

    @Slot()
    def show_in_folder(self) -> None:
        row = self._one()
        if row is not None:
            path = Path(row.output) if row.output and row.state is State.DONE else row.source
            if not show_file(path):
                self.desk.notices.toast(_("It lies in {folder}.").format(folder=path.parent))

    @Slot()
    def open_edit(self) -> None:
        row = self._one()
        if row is not None:
            self._open_row(row)

    def _one(self) -> Row | None:
        return self.table.current_row() or next(iter(self.table.chosen_rows()), None)

    @Slot(object)
    def _open_row(self, row: Row) -> None:
        result = Path(row.output) if row.output and row.state is State.DONE else None
        self.open_in_edit.emit(row.source, result)

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk.actions.refresh()
        for id in ("open_edit", "show", "", "again", "up", "down", "", "remove"):
            if id:
                menu.addAction(self.desk.actions.action(f"batch.{id}"))
            else:
                menu.addSeparator()
        menu.popup(place)

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

    def _any_failed(self) -> bool:
        return bool(self.model.counts[State.FAILED])

    def _done_count(self) -> int:
        counts = self.model.counts
        return counts[State.DONE] + counts[State.SKIPPED] + counts[State.CANCELLED]

    def _any_done(self) -> bool:
        return bool(self._done_count())

    def _any_chosen(self) -> bool:
        return self.table.any_chosen

    def _orderable(self) -> bool | str:
        if not self.table.any_chosen:
            return False
        return self.model.in_work_order or _("Only in the order of work: click the head of the first column")

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


class _Act:
    """Something of the queue as work of the background."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call

    def __call__(self, progress: Progress) -> object:
        return self._call()


def _about(seconds: float) -> str:
    said = wording.seconds(seconds)
    return said if said.startswith(_("about")) else _("about {time}").format(time=said)
