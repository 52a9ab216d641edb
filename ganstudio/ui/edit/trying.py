"""Try it here: what two or three models make of the part one looks at, before the whole picture is run."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.document import Rect, State
from ganstudio.core.raster import Picture, read_whole
from ganstudio.jobs.remote import Failure, Source, TaskResult
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.ui.canvas.trials import Trial
from ganstudio.ui.edit.runner import source_of

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.edit.session import Session

MOST_PIXELS = 90_000  # of the document: well under a second of work on two cores


@dataclass(eq=False)
class _Try:
    trial: Trial
    step: Step
    task: int | None = None


class Trying(QObject):
    """The trials of one region. `changed(list[Trial])` whenever one is new; `busy_changed(bool)`."""

    changed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tries: list[_Try] = []
        self._base: State | None = None
        self._preparing: Task | None = None
        self._source: Source | None = None
        desk.engine.finished.connect(self._finished)
        desk.engine.failed.connect(self._failed)

    @property
    def trials(self) -> list[Trial]:
        return [one.trial for one in self._tries]

    @property
    def busy(self) -> bool:
        return self._preparing is not None or any(one.task is not None for one in self._tries)

    def step(self, number: int) -> Step:
        """What a trial was made with."""
        return self._tries[number].step

    def start(self, session: Session, steps: list[tuple[str, Step]], around: Rect) -> None:
        """Try each step (with its title) on the middle of what is seen; the first is computed first."""
        self.clear()
        base = session.state
        rect = region(around, base)
        self._base = base
        self._tries = [_Try(Trial(rect, title, None), step) for title, step in steps]
        self._preparing = self._desk.background.run(
            partial(source_of, base), self._send, self._not_sent, owner=self
        )
        self.changed.emit(self.trials)
        self.busy_changed.emit(True)

    @Slot()
    def clear(self) -> None:
        """No trials any more; what still runs is stopped."""
        if self._preparing is not None:
            self._preparing.cancel()
        for one in self._tries:
            if one.task is not None:
                self._desk.engine.cancel(one.task)
        had, self._tries = bool(self._tries), []
        self._preparing = self._base = self._source = None
        if had:
            self.changed.emit([])
            self.busy_changed.emit(False)

    def out_of_date(self, state: State) -> bool:
        """Whether the trials are of another picture than the one shown."""
        return self._base is not None and self._base is not state

    def _send(self, source: Source) -> None:
        self._preparing = None
        self._source = source
        self._next()

    def _next(self) -> None:
        """One after the other, so that the first is there soon."""
        waiting = next((one for one in self._tries if one.trial.image is None), None)
        if waiting is None or self._source is None:
            return
        recipe, trial = Recipe((waiting.step,)), waiting.trial
        waiting.task = self._desk.engine.apply(recipe, self._source, region=trial.rect, label=trial.title)

    def _not_sent(self, error: Exception) -> None:
        self.clear()
        self._desk.notices.error(error)

    @Slot(int, object)
    def _finished(self, task: int, result: TaskResult) -> None:
        one = next((one for one in self._tries if one.task == task), None)
        if one is not None:
            self._desk.background.run(
                partial(_picture, result), partial(self._show, one), partial(self._lost, one), owner=self
            )

    def _show(self, one: _Try, picture: Picture) -> None:
        if one in self._tries:
            one.task = None
            one.trial = replace(one.trial, image=picture)
            self.changed.emit(self.trials)
            self._next()
            self.busy_changed.emit(self.busy)

    def _lost(self, one: _Try, error: Exception) -> None:
        if one in self._tries:
            self.clear()
            self._desk.notices.error(error)

    @Slot(int, object)
    def _failed(self, task: int, failure: Failure) -> None:
        one = next((one for one in self._tries if one.task == task), None)
        if one is None:
            return
        one.task = None
        self._tries.remove(one)
        if not self._tries:
            self.changed.emit([])
        else:
            self.changed.emit(self.trials)
            self._next()
        self.busy_changed.emit(self.busy)
        if failure.kind != "stopped":
            self._desk.notices.error(failure)


def region(seen: Rect, state: State) -> Rect:
    """The middle of what is seen, in its proportions, at most `MOST_PIXELS` large."""
    seen = seen.clipped(state.rect)
    if seen.empty:
        seen = state.rect
    share = min(1.0, math.sqrt(MOST_PIXELS / (seen.width * seen.height)))
    width, height = max(1, round(seen.width * share)), max(1, round(seen.height * share))
    x, y = seen.x0 + (seen.width - width) // 2, seen.y0 + (seen.height - height) // 2
    return Rect(x, y, x + width, y + height)


def _picture(result: TaskResult, progress: Progress) -> Picture:
    """A trial's pixels in memory; its file is removed."""
    try:
        raster = result.raster()
        try:
            picture = read_whole(raster)
            return replace(picture, pixels=picture.pixels.copy())
        finally:
            raster.close()
    finally:
        result.release()
