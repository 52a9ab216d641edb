"""Search: a projection at work in the engine: what it shows on the way, that it is enough, what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.latent.projection import Projected, Snapshot, Square
from ganstudio.ui.explore.project.photo import Photo, square_of

if TYPE_CHECKING:
    from ganstudio.jobs.remote.messages import Failure, TaskProgress
    from ganstudio.tools.maker import Made
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink


class Search(QObject):
    """`began`, `progressed(TaskProgress)`, `shown(Snapshot)`, `found(Projected)`, `failed(error or Failure)`; `over` at
    each end."""

    began = Signal()
    progressed = Signal(object)
    shown = Signal(object)
    found = Signal(object)
    failed = Signal(object)
    over = Signal()

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link = desk, journey, link
        self._cutting: Task | None = None
        self._task: int | None = None
        link.maker_progress.connect(self._progressed)
        link.maker_news.connect(self._news)
        link.maker_done.connect(self._done)
        link.maker_failed.connect(self._failed)

    @property
    def busy(self) -> bool:
        return self._task is not None or self._cutting is not None

    def begin(self, photo: Photo, square: Square, params: dict[str, Any]) -> None:
        """`params`: those of the maker besides model and crop."""
        facts = self._journey.facts
        if self.busy or facts is None:
            return
        params = {**params, "model": facts.model, "crop": "whole"}
        work = partial(square_of, photo.path, square, facts.resolution)
        self._cutting = self._desk.background.run(work, partial(self._cut, params), self._not_cut, owner=self)
        self.began.emit()

    def enough(self) -> None:
        """It ends with what it has."""
        if self._task is not None:
            self._link.end(self._task, keep=True)

    def stop(self) -> None:
        if self._cutting is not None:
            self._cutting.cancel()
            self._cutting = None
            self.over.emit()
        elif self._task is not None:
            self._link.end(self._task)

    def _cut(self, params: dict[str, Any], pixels: NDArray[np.uint8]) -> None:
        self._cutting = None
        self._task = self._link.make("project", params, {"photo": pixels})

    def _not_cut(self, error: Exception) -> None:
        self._cutting = None
        self.failed.emit(error)
        self.over.emit()

    @Slot(int, object)
    def _progressed(self, task: int, progress: TaskProgress) -> None:
        if task == self._task:
            self.progressed.emit(progress)

    @Slot(int, object)
    def _news(self, task: int, value: Snapshot) -> None:
        if task == self._task:
            self.shown.emit(value)

    @Slot(int, object)
    def _done(self, task: int, made: Made) -> None:
        if task == self._task:
            self._task = None
            projected: Projected = made.value[0]
            self.found.emit(projected)
            self.over.emit()

    @Slot(int, object)
    def _failed(self, task: int, failure: Failure) -> None:
        if task == self._task:
            self._task = None
            if failure.kind != "stopped":
                self.failed.emit(failure)
            self.over.emit()
