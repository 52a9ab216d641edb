"""Guessing: pictures that the model did not make are projected one after another, quickly: enough to learn from."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.codecs.small import small
from ganstudio.core.latent.paste import cut
from ganstudio.core.latent.projection import Projected, Square
from ganstudio.ui.documents.profiles import to_srgb

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.jobs.remote.messages import Failure, TaskProgress
    from ganstudio.tools.maker import Made
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

STEPS = 40  # one w for all layers is soon found; a direction is of one w, too


class Guessing(QObject):
    """`progressed(done share, seconds left or None)`; `found(Path, Projected)`, `missed(Path)` for one that cannot be
    used; `over` at the end."""

    progressed = Signal(float, object)
    found = Signal(object, object)
    missed = Signal(object)
    over = Signal()

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link = desk, journey, link
        self.steps = STEPS
        self._waiting: deque[Path] = deque()
        self._count = 0
        self._began = 0.0
        self._now: Path | None = None
        self._reading: Task | None = None
        self._task: int | None = None
        link.maker_progress.connect(self._progressed)
        link.maker_done.connect(self._done)
        link.maker_failed.connect(self._failed)

    @property
    def busy(self) -> bool:
        return self._now is not None

    def begin(self, paths: Sequence[Path]) -> None:
        self._waiting = deque(paths)
        self._count, self._began = len(paths), time.monotonic()
        self._next()

    def stop(self) -> None:
        """What was found until now stays."""
        self._waiting.clear()
        if self._task is not None:
            self._link.end(self._task)
        elif self._reading is not None:
            self._reading.cancel()
            self._reading = None
            self._next()

    def _next(self) -> None:
        facts = self._journey.facts
        self._now = self._waiting.popleft() if self._waiting and facts is not None else None
        if self._now is None or facts is None:
            self._waiting.clear()
            self.over.emit()
            return
        self._tell(0.0)
        work = partial(_middle, self._now, facts.resolution)
        self._reading = self._desk.background.run(work, self._read, self._not_read, owner=self)

    def _read(self, pixels: NDArray[np.uint8]) -> None:
        self._reading = None
        latent, facts = self._journey.latent, self._journey.facts
        known = [one.word for one in latent.classes] or list(facts.classes[:1] if facts is not None else ())
        params = {
            "model": latent.model, "classes": [[word, 1.0] for word in known[:1]],  # to try all would take longest
            "crop": "whole", "space": "w", "steps": self.steps, "noise": "own", "person_agrees": True,
        }  # fmt: skip
        self._task = self._link.make("project", params, {"photo": pixels})

    def _not_read(self, error: Exception) -> None:
        """One that cannot be opened is counted, not reported: there may be hundreds."""
        self._reading = None
        self.missed.emit(self._now)
        self._next()

    def _tell(self, share: float) -> None:
        done = (self._count - len(self._waiting) - 1 + share) / max(1, self._count)
        spent = time.monotonic() - self._began
        self.progressed.emit(done, spent / done - spent if done > 0.02 else None)

    @Slot(int, object)
    def _progressed(self, task: int, progress: TaskProgress) -> None:
        if task == self._task:
            self._tell(progress.fraction or 0.0)

    @Slot(int, object)
    def _done(self, task: int, made: Made) -> None:
        if task == self._task:
            self._task = None
            projected: Projected = made.value[0]
            self.found.emit(self._now, projected)
            self._next()

    @Slot(int, object)
    def _failed(self, task: int, failure: Failure) -> None:
        if task == self._task:
            self._task = None
            if failure.kind != "stopped":
                self.missed.emit(self._now)
            self._next()


def _middle(path: Path, side: int, progress: Progress) -> NDArray[np.uint8]:
    """The middle square of a picture, side×side×3 uint8, sRGB. Raises BadInput."""
    _header, picture = small(path, 0, 4 * side, 4 * side)
    pixels = to_srgb(picture).rows(0, picture.header.height)
    progress.check()
    return cut(pixels.astype(np.uint8, copy=False), Square.centre(pixels.shape[1], pixels.shape[0]), side)
