"""Journey: where one is in latent space and how one came there. The one owner of what Explore's panels share.

Panels read it, call `go`, and listen; they do not know each other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.core.latent import Latent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.core.latent.directions import DirectionSet
    from ganstudio.core.latent.session import Session
    from ganstudio.jobs.remote.generators import ModelFacts

LONGEST = 1000  # steps


@dataclass(frozen=True)
class Step:
    """Where a step led, in words what it was ("" for the one everything began with), and when (time.time())."""

    latent: Latent
    words: str = ""
    merge: str = ""
    when: float = field(default_factory=time.time)


class Journey(QObject):
    """Steps from the oldest kept to the newest, and the one shown. `facts` is None until the model is open."""

    changed = Signal(object)  # the Latent that is shown now
    stepped = Signal()  # the list of steps, or the place in it, is another
    model_changed = Signal()  # `latent.model` is another; `facts` and `directions` come later
    facts_changed = Signal()
    directions_changed = Signal()
    session_changed = Signal()
    kept = Signal(object, object)  # Latent, thumbnail (uint8 H×W×C) or None

    def __init__(self, latent: Latent | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = [Step(latent or Latent())]
        self._at = 0
        self._facts: ModelFacts | None = None
        self._directions: DirectionSet | None = None
        self._session: Session | None = None

    # What is

    @property
    def latent(self) -> Latent:
        """What is shown."""
        return self._steps[self._at].latent

    @property
    def steps(self) -> tuple[Step, ...]:
        """The oldest first."""
        return tuple(self._steps)

    @property
    def at(self) -> int:
        return self._at

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at + 1 < len(self._steps)

    @property
    def facts(self) -> ModelFacts | None:
        """What the model of `latent` is; None while it is being opened or where it cannot be."""
        return self._facts

    @property
    def directions(self) -> DirectionSet | None:
        """Those of the model; None while unknown."""
        return self._directions

    @property
    def session(self) -> Session | None:
        """What Explore keeps; None until it has been read."""
        return self._session

    # What is done

    def go(self, latent: Latent, words: str, merge: str = "") -> None:
        """A step to another place. Steps that follow each other with the same `merge` (one drag) are one."""
        if latent == self.latent:
            return
        before = self.latent
        del self._steps[self._at + 1 :]
        if merge and merge == self._steps[-1].merge:
            self._steps[-1] = Step(latent, words, merge)
        else:
            self._steps.append(Step(latent, words, merge))
            if len(self._steps) > LONGEST:
                del self._steps[0]
            self._at = len(self._steps) - 1
        self._moved(before)

    def end_merge(self) -> None:
        """What follows is a step of its own, whatever it is called."""
        self._steps[-1] = replace(self._steps[-1], merge="")

    def undo(self) -> None:
        """One step back; nothing at the oldest."""
        self.jump(max(self._at - 1, 0))

    def redo(self) -> None:
        self.jump(min(self._at + 1, len(self._steps) - 1))

    def jump(self, at: int) -> None:
        """To any of `steps`. IndexError when there is none."""
        if not 0 <= at < len(self._steps):
            raise IndexError(at)
        if at != self._at:
            before = self.latent
            self.end_merge()
            self._at = at
            self._moved(before)

    def restore(self, steps: list[Step], at: int) -> None:
        """All steps of an earlier time in place of these. ValueError where there are none."""
        if not steps or not 0 <= at < len(steps):
            raise ValueError("no steps")
        before = self.latent
        self._steps, self._at = list(steps), at
        self._moved(before)

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

    def set_session(self, session: Session | None) -> None:
        self._session = session
        self.session_changed.emit()

    def _moved(self, before: Latent) -> None:
        if self.latent.model != before.model:
            self._facts = None
            self._directions = None
            self.model_changed.emit()
        if self.latent != before:
            self.changed.emit(self.latent)
        self.stepped.emit()
