"""Train: the Runs of this computer, begun here or in the terminal; each trains in a process of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.text import N_, _
from ganstudio.training.run import PAUSE, PAUSED, RESUME, RUNNING, STOP, Run, usual_place
from ganstudio.ui.documents.model_import import ModelImport
from ganstudio.ui.theme import theme
from ganstudio.ui.train import child
from ganstudio.ui.train.new_run import NewRun
from ganstudio.ui.train.run_list import RunList
from ganstudio.ui.train.run_view import RunView
from ganstudio.ui.train.watching import Listed, Seen, look
from ganstudio.ui.train.wishes import Answer
from ganstudio.ui.widgets import Button, Divider, Label, Section
from ganstudio.ui.widgets.ground import Ground
from ganstudio.ui.workspace import Workspace

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.ui.desk import Desk

_LOOK_MS = 1000
_LIST_WIDE = 248


class TrainWorkspace(Workspace):
    """A view of Run folders: it may be closed and opened again while a training goes on."""

    id = "train"
    title = N_("Train")
    icon = "stylize"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.shown: Path | None = None
        self.listed: dict[Path, Listed] = {}
        self._offset = 0
        self._looking = False
        self._new: NewRun | None = None
        self.imports = ModelImport(desk, self)
        self.list = RunList()
        self.view = RunView(desk.background)
        self.stack = QStackedWidget()
        self.stack.setAccessibleName(_("Training"))
        self.pause = Button(_("Pause"), icon="pause")
        self.stop = Button(_("Stop"), icon="stop")
        self._lay_out()
        self._connect()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    # Making it

    def _lay_out(self) -> None:
        add = Button(icon="plus", kind="icon")
        add.setToolTip(_("A new training"))
        add.setAccessibleName(_("A new training"))
        add.clicked.connect(self.show_new)
        runs = Section(_("Runs"), self.list, folds=False)
        runs.set_action(add)
        inside = Ground()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(runs)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName(_("Runs"))
        side = Ground()
        side.setFixedWidth(theme().px(_LIST_WIDE))
        tall = QVBoxLayout(side)
        tall.setContentsMargins(0, 0, 0, 0)
        tall.setSpacing(0)
        tall.addWidget(scroll, 1)
        tall.addWidget(self._foot())
        self.stack.addWidget(self.view)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(Divider("edge", upright=True))
        row.addWidget(self.stack, 1)

    def _foot(self) -> QWidget:
        """What can be done with the Run that is shown, and that one may leave it alone."""
        self.foot = QWidget()
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(Label(_("You may close this window."), 12, 600, color="text"))
        column.addWidget(Label(_("The training goes on. It resumes exactly, even after a restart."), 11, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.pause)
        row.addWidget(self.stop)
        column.addLayout(row)
        self.foot.hide()
        return self.foot

    def _connect(self) -> None:
        self.list.chosen.connect(self.show_run)
        self.view.resume_wanted.connect(self.resume)
        self.view.use_wanted.connect(self.use)
        self.view.folder_wanted.connect(self.open_folder)
        self.pause.clicked.connect(self.toggle_pause)
        self.stop.clicked.connect(self.stop_run)

    @property
    def new(self) -> NewRun:
        """The page of a new training, made when it is first looked at: it has many fields."""
        if self._new is None:
            self._new = NewRun(self.desk)
            self._new.start_wanted.connect(self.start)
            self.stack.addWidget(self._new)
        return self._new

    # What is asked of a workspace

    def state(self) -> dict[str, Any]:
        return {"run": str(self.shown) if self.shown is not None else ""}

    def restore(self, state: dict[str, Any]) -> None:
        folder = state.get("run")
        if isinstance(folder, str) and folder and Run(Path(folder)).exists:
            self.show_run(Path(folder))

    def open_paths(self, paths: list[Path]) -> bool:
        """A Run's folder is shown; another folder is learnt from."""
        if len(paths) != 1 or not paths[0].is_dir():
            return False
        if Run(paths[0]).exists:
            self.show_run(paths[0])
        else:
            self.show_new()
            self.new.take_folder(paths[0])
        return True

    def news_area(self) -> QRect:
        return self.stack.geometry()

    @property
    def status(self) -> list[str]:
        training = [one.run.name for one in self.listed.values() if one.state.state == RUNNING]
        return [_("Training {names}").format(names=", ".join(training))] if training else []

    def activated(self) -> None:
        if self.shown is None:
            self.show_new()
        self._timer.start()
        self.look()

    def closing(self) -> None:
        self._timer.stop()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the folders are left alone until `activated`."""
        self._timer.stop()

    # Looking

    @Slot()
    def look(self) -> None:
        """Read what is new, off the GUI thread."""
        if not self._looking:
            self._looking = True
            self.desk.background.run(partial(look, self.shown, self._offset), self._seen, self._unseen, owner=self)

    def _unseen(self, error: Exception) -> None:
        self._looking = False
        raise error

    def _seen(self, seen: Seen) -> None:
        self._looking = False
        self.listed = {one.run.folder: one for one in seen.runs}
        self.list.show_runs(seen.runs, self.shown)
        self.status_changed.emit()
        if seen.shown != self.shown or self.shown is None:  # another was chosen meanwhile
            if self.shown is not None:
                self.look()
            return
        self._offset = seen.offset
        for line in seen.lines:
            self.view.series.add(line)
        listed = self._current
        if listed is not None:
            self.view.show_run(listed, seen.samples, seen.models)
            self._show_foot(listed)

    @property
    def _current(self) -> Listed | None:
        """What is known of the Run that is shown; its folder may be named in several ways."""
        if self.shown is None:
            return None
        return self.listed.get(self.shown) or self.listed.get(self.shown.resolve())

    def _show_foot(self, listed: Listed) -> None:
        alive = listed.state.state in (RUNNING, PAUSED)
        paused = listed.state.state == PAUSED
        self.foot.setVisible(alive)
        self.pause.set_text(_("Continue") if paused else _("Pause"))
        self.pause.set_icon("play" if paused else "pause")

    # What the person does

    @Slot()
    def show_new(self) -> None:
        self.shown = None
        self.foot.hide()
        self.list.set_current(None)
        self.stack.setCurrentWidget(self.new)

    @Slot(object)
    def show_run(self, folder: Path) -> None:
        self.shown, self._offset = folder, 0
        self.view.begin(Run(folder).name)
        self.list.set_current(folder)
        self.stack.setCurrentWidget(self.view)
        self.look()

    @Slot(object)
    def start(self, answer: Answer) -> None:
        """Make the Run's folder and let a process of its own begin."""
        assert answer.proposal is not None
        run = Run(usual_place() / answer.wishes.name)
        if run.exists:
            self.desk.notices.toast(_("There is a Run called {name} already.").format(name=run.name))
            return
        try:
            run.begin(answer.proposal.order)
        except UserError as error:
            self.desk.notices.error(error)
            return
        self.show_run(run.folder)
        self._launch(run)

    def _launch(self, run: Run) -> None:
        self.desk.background.run(partial(child.start, run.folder, False), owner=self)

    @Slot()
    def resume(self) -> None:
        listed = self._current
        if listed is None:
            return
        if listed.state.state == PAUSED:
            self._ask(RESUME)
        else:
            self._launch(listed.run)

    @Slot()
    def toggle_pause(self) -> None:
        listed = self._current
        if listed is not None:
            self._ask(RESUME if listed.state.state == PAUSED else PAUSE)

    @Slot()
    def stop_run(self) -> None:
        self._ask(STOP)

    def _ask(self, want: str) -> None:
        listed = self._current
        if listed is not None:
            self.desk.background.run(partial(_asked, listed.run, want), self._was_asked, owner=self)

    def _was_asked(self, _nothing: None) -> None:
        self.look()

    @Slot()
    def use(self) -> None:
        """Put the Run's models among the others."""
        listed = self._current
        for path in listed.run.models() if listed is not None else []:
            self.imports.add(path)

    @Slot()
    def open_folder(self) -> None:
        if self.shown is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.shown)))


def _asked(run: Run, want: str, progress: Progress) -> None:
    run.ask(want)
