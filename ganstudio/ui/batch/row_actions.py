"""What a person does with rows of the queue: run again, remove, move, show, open, clear."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu

from ganstudio.core.codecs import kind_of_suffix
from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.jobs.changes import Row
from ganstudio.jobs.records import State
from ganstudio.ui.batch.queue_service import QueueService
from ganstudio.ui.batch.table import QueueTable
from ganstudio.ui.opening import show_file

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk


class RowActions(QObject):
    """`changed()`: the journal was written; `waits_again()`: what is to be run again is in it;
    `opened(source, result)`: a picture is to be looked at in Edit, `result` None for one that is not done."""

    changed = Signal()
    waits_again = Signal()
    opened = Signal(object, object)

    def __init__(self, desk: Desk, service: QueueService, table: QueueTable) -> None:
        super().__init__(table)
        self.desk, self.service, self.table = desk, service, table
        self.model = table.queue
        self.model.moved.connect(self._move)
        table.opened.connect(self._open_row)
        table.menu_wanted.connect(self._menu)

    @Slot()
    def retry_failed(self) -> None:
        self.desk.background.run(_Act(self.service.retry_failed), self._retried, owner=self)

    @Slot()
    def clear_done(self) -> None:
        self.desk.background.run(_Act(self.service.clear_done), self.tell, owner=self)

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
            done = self._retried if what == "again" else self.tell
            self.desk.background.run(_Act(partial(self.service.change, what, ids)), done, owner=self)

    @Slot(object)
    def tell(self, _count: object) -> None:
        self.changed.emit()

    @Slot(object)
    def _retried(self, count: object) -> None:

        self.changed.emit()
        if count:
            self.waits_again.emit()

    def shift(self, by: int) -> None:
        """Work on the chosen rows one place earlier (−1) or later (1)."""
        rows = self.table.chosen_rows()
        if not rows or not self.model.in_work_order:
            return
        at = rows[0].at - 1 if by < 0 else rows[-1].at + 2
        if at >= 0:
            self.model.move_rows([row.id for row in rows], at)

    @Slot(object, object)
    def _move(self, ids: list[int], before: int | None) -> None:
        self.desk.background.run(_Act(partial(self.service.move, ids, before)), self.tell, owner=self)

    @Slot()
    def show_in_folder(self) -> None:
        row = self._one()
        if row is not None:
            path = Path(row.output) if row.output and row.state is State.DONE else row.source
            if row.title and not path.exists():
                path = path.parent  # where it will be
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
        if not row.title:
            self.opened.emit(row.source, result)
        elif result is not None and kind_of_suffix(result.suffix) in PICTURE_SUFFIXES:
            self.opened.emit(result, None)
        else:
            self.show_in_folder()

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self.table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk.actions.refresh()
        for id in ("open_edit", "show", "", "again", "up", "down", "", "remove"):
            if id:
                menu.addAction(self.desk.actions.action(f"batch.{id}"))
            else:
                menu.addSeparator()
        menu.popup(place)

    # Conditions of the actions

    def any_failed(self) -> bool:
        return bool(self.model.counts[State.FAILED])

    def done_count(self) -> int:
        counts = self.model.counts
        return counts[State.DONE] + counts[State.SKIPPED] + counts[State.CANCELLED]

    def any_done(self) -> bool:
        return bool(self.done_count())

    def any_chosen(self) -> bool:
        return self.table.any_chosen

    def orderable(self) -> bool | str:
        if not self.table.any_chosen:
            return False
        return self.model.in_work_order or _("Only in the order of work: click the head of the first column")


class _Act:
    """Something of the queue as work of the background."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call

    def __call__(self, progress: Progress) -> object:
        return self._call()
