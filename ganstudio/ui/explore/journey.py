"""Journey: where one is in latent space and how one came there. The one owner of what Explore's panels share.

Panels read it, call `go`, and listen; they do not know each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.core.latent import Latent
from ganstudio.core.latent.session import Session, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.core.latent.directions import DirectionSet
    from ganstudio.jobs.remote.generators import ModelFacts

_RESTS_MS = 150


class Journey(QObject):
    """`session` holds the steps, favourites, family and Walk; it always has a step in force, whose Latent is shown.
    `facts` is None until the model is open."""

    changed = Signal(object)  # the Latent that is shown now; with each move of a slider
    rested = Signal(object)  # the Latent that is shown, once it stands still for a moment
    stepped = Signal()  # the list of steps, or the place in it, is another
    model_changed = Signal()  # `latent.model` is another; `facts` and `directions` come later
    facts_changed = Signal()
    directions_changed = Signal()
    session_changed = Signal()  # anything that a Session keeps, steps included
    held_changed = Signal()  # other groups of layers are held
    kept = Signal(object, object)  # Latent, thumbnail (uint8 H×W×C) or None: a favourite is wanted

    def __init__(self, latent: Latent | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = Session().stepped(Step(latent or Latent()))
        self._merge = ""
        self._resting = QTimer(self, interval=_RESTS_MS, singleShot=True)
        self._resting.timeout.connect(self._rested)
        self._facts: ModelFacts | None = None
        self._directions: DirectionSet | None = None
        self._held: frozenset[str] = frozenset()

    # What is

    @property
    def latent(self) -> Latent:
        """What is shown."""
        return self._session.steps[self._session.at].latent

    @property
    def session(self) -> Session:
        return self._session

    @property
    def steps(self) -> tuple[Step, ...]:
        """The oldest first."""
        return self._session.steps

    @property
    def at(self) -> int:
        return self._session.at

    @property
    def can_undo(self) -> bool:
        return self._session.at > 0

    @property
    def can_redo(self) -> bool:
        return self._session.at + 1 < len(self._session.steps)

    @property
    def facts(self) -> ModelFacts | None:
        """What the model of `latent` is; None while it is being opened or where it cannot be."""
        return self._facts

    @property
    def directions(self) -> DirectionSet | None:
        """Those of the model; None while unknown."""
        return self._directions

    @property
    def held(self) -> frozenset[str]:
        """The groups of layers ("coarse", "middle", "fine") that children have from their first parent."""
        return self._held

    # What is done

    def set_held(self, held: frozenset[str]) -> None:
        if held != self._held:
            self._held = held
            self.held_changed.emit()

    def go(self, latent: Latent, words: str, merge: str = "") -> None:
        """A step to another place. Steps that follow each other with the same `merge` (one drag) are one."""
        before = self.latent
        if latent == before:
            return
        instead = bool(merge) and merge == self._merge
        self._merge = merge
        self._take(self._session.stepped(Step(latent, words), instead=instead), before)

    def end_merge(self) -> None:
        """What follows is a step of its own, whatever it is called."""
        self._merge = ""

    def undo(self) -> None:
        """One step back; nothing at the oldest."""
        self.jump(max(self.at - 1, 0))

    def redo(self) -> None:
        self.jump(min(self.at + 1, len(self.steps) - 1))

    def jump(self, at: int) -> None:
        """To any of `steps`. IndexError when there is none."""
        if at != self.at:
            self._merge = ""
            self._take(self._session.jumped(at), self.latent)

    def change(self, edit: Callable[[Session], Session]) -> None:
        """Another value for what the Session keeps beside the steps: favourites, family, Walk, thumbnails."""
        after = edit(self._session)
        if after is not self._session:
            self._session = after
            self.session_changed.emit()

    def restore(self, session: Session) -> None:
        """All of an earlier Session in place of this one. One without steps keeps the place where one is."""
        before = self.latent
        self._merge = ""
        if session.latent is None:
            session = replace(session, steps=(Step(before),), at=0)
        self._take(session, before)

    def keep(self, latent: Latent, thumb: NDArray[np.uint8] | None = None) -> None:
        """Ask for a place among the favourites."""
        self.kept.emit(latent, thumb)

    # What others find out

    def set_facts(self, facts: ModelFacts | None) -> None:
        self._facts = facts
        self.facts_changed.emit()

    def set_directions(self, directions: DirectionSet | None) -> None:
        self._directions = directions
        self.directions_changed.emit()

    @Slot()
    def _rested(self) -> None:
        self.rested.emit(self.latent)

    def _take(self, session: Session, before: Latent) -> None:
        self._session = session
        now = self.latent
        if now.model != before.model:
            self._facts = None
            self._directions = None
            self.model_changed.emit()
        if now != before:
            self.changed.emit(now)
            self._resting.start()
        self.stepped.emit()
        self.session_changed.emit()
