"""Start, pause, stop: the window's side of a run of the queue. The engine's process does the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.progress import Progress
from ganstudio.jobs.records import Batch
from ganstudio.jobs.remote.messages import BatchEnd, Failure
from ganstudio.jobs.watch import Status
from ganstudio.ui.batch.queue_service import Outlook, Plan, QueueService
from ganstudio.ui.batch.totals import Course

if TYPE_CHECKING:
    from ganstudio.jobs.estimate import Estimate
    from ganstudio.ui.desk import Desk

Inputs = dict[int, list[Path]]


class Start:
    """What came of preparing a start: `ids` to run, or the reason why not."""

    def __init__(self, ids: list[int], outlook: Outlook, inputs: Inputs) -> None:
        self.ids, self.outlook, self.inputs = ids, outlook, inputs


class Runner(QObject):
    """`changed()`: whether and how it runs; `refused(sentence)`: it cannot start; `ended(BatchEnd)`;
    `failed(Failure)`: the engine is gone, what it had begun waits again; `prepared(Inputs)`: batches have new ids."""

    changed = Signal()
    refused = Signal(str)
    ended = Signal(object)
    failed = Signal(object)
    prepared = Signal(object)
    estimated = Signal(object)

    def __init__(self, desk: Desk, service: QueueService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._service = desk, service
        self.status: Status | None = None
        self.estimate: Estimate | None = None
        self.starting = False
        self.paused = False
        self._began: float | None = None
        self._began_with = 0
        engine = desk.engine
        engine.batch_status.connect(self._moved)
        engine.batch_estimate.connect(self._estimated)
        engine.batch_ended.connect(self._ended)
        engine.batch_failed.connect(self._failed)
        engine.batch_running_changed.connect(self._running_changed)

    @property
    def running(self) -> bool:
        return self._desk.engine.batch_running

    @property
    def course(self) -> Course:
        status = self.status
        if not self.running or status is None:
            return Course(running=self.running or self.starting, paused=self.paused, began=self._began)
        done = status.totals.done - self._began_with
        each = status.seconds / done if done > 0 else None
        return Course(status.left, each, self._began, self.paused, True)

    # What the person asks for

    def start(self, plan: Plan | None, inputs: Inputs) -> None:
        """Run all that waits. `plan` is what the panels say, for batches of `inputs` that nothing was done of yet."""
        if self.starting:
            return
        self.starting = True
        work = partial(_prepare, self._service, plan, inputs)
        self._desk.background.run(work, self._start, self._not_started, owner=self)
        self.changed.emit()

    @Slot(object)
    def _start(self, start: Start) -> None:
        self.starting = False
        self.prepared.emit(start.inputs)
        if start.outlook.refusal:
            self.refused.emit(start.outlook.refusal)
        elif start.ids:
            if not self.running:
                self.status, self.estimate, self.paused = None, None, False
                self._began, self._began_with = time.time(), -1
            self._desk.engine.run_batches(start.ids)
        self.changed.emit()

    @Slot(object)
    def _not_started(self, error: Exception) -> None:
        self.starting = False
        self._desk.notices.error(error)
        self.changed.emit()

    def pause(self) -> None:
        """Hold what runs here, or go on."""
        self.paused = not self.paused
        if self.paused:
            self._desk.engine.pause_batches()
        else:
            self._desk.engine.resume_batches()
        self.changed.emit()

    def stop(self) -> None:
        self.paused = False
        self._desk.engine.stop_batches()
        self.changed.emit()

    def pause_elsewhere(self, batches: list[Batch], done: Callable[[object], object]) -> None:
        """Another program works on the queue: what it has not begun is left alone."""
        self._desk.background.run(partial(_pause, self._service, batches), done, owner=self)

    # What the engine says

    @Slot(object)
    def _moved(self, status: Status) -> None:
        if self._began_with < 0:
            self._began_with = status.totals.done
        self.status, self.paused = status, status.paused
        self._began = self._began or time.time()
        self.changed.emit()

    @Slot(object)
    def _estimated(self, estimate: Estimate) -> None:
        self.estimate = estimate
        self.estimated.emit(estimate)

    @Slot(object)
    def _ended(self, end: BatchEnd) -> None:
        self.status, self.paused = None, False
        self.ended.emit(end)
        self.changed.emit()

    @Slot(object)
    def _failed(self, failure: Failure) -> None:
        self.status, self.paused = None, False
        self._desk.background.run(partial(_orphans, self._service), owner=self)
        self.failed.emit(failure)
        self.changed.emit()

    @Slot(bool)
    def _running_changed(self, _running: bool) -> None:
        self.changed.emit()


def _prepare(service: QueueService, plan: Plan | None, inputs: Inputs, progress: Progress) -> Start:
    renewed: Inputs = {}
    known = {batch.id: batch for batch in service.journal.batches()}
    for id, paths in inputs.items():
        batch = known.get(id)
        if batch is None:
            continue
        added = service.redo_plan(batch, paths, plan, progress) if plan is not None else None
        renewed[id if added is None else added.batch.id] = paths
    outlook = service.outlook(progress)
    return Start([] if outlook.refusal else service.ready(), outlook, renewed)


def _pause(service: QueueService, batches: list[Batch], progress: Progress) -> int:
    return service.pause(batches)


def _orphans(service: QueueService, progress: Progress) -> int:
    return len(service.journal.orphans())
