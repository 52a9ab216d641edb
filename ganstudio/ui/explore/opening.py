"""Opening: the model of the Journey is opened, its directions are read and found; what the person changes is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.latent import direction_files
from ganstudio.core.latent.directions import DirectionSet
from ganstudio.core.progress import Progress
from ganstudio.jobs.remote.generators import DirectionsFailed, DirectionsFound, ModelFacts, ModelRefused
from ganstudio.ui.explore.moves import fitted

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

SEFA, PCA = 8, 6  # so many directions are found by themselves; the terminal knows the same SeFa ones


class Opening(QObject):
    """`refused(ModelRefused)`: the model cannot be used, or its file is gone. `looking_changed()`: directions are being
    looked for, or no longer."""

    refused = Signal(object)
    looking_changed = Signal()

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link = desk, journey, link
        self._kept: DirectionSet | None = None  # as it lies on the disk, or will
        self._writing = False
        self._next: DirectionSet | None = None  # what is written after that
        self._looking: set[str] = set()
        self._asked = ""
        journey.model_changed.connect(self.open)
        journey.directions_changed.connect(self._keep)
        link.model_known.connect(self._known)
        link.model_refused.connect(self._refused)
        link.directions_found.connect(self._found)
        link.directions_failed.connect(self._not_found)
        link.engine_lost.connect(self._lost)

    @property
    def looking(self) -> bool:
        """Whether more directions will come by themselves."""
        return bool(self._looking) or self._asked == self._journey.latent.model

    @Slot()
    def open(self) -> None:
        """Open the Journey's model; again, after its file was gone."""
        self._asked = self._journey.latent.model
        self._looking.clear()
        self._link.open(self._asked)
        self.looking_changed.emit()

    @Slot(object)
    def _known(self, facts: ModelFacts) -> None:
        if facts.model != self._asked or facts.model != self._journey.latent.model:
            return
        self._journey.set_facts(facts)
        work = partial(_read, facts.weights, facts.model)
        self._desk.background.run(work, partial(self._was_read, facts), owner=self)

    def _was_read(self, facts: ModelFacts, found: DirectionSet) -> None:
        if facts != self._journey.facts:
            return
        self._asked = ""
        found = fitted(found, facts.num_ws)
        origins = {one.origin for one in found.items}
        self._kept = found
        self._journey.set_directions(found)
        for how, count in (("sefa", SEFA), ("pca", PCA)):
            if how not in origins:
                self._looking.add(how)
                self._link.find_directions(facts.model, how, count)  # type: ignore[arg-type]
        self.looking_changed.emit()

    @Slot(object)
    def _refused(self, told: ModelRefused) -> None:
        if told.model == self._journey.latent.model:
            self._asked = ""
            self.refused.emit(told)
            self.looking_changed.emit()

    @Slot(object)
    def _found(self, told: DirectionsFound) -> None:
        directions = self._journey.directions
        if told.model == self._journey.latent.model and directions is not None:
            self._looking.discard(told.how)
            self._journey.set_directions(directions.joined(told.directions))
            self.looking_changed.emit()

    @Slot(object)
    def _not_found(self, told: DirectionsFailed) -> None:
        """Its picture says what is wrong with the model; directions simply do not come."""
        if told.model == self._journey.latent.model:
            self._looking.discard(told.how)
            self.looking_changed.emit()

    @Slot(object)
    def _lost(self, failure: object) -> None:
        """The engine starts again by itself and opens the model anew."""
        self.open()

    @Slot()
    def _keep(self) -> None:
        """What was found or changed is written, off the GUI thread."""
        now = self._journey.directions
        if now is None or self._kept is None or now == self._kept or not now.weights:
            return
        self._kept = self._next = now
        self._write()

    def _write(self) -> None:
        """One at a time, the newest next."""
        if self._writing or self._next is None:
            return
        now, self._next = self._next, None
        self._writing = True
        self._desk.background.run(partial(_written, now), self._was_written, self._not_written, owner=self)

    def _was_written(self, _nothing: None) -> None:
        self._writing = False
        self._write()

    def _not_written(self, error: Exception) -> None:
        self._writing = False
        self._desk.notices.error(error)


def _read(weights: str, model: str, progress: Progress) -> DirectionSet:
    return direction_files.load(weights, model)


def _written(directions: DirectionSet, progress: Progress) -> None:
    direction_files.save(directions)
