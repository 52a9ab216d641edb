"""EditWorkspace: one picture, its layers, and the Tools for it. It joins the parts; each knows its own business."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ganstudio.core.document import Change, State
from ganstudio.core.raster import Header
from ganstudio.core.text import N_, _
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.canvas import Canvas
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, OpenDocument, handle_drop
from ganstudio.ui.documents.document_actions import DocumentActions
from ganstudio.ui.documents.loading import Opened
from ganstudio.ui.documents.model_import import ModelImport
from ganstudio.ui.documents.picture_actions import PictureActions
from ganstudio.ui.documents.recovering import Recovery
from ganstudio.ui.edit.brush_bar import BrushBar
from ganstudio.ui.edit.canvas_bar import CanvasBar
from ganstudio.ui.edit.column import MOST as COLUMN_MOST
from ganstudio.ui.edit.column import NARROW, WIDE, Column
from ganstudio.ui.edit.floating import Floating
from ganstudio.ui.edit.layer_actions import LayerActions
from ganstudio.ui.edit.painting import Painting
from ganstudio.ui.edit.pairs import pair_of
from ganstudio.ui.edit.palette_tools import tool_items
from ganstudio.ui.edit.session import Session
from ganstudio.ui.edit.tool_strip import ToolStrip
from ganstudio.ui.edit.tooling import Tooling
from ganstudio.ui.edit.view_actions import ViewActions
from ganstudio.ui.edit.words import status_texts
from ganstudio.ui.fields import FieldContext
from ganstudio.ui.fields.context import USUAL_DPI
from ganstudio.ui.sheets.palette_items import Item
from ganstudio.ui.theme import theme
from ganstudio.ui.workspace import Workspace

NARROW_BELOW = (1400, 800)  # a window smaller than this gets tabs in the right column
_REFRESH_MS = 30
_BRUSHES = ("tool.brush", "tool.eraser")


class EditWorkspace(Workspace):
    """`batch_wanted(list of paths)`: folders were dropped; Batch takes them. `explore_wanted(recipe as JSON)`: to
    where a generated layer was made."""

    id = "edit"
    title = N_("Edit")
    icon = "picture"

    batch_wanted = Signal(object)
    explore_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.documents = Documents(desk, self)
        self.document_actions = DocumentActions(desk, self.documents)
        self.picture_actions = PictureActions(desk, self.documents)
        self.imports = ModelImport(desk, self.documents)
        self.documents.model_given.connect(self.imports.offer)
        self.recovery = Recovery(self.documents)
        self.sessions: dict[OpenDocument, Session] = {}
        self.canvas = Canvas(desk, self)
        self.column = Column(desk, self)
        self.bar = CanvasBar(desk, self.documents, self)
        self.brush_bar = BrushBar(desk, self.canvas.brush, self)
        self.strip = ToolStrip(desk, self)
        self.layer_actions = LayerActions(desk, self)
        self.floating = Floating(desk, self.canvas, self.documents, self)
        self.view_actions = ViewActions(self)
        self.painting = Painting(self)
        self.tooling = Tooling(self)
        self._pointer: tuple[int, int, object] = (-1, -1, None)
        self._wide = WIDE
        self._begun = False
        self._refreshing = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._refreshing.timeout.connect(self._refresh)
        self._arrange()
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

    def _connect(self) -> None:
        documents, canvas = self.documents, self.canvas
        documents.opened.connect(self._opened)
        documents.closed.connect(self._closed)
        documents.current_changed.connect(self._show_document)
        documents.folder_dropped.connect(self.batch_wanted)
        self.column.layers.explore_wanted.connect(self.explore_wanted)
        canvas.files_dropped.connect(self._dropped)
        canvas.pointer.connect(self._pointed)
        canvas.trouble.connect(self.desk.notices.toast)
        canvas.mode_changed.connect(self._mode_changed)
        self.bar.mode_chosen.connect(canvas.set_mode)

    def palette_items(self) -> list[Item]:
        return tool_items(self.tooling, self._tool_to_front)

    def _tool_to_front(self) -> None:
        self.desk.actions.action("window.edit").trigger()
        self.column.show_part("tool")

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
        """Also of a picture that is still being read."""
        session, foreseen = self.session, self.documents.foreseen
        if session is None:
            return None if foreseen is None else foreseen.state
        return session.state

    @Slot(object)
    def _opened(self, document: OpenDocument) -> None:
        session = Session(self.desk, document, self)
        self.sessions[document] = session
        document.changed.connect(self._changed)
        session.layer_changed.connect(self._layer_changed)
        if document.recipe is not None:
            self.tooling.take_recipe(document.recipe)

    @Slot(object)
    def _closed(self, document: OpenDocument) -> None:
        session = self.sessions.pop(document, None)
        if session is not None:
            self.tooling.runner.stop(session)
            session.deleteLater()
        self.column.history.forget(document)

    @Slot(object)
    def _show_document(self, document: OpenDocument | None) -> None:
        session = None if document is None else self.sessions.get(document)
        self.view_actions.keep()
        self.tooling.trying.clear()
        self.layer_actions.session = session
        self.column.layers.show_session(session)
        self.column.history.show_document(document if session is not None else None)
        self._show_picture(session)
        self._compare()
        self.view_actions.show(session)
        self._context()
        self._layer_changed()
        self.tooling.show_run()
        self.floating.refresh()

    def _show_picture(self, session: Session | None) -> None:
        foreseen = self.documents.foreseen
        if session is None and foreseen is not None:
            self.canvas.foresee(foreseen.state)
            return
        same = foreseen is not None and session is not None and foreseen.document is session.document
        state = None if session is None else session.state
        self.canvas.show_state(state, Change(state.rect) if same and state is not None else None)

    @Slot(object)
    def _changed(self, change: Change) -> None:
        session = self.session
        if session is None or self.sender() is not session.document:
            return
        if self.tooling.trying.out_of_date(session.state):
            self.tooling.trying.clear()
        self.canvas.show_state(session.state, change)
        self._compare()
        if change.canvas:
            self._context()
        self.refresh_soon()

    def _context(self) -> None:
        """Tell the Tools what picture is in front."""
        state = self.state_shown
        if state is None:
            self.column.tools.set_context(FieldContext())
        else:
            dpi = state.meta.dpi[0] if state.meta.dpi is not None and state.meta.dpi[0] >= 150 else USUAL_DPI
            header = Header(state.width, state.height, depth=state.depth)
            self.column.tools.set_context(FieldContext(header, dpi))
        self.show_sizes()
        QTimer.singleShot(0, self, self._ask_times)

    @Slot()
    def _ask_times(self) -> None:
        self.tooling.times.ask(self.column.tools.panel)

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
        self.painting.show_mask()
        self.refresh_soon()

    def recipe(self) -> Recipe:
        """What the Tool in front would do, for Batch."""
        return Recipe((self.column.tools.panel.step,))

    def choose_model(self, name: str) -> bool:
        return self.tooling.choose_model(name)

    def has_picture(self) -> bool:
        return self.session is not None

    @Slot(object)
    def _dropped(self, mime: QMimeData) -> None:
        handle_drop(mime, self.documents)

    def can_undo(self) -> bool:
        return self.document is not None and self.document.doc.at > 0

    def can_redo(self) -> bool:
        return self.document is not None and self.document.doc.at + 1 < len(self.document.doc.labels)

    def undo(self) -> None:
        if self.document is not None:
            self.document.undo()

    def redo(self) -> None:
        if self.document is not None:
            self.document.redo()

    # What is said

    @Slot()
    def show_sizes(self) -> None:
        """The picture's size and the one that would come out, in the bar over it."""
        state = self.state_shown
        now = None if state is None else (state.width, state.height)
        self.bar.show_sizes(now, self.column.tools.panel.result_size)

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

    def refresh_soon(self, *_unused: object) -> None:
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
        self.desk.actions.refresh_soon()
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
        work = partial(pair_of, source, result, self.desk.pool, self.desk.readers)
        self.desk.background.run(work, self._pair_opened, owner=self)

    def _pair_opened(self, found: Opened) -> None:
        self.documents.take(found)
        self.view_actions.compare_once()

    def busy(self) -> str:
        saving = [one.title for one in self.documents.all if one.saving]
        writing = [*saving, *self.document_actions.exporting()]
        said = [_("{name} is being saved.").format(name=name) for name in writing]
        for run in self.tooling.runner.runs[:1]:
            tool, title = _(run.step.tool.title), run.session.document.title
            said.append(_("{tool} is running on {title}.").format(tool=tool, title=title))
        return " ".join(said)

    def news_area(self) -> QRect:
        return QRect(self.canvas.mapTo(self, QPoint(0, 0)), self.canvas.size())

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
        self.painting.tool_changed(self.canvas.tool.id)
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

    def closing(self) -> None:
        self._refreshing.stop()
        self.tooling.closing()
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
