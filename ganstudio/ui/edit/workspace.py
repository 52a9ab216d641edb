"""EditWorkspace: one picture, its layers, and the Tools for it. It joins the parts; each knows its own business."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ganstudio.core import document as core
from ganstudio.core.document import Change, Rect, State
from ganstudio.core.params import ModelOf
from ganstudio.core.raster import Header
from ganstudio.core.text import N_, _
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.canvas import Canvas
from ganstudio.ui.canvas.brush import Painted
from ganstudio.ui.canvas.trials import MOST
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, OpenDocument, handle_drop
from ganstudio.ui.documents.document_actions import DocumentActions
from ganstudio.ui.documents.loading import Opened
from ganstudio.ui.documents.model_import import ModelImport
from ganstudio.ui.documents.picture_actions import PictureActions
from ganstudio.ui.documents.picture_actions import PictureActions
from ganstudio.ui.documents.recovering import Recovery
from ganstudio.ui.edit.brush_bar import BrushBar
from ganstudio.ui.edit.canvas_bar import CanvasBar
from ganstudio.ui.edit.column import MOST as COLUMN_MOST
from ganstudio.ui.edit.column import NARROW, WIDE, Column
from ganstudio.ui.edit.floating import Floating
from ganstudio.ui.edit.layer_actions import LayerActions
from ganstudio.ui.edit.pairs import pair_of
from ganstudio.ui.edit.runner import Run, Runner
from ganstudio.ui.edit.session import Session
from ganstudio.ui.edit.times import Times
from ganstudio.ui.edit.tool_strip import ToolStrip
from ganstudio.ui.edit.trying import Trying
from ganstudio.ui.edit.view_actions import ViewActions
from ganstudio.ui.edit.words import result_title, status_texts
from ganstudio.ui.fields import FieldContext
from ganstudio.ui.fields.context import USUAL_DPI
from ganstudio.ui.theme import theme
from ganstudio.ui.workspace import Workspace

NARROW_BELOW = (1400, 800)  # a window smaller than this gets tabs in the right column
_REFRESH_MS = 30
_BRUSHES = ("tool.brush", "tool.eraser")


class EditWorkspace(Workspace):
    """`batch_wanted(list of paths)`: folders were dropped; Batch takes them."""

    id = "edit"
    title = N_("Edit")
    icon = "picture"

    batch_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.documents = Documents(desk, self)
        self.document_actions = DocumentActions(desk, self.documents)
        self.picture_actions = PictureActions(desk, self.documents)
        self.picture_actions = PictureActions(desk, self.documents)
        self.imports = ModelImport(desk, self.documents)
        self.recovery = Recovery(self.documents)
        self.sessions: dict[OpenDocument, Session] = {}
        self.canvas = Canvas(desk, self)
        self.column = Column(desk, self)
        self.bar = CanvasBar(desk, self.documents, self)
        self.brush_bar = BrushBar(desk, self.canvas.brush, self)
        self.strip = ToolStrip(desk, self)
        self.runner = Runner(desk, self)
        self.trying = Trying(desk, self)
        self.times = Times(desk, self)
        self.layer_actions = LayerActions(desk, self)
        self.floating = Floating(desk, self.canvas, self.documents, self)
        self.view_actions = ViewActions(self)
        self._pointer: tuple[int, int, object] = (-1, -1, None)
        self._wide = WIDE
        self._begun = False
        self._refreshing = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._refreshing.timeout.connect(self._refresh)
        self._arrange()
        self._bind()
        self._connect()
        self._show_document(None)

    # Making it

    def _arrange(self) -> None:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.bar, 0), (self.brush_bar, 0), (self.canvas, 1)):
            column.addWidget(widget, stretch)
        self.brush_bar.hide()
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(middle)
        self.splitter.addWidget(self.column)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.strip)
        row.addWidget(self.splitter, 1)
        self.splitter.splitterMoved.connect(self._column_dragged)

    def _bind(self) -> None:
        bind = self.desk.actions.bind
        bind("run.run", self.run, self._can_run)
        bind("run.try", self.try_here, self._can_try)
        bind("run.stop", self.stop, self._can_stop)
        for name in self.canvas.tools:
            bind(f"tool.{name}", partial(self.canvas.use, name), self._has_picture)

    def _connect(self) -> None:
        documents, canvas, tools = self.documents, self.canvas, self.column.tools
        documents.opened.connect(self._opened)
        documents.closed.connect(self._closed)
        documents.current_changed.connect(self._show_document)
        documents.folder_dropped.connect(self.batch_wanted)
        documents.recipe_given.connect(self.take_recipe)
        self.imports.imported.connect(self._models_changed)
        canvas.files_dropped.connect(self._dropped)
        canvas.crop_chosen.connect(self.picture_actions.crop_to)
        canvas.stroke_painted.connect(self._painted)
        canvas.moved.connect(self._moved)
        canvas.crop_chosen.connect(self._crop)
        canvas.pointer.connect(self._pointed)
        canvas.tool_changed.connect(self._tool_changed)
        canvas.trouble.connect(self.desk.notices.toast)
        canvas.mode_changed.connect(self._mode_changed)
        canvas.trial_chosen.connect(self._adopt)
        canvas.trials_dismissed.connect(self.trying.clear)
        self.bar.mode_chosen.connect(canvas.set_mode)
        self.brush_bar.way_chosen.connect(self._way_chosen)
        self.brush_bar.show_pressed.connect(self._show_mask)
        self.layer_actions.rename_wanted.connect(self._rename)
        self.layer_actions.feather_wanted.connect(self._feather)
        tools.changed.connect(self._tool_settings_changed)
        tools.size_changed.connect(self._show_sizes)
        tools.add_model_wanted.connect(self.add_model)
        tools.run_row.run_pressed.connect(self.run)
        tools.run_row.try_pressed.connect(self.try_here)
        tools.run_row.stop_pressed.connect(self.stop)
        self.trying.changed.connect(canvas.set_trials)
        self.trying.busy_changed.connect(self._refresh_soon)
        self.times.changed.connect(self._show_times)
        self.runner.started.connect(self._run_moved)
        self.runner.advanced.connect(self._run_moved)
        self.runner.filled.connect(self._run_filled)
        self.runner.ended.connect(self._run_ended)
        self.runner.landed.connect(self._landed)
        self.runner.alone.connect(self._alone)

    # The document in front

    @property
    def document(self) -> OpenDocument | None:
        return self.documents.current

    @property
    def session(self) -> Session | None:
        document = self.document
        return None if document is None else self.sessions.get(document)

    @property
    def state_shown(self) -> State | None:
        session = self.session
        return None if session is None else session.state

    @Slot(object)
    def _opened(self, document: OpenDocument) -> None:
        session = Session(self.desk, document, self)
        self.sessions[document] = session
        document.changed.connect(self._changed)
        session.layer_changed.connect(self._layer_changed)
        if document.recipe is not None:
            self.take_recipe(document.recipe)

    @Slot(object)
    def _closed(self, document: OpenDocument) -> None:
        session = self.sessions.pop(document, None)
        if session is not None:
            self.runner.stop(session)
            session.deleteLater()
        self.column.history.forget(document)

    @Slot(object)
    def _show_document(self, document: OpenDocument | None) -> None:
        session = None if document is None else self.sessions.get(document)
        self.view_actions.keep()
        self.trying.clear()
        self.layer_actions.session = session
        self.column.layers.show_session(session)
        self.column.history.show_document(document if session is not None else None)
        self.canvas.show_state(None if session is None else session.state, None)
        self._compare()
        self.view_actions.show(session)
        self._context()
        self._layer_changed()
        self._run_shown()
        self.floating.refresh()

    @Slot(object)
    def _changed(self, change: Change) -> None:
        session = self.session
        if session is None or self.sender() is not session.document:
            return
        if self.trying.out_of_date(session.state):
            self.trying.clear()
        self.canvas.show_state(session.state, change)
        self._compare()
        if change.canvas:
            self._context()
        self._refresh_soon()

    def _context(self) -> None:
        """Tell the Tools what picture is in front."""
        state = self.state_shown
        if state is None:
            self.column.tools.set_context(FieldContext())
        else:
            dpi = state.meta.dpi[0] if state.meta.dpi is not None and state.meta.dpi[0] >= 150 else USUAL_DPI
            header = Header(state.width, state.height, depth=state.depth)
            self.column.tools.set_context(FieldContext(header, dpi))
        self._show_sizes()
        self._ask_times()

    def _compare(self) -> None:
        session = self.session
        before = None if session is None else session.before
        self.canvas.compare(before)
        self.bar.show_mode(self.canvas.mode, before is not None)
        if session is not None and session.state.layers:
            self.canvas.set_labels(_("Original"), session.state.layers[-1].name)

    @Slot()
    def _layer_changed(self) -> None:
        session = self.session
        layer = None if session is None else session.layer
        self.canvas.active_layer = None if layer is None else layer.id
        self._show_mask()
        self._refresh_soon()

    # Editing

    @Slot(object)
    def _painted(self, painted: Painted) -> None:
        if self.session is not None:
            self.session.do(painted.on)

    @Slot(str, int, int)
    def _moved(self, layer_id: str, dx: int, dy: int) -> None:
        if self.session is not None:
            layer = self.session.state.layer(layer_id)
            self.session.do(lambda state: core.move(state, layer_id, layer.x + dx, layer.y + dy))

    @Slot(object, float)
    def _crop(self, rect: Rect, angle: float) -> None:
        self.picture_actions.crop_to(rect, angle)
        self.canvas.use("hand")

    @Slot()
    def _rename(self) -> None:
        self.column.show_part("layers")
        self.column.layers.rename_chosen()

    @Slot()
    def _feather(self) -> None:
        self.floating.ask_feather(self.layer_actions.feather_mask)

    def undo(self) -> None:
        if self.document is not None:
            self.document.undo()

    def redo(self) -> None:
        if self.document is not None:
            self.document.redo()

    # Tools of the pointer

    @Slot(str)
    def _tool_changed(self, name: str) -> None:
        action = f"tool.{name}"
        masking = action in _BRUSHES
        self.strip.set_current(action)
        self.brush_bar.setVisible(masking)
        if masking:
            self.brush_bar.set_way(action)
        self.column.layers.set_masking(masking)
        self._show_mask()

    @Slot(str)
    def _way_chosen(self, action: str) -> None:
        self.desk.actions.action(action).trigger()

    @Slot()
    def _show_mask(self, *_unused: object) -> None:
        session = self.session
        layer = None if session is None else session.layer
        wanted = self.brush_bar.isVisibleTo(self) and self.brush_bar.show_mask.isChecked()
        self.canvas.show_mask(layer.id if wanted and layer is not None and layer.mask is not None else None)

    # Running

    def recipe(self) -> Recipe:
        """What the Tool in front would do, for Batch."""
        return Recipe((self.column.tools.panel.step,))

    @Slot(object)
    def take_recipe(self, recipe: Recipe) -> None:
        """Show a recipe's settings in the panels."""
        if not self.column.tools.take_recipe(recipe):
            self.desk.notices.toast(_("The recipe has no Tool of this workspace."))

    def choose_model(self, name: str) -> bool:
        """A model of the Library, by name, in the Tool that takes it."""
        for tool_id, panel in self.column.tools.panels.items():
            field = panel.model
            kind = None if field is None else field.parameter.kind
            if field is None or not isinstance(kind, ModelOf):
                continue
            groups = [one.name for one in field.choices if name == one.name or name in [e.name for e in one.entries]]
            if groups:
                self.column.show_part("tool")
                self.column.tools.show_tool(tool_id)
                field.choose(groups[0])
                return True
        return False

    @Slot()
    def add_model(self) -> None:
        """Ask for a model file; it is looked at in a process of its own, then copied to the Library."""
        dialog = QFileDialog(self, _("Add a model"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._model_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _model_file(self, name: str) -> None:
        self.imports.add(Path(name))

    @Slot(object)
    def _models_changed(self, paths: object) -> None:
        for panel in self.column.tools.panels.values():
            if panel.model is not None:
                panel.model.refresh()

    @Slot(object)
    def _dropped(self, mime: QMimeData) -> None:
        handle_drop(mime, self.documents)

    @Slot()
    def run(self) -> None:
        session, panel = self.session, self.column.tools.panel
        if session is None or self._can_run() is not True:
            return
        self.floating.used()
        self.trying.clear()
        old = session.state.width, session.state.height
        size = panel.result_size or old
        self.runner.start(session, panel.step, result_title(panel.model_title, old, size), size)

    @Slot()
    def try_here(self) -> None:
        """The chosen model and the next two on what is seen; pressed again, on what is seen now."""
        session, panel = self.session, self.column.tools.panel
        if session is None or self._can_try() is not True:
            return
        self.floating.used()
        self.trying.start(session, panel.steps(MOST), self.canvas.visible_rect())
        self.canvas.setFocus()

    @Slot(int)
    def _adopt(self, number: int) -> None:
        """A trial was clicked: its model is the chosen one."""
        step = self.trying.step(number)
        self.column.tools.panels[step.tool.id].set_params(step.params)
        self.trying.clear()

    @Slot()
    def stop(self) -> None:
        if self.trying.trials:
            self.trying.clear()
        else:
            self.runner.stop(self.session)

    def _has_picture(self) -> bool:
        return self.session is not None

    def _can_run(self) -> bool | str:
        if self.session is None:
            return False
        if self.runner.of(self.session) is not None:
            return _("It is running already")
        panel = self.column.tools.panel
        if panel.model is not None and panel.model.library is not None and panel.result_size is None:
            return _("Nothing can come out of these settings")
        return True

    def _can_try(self) -> bool | str:
        return self._can_run()

    def _can_stop(self) -> bool:
        return bool(self.trying.trials) or self.runner.of(self.session) is not None

    @Slot(object)
    def _run_moved(self, run: Run) -> None:
        if run.session is self.session:
            self._run_shown()
        self.status_changed.emit()

    def _run_shown(self) -> None:
        """The run row and the canvas say what runs for the document in front."""
        run, row = self.runner.of(self.session), self.column.tools.run_row
        if run is None:
            row.show_idle()
            self.canvas.set_running(None)
        else:
            row.show_progress(*run.told(self.desk.engine.state))
            self.canvas.set_running(run.view())
        self._refresh_soon()

    @Slot(object, object)
    def _run_filled(self, run: Run, rect: Rect) -> None:
        if run.session is self.session:
            self.canvas.set_running(run.view())

    @Slot(object)
    def _run_ended(self, run: Run) -> None:
        self._run_shown()
        self.status_changed.emit()

    @Slot(object, str)
    def _landed(self, run: Run, layer_id: str) -> None:
        if run.session is self.session:
            self.view_actions.compare_once()
        else:
            title = run.session.document.title
            self.desk.notices.toast(_("{title} is done.").format(title=title))

    @Slot(object, object)
    def _alone(self, run: Run, state: State) -> None:
        """The canvas was cropped or turned while it ran."""
        self.documents.take(Opened(state, run.title, loose=True))
        self.desk.notices.toast(_("The picture was given another shape meanwhile: the result is open beside it."))

    # What is said

    @Slot()
    def _tool_settings_changed(self) -> None:
        self._show_sizes()
        self._ask_times()
        self._refresh_soon()

    @Slot()
    def _show_sizes(self) -> None:
        state = self.state_shown
        now = None if state is None else (state.width, state.height)
        self.bar.show_sizes(now, self.column.tools.panel.result_size)

    def _ask_times(self) -> None:
        self.times.ask(self.column.tools.panel)

    @Slot()
    def _show_times(self) -> None:
        for panel in self.column.tools.panels.values():
            if panel.model is not None:
                panel.model.set_times(self.times.of(panel))

    @Slot(int, int, object)
    def _pointed(self, x: int, y: int, colour: object) -> None:
        self._pointer = x, y, colour
        self.status_changed.emit()

    @Slot(str)
    def _mode_changed(self, mode: str) -> None:
        session = self.session
        self.bar.show_mode(mode, session is not None and session.before is not None)

    @property
    def status(self) -> list[str]:
        state = self.state_shown
        return [] if state is None else status_texts(state, *self._pointer)

    def _refresh_soon(self, *_unused: object) -> None:
        if not self._refreshing.isActive():
            self._refreshing.start()

    @Slot()
    def _refresh(self) -> None:
        document = self.document
        labels = () if document is None else document.doc.labels
        at = 0 if document is None else document.doc.at
        undo = labels[at] if at > 0 else ""
        redo = labels[at + 1] if at + 1 < len(labels) else ""
        self.bar.show_history(_(undo), _(redo))
        self.desk.actions.refresh()
        self.status_changed.emit()

    # The window

    def open_paths(self, paths: list[Path]) -> bool:
        self._begun = True
        self.documents.open(paths)
        return True

    @Slot(object, object)
    def open_pair(self, source: Path, result: Path | None) -> None:
        """A picture and what became of it, before and after; the picture alone where there is no result."""
        if result is None:
            self.open_paths([source])
            return
        self._begun = True
        work = partial(pair_of, source, result, self.desk.pool)
        self.desk.background.run(work, self._pair_opened, owner=self)

    def _pair_opened(self, found: Opened) -> None:
        self.documents.take(found)
        self.view_actions.compare_once()

    def busy(self) -> str:
        runs = self.runner.runs
        if not runs:
            return ""
        return _("{tool} is running on {title}.").format(
            tool=_(runs[0].step.tool.title), title=runs[0].session.document.title
        )

    def state(self) -> dict[str, Any]:
        paths = [str(path) for one in self.documents.all if (path := one.project or one.path) is not None]
        return {
            "open": paths,
            "column": self._wide,
            "tool": self.canvas.tool.id,
            "brush": self.brush_bar.state(),
            "panels": self.column.state(),
            "hint_seen": self.floating.seen,
        }

    def restore(self, state: dict[str, Any]) -> None:
        wide = state.get("column", WIDE)
        self._wide = wide if isinstance(wide, int) and NARROW <= wide <= COLUMN_MOST else WIDE
        self._fit()
        tool = state.get("tool", "hand")
        self.canvas.use(tool if tool in self.canvas.tools else "hand")
        self._tool_changed(self.canvas.tool.id)
        brush, panels = state.get("brush"), state.get("panels")
        self.brush_bar.restore(brush if isinstance(brush, dict) else {})
        self.column.restore(panels if isinstance(panels, dict) else {})
        self.floating.seen = bool(state.get("hint_seen", False))
        kept = state.get("open")
        self._reopen = [Path(one) for one in kept if isinstance(one, str)] if isinstance(kept, list) else []
        QTimer.singleShot(0, self, self._begin)

    @Slot()
    def _begin(self) -> None:
        """What was open last; at the very first start the sample photograph. Files that were asked for come first."""
        self.recovery.look()
        if self._begun:
            return
        self._begun = True
        if self._reopen:
            self.documents.reopen(self._reopen)
        elif not self.documents.entries and not self.floating.seen:
            self.documents.open_sample()
        self.floating.refresh()

    def may_close(self) -> bool:
        return self.documents.may_quit()

    def may_close(self) -> bool:
        return self.documents.may_quit()

    def closing(self) -> None:
        self._refreshing.stop()
        self.documents.closing()
        self.trying.clear()
        for session in self.sessions.values():
            self.runner.stop(session)
        self.documents.closing()
        self.canvas.show_state(None)

    # Narrow and wide

    @Slot()
    def _column_dragged(self, *_unused: object) -> None:
        if not self.column.narrow:
            self._wide = self.column.width()

    def _fit(self) -> None:
        """Tabs in the right column where the window is small, at the person's own width elsewhere."""
        grown = theme().text_scale
        narrow = self.width() < NARROW_BELOW[0] or self.height() < NARROW_BELOW[1] * min(grown, 1.5) - 72
        self.column.set_narrow(narrow)
        wide = round((NARROW if narrow else self._wide) * grown)
        wide = min(wide, round(self.width() * 0.45)) if grown > 1 else wide
        self.column.setMaximumWidth(max(COLUMN_MOST, wide))
        self.column.setMinimumWidth(min(wide, NARROW - 20 if grown == 1 else wide))
        left = self.width() - self.strip.width() - wide
        if left > 0:
            self.splitter.setSizes([left, wide])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
