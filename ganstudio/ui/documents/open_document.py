"""OpenDocument: one picture that is open: its history, where it came from and where it is saved, its safety copy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ganstudio.core.document import Change, Document, Edit, State
from ganstudio.core.names import shown
from ganstudio.core.raster import Header
from ganstudio.ui.documents.safety import SafetyCopy

if TYPE_CHECKING:
    from ganstudio.core.document.recovery import Autosave
    from ganstudio.tools.recipe import Recipe
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk

_DISK_SHARE = 4  # history on the disk, as a multiple of that in memory


class OpenDocument(QObject):
    """Signals: `changed(Change)` after every edit, undo and redo; `title_changed()` also when it becomes modified or
    is not any more; `saved()` when the project was written.

    `path` is the picture it was opened from and is never written to, `header` that file's; `project` is where it is
    saved. `original` is what was opened. `exported` is the picture written last and `exported_state` what it shows.
    """

    changed = Signal(object)
    title_changed = Signal()
    saved = Signal()

    def __init__(
        self,
        desk: Desk,
        state: State,
        title: str,
        path: Path | None = None,
        project: Path | None = None,
        *,
        header: Header | None = None,
        recipe: Recipe | None = None,
        page: int = 0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.path, self.project, self.header, self.page = path, project, header, page
        self.recipe = recipe
        self.original = state
        self.exported: Path | None = None
        self.exported_state: State | None = None
        self.question: QWidget | None = None  # what asks whether it may be closed
        self._saving: Task | None = None
        self._editing: Task | None = None
        self._title = title
        self._modified = False
        self._never_saved = False
        self.doc = Document(state, self._budget())
        self.safety = SafetyCopy(desk, self)
        desk.settings.changed.connect(self._settings_changed)

    @property
    def title(self) -> str:
        return self._title

    @property
    def state(self) -> State:
        return self.doc.state

    @property
    def modified(self) -> bool:
        """Whether closing it would lose something that is in no project."""
        return self._never_saved or self.doc.changed

    @property
    def folder(self) -> Path | None:
        """Where its file lies; None for what has none."""
        known = self.project or self.path
        return None if known is None else Path(os.path.abspath(known)).parent

    def do(self, edit: Edit, merge: str = "") -> Change:
        """Show an edit made from the shown state."""
        change = self.doc.do(edit, merge)
        self._told(change)
        return change

    def undo(self) -> None:
        if self.doc.can_undo:
            self._told(self.doc.undo())

    def redo(self) -> None:
        if self.doc.can_redo:
            self._told(self.doc.redo())

    def jump(self, at: int) -> None:
        """To any state of the history. IndexError when there is none."""
        if at != self.doc.at:
            self._told(self.doc.jump(at))

    def end_merge(self) -> None:
        """What follows is a step of its own."""
        self.doc.end_merge()

    @property
    def saving(self) -> bool:
        """Whether its project is being written."""
        return self._saving is not None

    @property
    def editing(self) -> bool:
        """Whether an edit that takes a while is being made."""
        return self._editing is not None

    @property
    def fraction(self) -> float | None:
        """How far the saving or a long edit is; None when there is neither."""
        task = self._saving or self._editing
        if task is None:
            return None
        now = task.progress.snapshot()
        return min(now.done / now.total, 1.0) if now.total else 0.0

    def set_editing(self, task: Task | None) -> None:
        self._editing = task
        self.title_changed.emit()

    def stop_editing(self) -> bool:
        """Give up the edit that is being made: the picture stays as it is. Whether there was one."""
        task = self._editing
        if task is None:
            return False
        task.cancel()
        task.owner.deleteLater()
        self.set_editing(None)
        return True

    def set_saving(self, task: Task | None) -> None:
        self._saving = task
        self.title_changed.emit()

    def was_saved(self, state: State, project: Path) -> None:
        """A state of it was written to its project; the one shown may be a later one."""
        self.doc.mark_saved(state)
        self._never_saved = False
        self.project = project
        self._title = shown(project.name)
        self._modified = self.modified
        self.safety.saved(clean=not self._modified)
        self.title_changed.emit()
        self.saved.emit()

    def was_made(self) -> None:
        """It came from no file: closing it would lose it."""
        self._never_saved = self._modified = True
        self.safety.needed()

    def was_recovered(self, autosave: Autosave) -> None:
        """It comes from the safety copy of a window that is no more: nothing else has it yet."""
        self._never_saved = self._modified = True
        self.safety.adopt(autosave)
        self.title_changed.emit()

    def _told(self, change: Change) -> None:
        modified = self.modified
        self.changed.emit(change)
        if modified:
            self.safety.needed()
        if modified != self._modified:
            self._modified = modified
            self.title_changed.emit()

    def _budget(self) -> int:
        return _DISK_SHARE * self.desk.settings.value.undo_memory_mb << 20

    @Slot(object)
    def _settings_changed(self, names: frozenset[str]) -> None:
        if "undo_memory_mb" in names:
            self.doc.budget = self._budget()
            self.doc.forget(self.doc.budget)
