"""The Tools at work: run, try, stop; what the run row, the canvas and the cards say of it; recipes and models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from ganstudio.core.document import Rect, State
from ganstudio.core.params import ModelOf
from ganstudio.core.text import _
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.canvas.trials import MOST
from ganstudio.ui.documents.loading import Opened
from ganstudio.ui.edit.runner import Run, Runner
from ganstudio.ui.edit.times import Times
from ganstudio.ui.edit.trying import Trying
from ganstudio.ui.edit.words import result_title

if TYPE_CHECKING:
    from ganstudio.ui.edit.workspace import EditWorkspace

_TICK_MS = 250  # while something runs: the engine may say nothing for a while


class Tooling(QObject):
    """Works on the document in front of one workspace."""

    def __init__(self, workspace: EditWorkspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        desk = workspace.desk
        self.tools = workspace.column.tools
        self.runner = Runner(desk, self)
        self.trying = Trying(desk, self)
        self.times = Times(desk, self)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self.show_run)
        desk.actions.bind("run.run", self.run, self.can_run)
        desk.actions.bind("run.try", self.try_here, self.can_run)
        desk.actions.bind("run.stop", self.stop, self._can_stop)
        self._connect()

    def _connect(self) -> None:
        workspace, tools, runner = self._workspace, self.tools, self.runner
        workspace.documents.recipe_given.connect(self.take_recipe)
        workspace.imports.imported.connect(self._models_changed)
        workspace.canvas.trial_chosen.connect(self._adopt)
        workspace.canvas.trials_dismissed.connect(self.trying.clear)
        tools.changed.connect(self._settings_changed)
        tools.size_changed.connect(workspace.show_sizes)
        tools.add_model_wanted.connect(self.add_model)
        tools.run_row.run_pressed.connect(self.run)
        tools.run_row.try_pressed.connect(self.try_here)
        tools.run_row.stop_pressed.connect(self.stop)
        self.trying.changed.connect(workspace.canvas.set_trials)
        self.trying.busy_changed.connect(workspace.refresh_soon)
        self.times.changed.connect(self._show_times)
        runner.started.connect(self._moved)
        runner.advanced.connect(self._moved)
        runner.filled.connect(self._filled)
        runner.ended.connect(self._ended)
        runner.landed.connect(self._landed)
        runner.alone.connect(self._alone)

    # What is asked for

    @Slot()
    def run(self) -> None:
        session, panel = self._workspace.session, self.tools.panel
        if session is None or not self._may_run():
            return
        self._workspace.floating.used()
        self.trying.clear()
        old = session.state.width, session.state.height
        size = panel.result_size or old
        self.runner.start(session, panel.step, result_title(panel.model_title, old, size), size)

    @Slot()
    def try_here(self) -> None:
        """The chosen model and the next two on what is seen; pressed again, on what is seen now."""
        session, canvas = self._workspace.session, self._workspace.canvas
        if session is None or not self._may_run():
            return
        self._workspace.floating.used()
        self.trying.start(session, self.tools.panel.steps(MOST), canvas.visible_rect())
        canvas.setFocus()  # its arrows, Enter and Esc choose among the trials

    @Slot()
    def stop(self) -> None:
        """What was begun last for the document in front: trials, an edit that takes a while, a run."""
        document = self._workspace.document
        if self.trying.trials:
            self.trying.clear()
        elif document is None or not document.stop_editing():
            self.runner.stop(self._workspace.session)

    @Slot(int)
    def _adopt(self, number: int) -> None:
        """A trial was clicked: its model is the chosen one."""
        step = self.trying.step(number)
        self.tools.panels[step.tool.id].set_params(step.params)
        self.trying.clear()

    def can_run(self) -> bool | str:
        """Whether the Tool in front may be run on the picture in front; a reason where it may not."""
        session, panel = self._workspace.session, self.tools.panel
        if session is None:
            return False
        if self.runner.of(session) is not None:
            return _("It is running already")
        if not any(layer.shows for layer in session.state.layers):
            return _("Every layer is hidden: show one first")
        if panel.model is not None and panel.model.library is not None and panel.result_size is None:
            return _("Nothing can come out of these settings")
        return True

    def _may_run(self) -> bool:
        """As `can_run`; the reason is told to who pressed all the same."""
        can = self.can_run()
        if isinstance(can, str):
            self._workspace.desk.notices.toast(f"{can}.")
        return can is True

    def _can_stop(self) -> bool:
        document = self._workspace.document
        editing = document is not None and document.editing
        return bool(self.trying.trials) or editing or self.runner.of(self._workspace.session) is not None

    # Recipes and models

    @Slot(object)
    def take_recipe(self, recipe: Recipe) -> None:
        """Show a recipe's settings in the panels."""
        if not self.tools.take_recipe(recipe):
            self._workspace.desk.notices.toast(_("The recipe has no Tool of this workspace."))

    def choose_model(self, name: str) -> bool:
        """A model of the Library, by name, in the Tool that takes it."""
        for tool_id, panel in self.tools.panels.items():
            field = panel.model
            if field is None or not isinstance(field.parameter.kind, ModelOf):
                continue
            groups = [one.name for one in field.choices if name == one.name or name in [e.name for e in one.entries]]
            if groups:
                self._workspace.column.show_part("tool")
                self.tools.show_tool(tool_id)
                field.choose(groups[0])
                return True
        return False

    @Slot()
    def add_model(self) -> None:
        """Ask for a model file; it is looked at in a process of its own, then copied to the Library."""
        dialog = QFileDialog(self._workspace, _("Add a model"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._model_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _model_file(self, name: str) -> None:
        self._workspace.imports.add(Path(name))

    @Slot(object)
    def _models_changed(self, paths: object) -> None:
        for panel in self.tools.panels.values():
            if panel.model is not None:
                panel.model.refresh()

    # What is said

    @Slot()
    def show_run(self) -> None:
        """The run row and the canvas say what runs for the document in front."""
        workspace, row = self._workspace, self.tools.run_row
        run = self.runner.of(workspace.session)
        if run is None:
            self._tick.stop()
            row.show_idle()
            workspace.canvas.set_running(None)
        else:
            self._tick.start()
            row.show_progress(*run.told(workspace.desk.engine.state))
            workspace.canvas.set_running(run.view())

    @Slot(object)
    def _moved(self, run: Run) -> None:
        if run.session is self._workspace.session:
            self.show_run()
            if run.progress is None or run.landing:  # it has just begun, or nearly ended
                self._workspace.refresh_soon()

    @Slot(object, object)
    def _filled(self, run: Run, rect: Rect) -> None:
        if run.session is self._workspace.session:
            self._workspace.canvas.set_running(run.view())

    @Slot(object)
    def _ended(self, run: Run) -> None:
        self.show_run()
        self._workspace.refresh_soon()

    @Slot(object, str)
    def _landed(self, run: Run, layer_id: str) -> None:
        if run.session is self._workspace.session:
            self._workspace.view_actions.compare_once()
        else:
            title = run.session.document.title
            self._workspace.desk.notices.toast(_("{title} is done.").format(title=title))

    @Slot(object, object)
    def _alone(self, run: Run, state: State) -> None:
        """The canvas was cropped or turned while it ran."""
        self._workspace.documents.take(Opened(state, run.title, loose=True))
        said = _("The picture was given another shape meanwhile: the result is open beside it.")
        self._workspace.desk.notices.toast(said)

    @Slot()
    def _settings_changed(self) -> None:
        self._workspace.show_sizes()
        self.times.ask(self.tools.panel)
        self._workspace.refresh_soon()

    @Slot()
    def _show_times(self) -> None:
        for panel in self.tools.panels.values():
            if panel.model is not None:
                panel.model.set_times(self.times.of(panel))

    def closing(self) -> None:
        """Nothing is waited for any more."""
        self._tick.stop()
        self.trying.clear()
        for run in self.runner.runs:
            self.runner.stop(run.session)
