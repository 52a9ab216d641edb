"""Foresight: what a run of all that waits would take, in hours and gigabytes, before it is started."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.core.text import _
from ganstudio.ui.batch.queue_service import Outlook, QueueService
from ganstudio.ui.widgets import wording

if TYPE_CHECKING:
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk

_AFTER_MS = 900


class Foresight(QObject):
    """`changed()`: more is known; `refused(sentence)`: what waits does not fit. `wanted` says whether there is anything
    to foresee just now."""

    changed = Signal()
    refused = Signal(str)

    def __init__(
        self, desk: Desk, service: QueueService, wanted: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._service, self._wanted = desk, service, wanted
        self.outlook: Outlook | None = None
        self._looking: Task | None = None
        self._closed = False
        self._soon = QTimer(self, interval=_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._look)
        desk.engine.measured.connect(self.look_soon)

    @Slot()
    def look_soon(self) -> None:
        if not self._closed:
            self._soon.start()

    def close(self) -> None:
        self._closed = True
        self._soon.stop()
        if self._looking is not None:
            self._looking.cancel()

    def words(self) -> tuple[str, str]:
        """Time and space; "" where nothing is known."""
        found = self.outlook
        if found is None or found.estimate is None:
            return "", ""
        time = _("Time not measured yet") if found.seconds is None else about(found.seconds)
        needed, free = wording.bytes_(found.estimate.needed), wording.bytes_(found.estimate.free)
        return time, _("needs about {needed} of {free} free").format(needed=needed, free=free)

    @Slot()
    def _look(self) -> None:
        if not self._wanted():
            return
        if self._looking is not None:
            self._looking.cancel()
        work = partial(self._service.outlook, pace=self._desk.engine.ask_time)
        self._looking = self._desk.background.run(work, self._seen, self._not_seen, owner=self)

    @Slot(object)
    def _seen(self, outlook: Outlook) -> None:
        self._looking, self.outlook = None, outlook
        if outlook.refusal:
            self.refused.emit(outlook.refusal)
        self.changed.emit()

    @Slot(object)
    def _not_seen(self, _error: Exception) -> None:
        self._looking = None  # what is wrong is told when it is started


def about(seconds: float) -> str:
    said = wording.seconds(seconds)
    return said if said.startswith(_("about")) else _("about {time}").format(time=said)
