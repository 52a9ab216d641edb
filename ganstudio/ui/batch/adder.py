"""Adding files and folders: looked through off the GUI thread, told of while it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.core.progress import Progress
from ganstudio.core.text import _, ngettext_
from ganstudio.jobs.batch import Added
from ganstudio.ui.batch.queue_service import Plan, QueueService, first_lines
from ganstudio.ui.widgets import wording

if TYPE_CHECKING:
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk

_TELL_MS = 100


class _Found:
    """Written by the thread that looks, read by the window."""

    def __init__(self) -> None:
        self.count = 0

    def hear(self, count: int) -> None:
        self.count = count


class Adder(QObject):
    """`finding(int)`: so many so far, -1 when nothing is looked for any more; `added(Added, paths)`."""

    finding = Signal(int)
    added = Signal(object, object)

    def __init__(self, desk: Desk, service: QueueService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._service = desk, service
        self._waiting: list[tuple[Plan, list[Path]]] = []
        self._task: Task | None = None
        self._paths: list[Path] = []
        self._found = _Found()
        self._timer = QTimer(self, interval=_TELL_MS)
        self._timer.timeout.connect(self._tell)

    @property
    def busy(self) -> bool:
        return self._task is not None

    def add(self, plan: Plan, paths: Sequence[Path]) -> None:
        """One after the other, in the order they were given."""
        self._waiting.append((plan, list(paths)))
        self._next()

    def cancel(self) -> None:
        """What is being added is not added; what was added before stays."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            self._end()

    def _next(self) -> None:
        if self._task is not None or not self._waiting:
            return
        plan, self._paths = self._waiting.pop(0)
        self._found = _Found()
        work = partial(_add, self._service, plan, self._paths, self._found)
        self._task = self._desk.background.run(work, self._done, self._failed, owner=self)
        self._timer.start()

    def _end(self) -> None:
        self._task = None
        self._timer.stop()
        self.finding.emit(-1)

    @Slot()
    def _tell(self) -> None:
        self.finding.emit(self._found.count)

    @Slot(object)
    def _done(self, added: Added) -> None:
        paths = self._paths
        self._end()
        self._say(added)
        self.added.emit(added, paths)
        self._next()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self._end()
        self._desk.notices.error(error)
        self._next()

    def _say(self, added: Added) -> None:
        count = added.batch.added
        if count:
            said = ngettext_("{n} picture added.", "{n} pictures added.", count).format(n=wording.count(count))
        else:
            said = _("There is no picture in it.")
        notes = first_lines(added)
        if notes or not count:
            self._desk.notices.toast(" ".join([said, *notes]))


def _add(service: QueueService, plan: Plan, paths: list[Path], found: _Found, progress: Progress) -> Added:
    return service.add(plan, paths, progress, found.hear)
