"""WalkEditor: the Walk of the Session with its own undo, and what is chosen of it. The parts of the page share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.latent import Latent
from ganstudio.core.latent.directions import Direction
from ganstudio.core.latent.easing import NAMED, Curve, Dot
from ganstudio.core.latent.walk import MOST_SECONDS, USUAL_SECONDS, Key, Track, Walk
from ganstudio.core.text import _
from ganstudio.ui.explore.naming import name_of

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey

LEAST_SECONDS = 0.1  # between two keyframes
PSI = "psi"  # the id of the truncation's curve; directions' are their place among the tracks
_MOST_STEPS = 200


class WalkEditor(QObject):
    """`changed` when the Walk is another, `chosen` when another keyframe (and the way from it) is chosen."""

    changed = Signal()
    chosen = Signal()

    def __init__(self, journey: Journey, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._journey = journey
        self._walk = journey.session.walk
        self._undo: list[tuple[Walk, str]] = []
        self._redo: list[tuple[Walk, str]] = []
        self._merge = ""
        self._key = 0
        journey.session_changed.connect(self._session_changed)

    # What is

    @property
    def walk(self) -> Walk:
        return self._walk

    @property
    def key(self) -> int:
        """The chosen keyframe; -1 where there is none."""
        return min(self._key, len(self._walk.keys) - 1)

    @property
    def starts(self) -> list[float]:
        """When each keyframe is reached."""
        return [0.0, *accumulate(one.seconds for one in self._walk.keys)][: len(self._walk.keys)]

    @property
    def why_not(self) -> str:
        """Why it cannot be walked, as a sentence; "" where it can."""
        if len(self._walk.keys) < 2:
            return _("A walk needs at least two pictures")
        if len({one.latent.model for one in self._walk.keys}) > 1:
            return _("The pictures are of different models; a walk goes through one")
        if not 0 < self._walk.seconds <= MOST_SECONDS:
            return _("The walk is too long")
        return ""

    def name(self, place: int) -> str:
        """What a keyframe is called: as its favourite, else by what it is."""
        latent = self._walk.keys[place].latent
        known = next((one.name for one in self._journey.session.favourites if one.latent == latent), "")
        return known or name_of(latent)

    # Undo

    @property
    def can_undo(self) -> str:
        """The name of the step; "" without one."""
        return self._undo[-1][1] if self._undo else ""

    @property
    def can_redo(self) -> str:
        return self._redo[-1][1] if self._redo else ""

    def undo(self) -> None:
        if self._undo:
            walk, words = self._undo.pop()
            self._redo.append((self._walk, words))
            self._put(walk)

    def redo(self) -> None:
        if self._redo:
            walk, words = self._redo.pop()
            self._undo.append((self._walk, words))
            self._put(walk)

    def end_merge(self) -> None:
        """A drag is over."""
        self._merge = ""

    def edit(self, change: Callable[[Walk], Walk], words: str, merge: str = "") -> None:
        """A step; those with the same `merge` that follow each other (one drag) are one."""
        after = change(self._walk)
        if after == self._walk:
            return
        if not merge or merge != self._merge:
            self._undo = [*self._undo[-_MOST_STEPS:], (self._walk, words)]
        self._merge = merge
        self._redo.clear()
        self._put(after)

    def _put(self, walk: Walk) -> None:
        self._walk = walk
        self._journey.change(lambda session: replace(session, walk=walk))
        self.changed.emit()

    @Slot()
    def _session_changed(self) -> None:
        """Another Session was opened."""
        if self._journey.session.walk is not self._walk:
            self._walk = self._journey.session.walk
            self._undo.clear()
            self._redo.clear()
            self.changed.emit()

    # Keyframes

    def choose(self, place: int) -> None:
        place = max(0, min(place, len(self._walk.keys) - 1))
        if place != self._key:
            self._key = place
            self.chosen.emit()

    def add(self, latent: Latent, at: float | None = None) -> None:
        """One more keyframe, at the end, or at a time inside, where its way is parted."""
        keys = self._walk.keys
        if keys and any(one.latent.model != latent.model for one in keys):
            raise ValueError("of another model")
        if at is None or at >= (self.starts[-1] if keys else 0.0):
            place, made = len(keys), (*keys, Key(latent, USUAL_SECONDS, NAMED["ease"]))
            if at is not None and keys and not self._walk.loop:
                before = replace(keys[-1], seconds=max(at - self.starts[-1], LEAST_SECONDS))
                made = (*keys[:-1], before, made[-1])
        else:
            before = max(n for n, start in enumerate(self.starts) if start <= max(at, 0.0))
            whole, share = keys[before].seconds, max(at - self.starts[before], LEAST_SECONDS)
            first = replace(keys[before], seconds=min(share, max(whole - LEAST_SECONDS, LEAST_SECONDS)))
            second = Key(latent, max(whole - first.seconds, LEAST_SECONDS), keys[before].easing)
            place, made = before + 1, (*keys[:before], first, second, *keys[before + 1 :])
        self._key = place
        self.edit(lambda walk: replace(walk, keys=made), _("Keyframe"))
        self.chosen.emit()

    def remove(self, place: int) -> None:
        """Its time goes to the keyframe before it."""
        keys = list(self._walk.keys)
        gone = keys.pop(place)
        if place:
            keys[place - 1] = replace(keys[place - 1], seconds=keys[place - 1].seconds + gone.seconds)
        self._key = max(0, place - 1)
        self.edit(lambda walk: replace(walk, keys=tuple(keys)), _("Keyframe removed"))
        self.chosen.emit()

    def shift(self, place: int, later: int) -> None:
        """A keyframe changes places with one of its neighbours; times stay."""
        keys, other = list(self._walk.keys), place + later
        if 0 <= place < len(keys) and 0 <= other < len(keys):
            first, second = keys[place], keys[other]
            keys[place], keys[other] = replace(first, latent=second.latent), replace(second, latent=first.latent)
            self._key = other
            self.edit(lambda walk: replace(walk, keys=tuple(keys)), _("Order of the pictures"))
            self.chosen.emit()

    def set_start(self, place: int, seconds: float, merge: str = "") -> None:
        """A keyframe is reached at another time; its neighbours stay where they are."""
        keys, starts = list(self._walk.keys), self.starts
        if not 0 < place < len(keys):
            return
        end = starts[place] + keys[place].seconds
        last = place == len(keys) - 1 and not self._walk.loop
        low, high = starts[place - 1] + LEAST_SECONDS, MOST_SECONDS if last else end - LEAST_SECONDS
        at = min(max(seconds, low), max(low, high))
        keys[place - 1] = replace(keys[place - 1], seconds=at - starts[place - 1])
        if not last:
            keys[place] = replace(keys[place], seconds=end - at)
        self.edit(lambda walk: replace(walk, keys=tuple(keys)), _("Time of a picture"), merge)

    def change_key(self, place: int, words: str, merge: str = "", **fields: object) -> None:
        """`seconds` or `easing` of a keyframe."""
        if not 0 <= place < len(self._walk.keys):
            return
        keys = list(self._walk.keys)
        keys[place] = replace(keys[place], **fields)  # type: ignore[arg-type]
        self.edit(lambda walk: replace(walk, keys=tuple(keys)), words, merge)

    # Curves

    def curve(self, id: str) -> Curve | None:
        if id == PSI:
            return self._walk.psi
        place = int(id)
        return self._walk.tracks[place].amount if place < len(self._walk.tracks) else None

    def set_curve(self, id: str, curve: Curve, merge: str = "") -> None:
        if id == PSI:
            self.edit(lambda walk: replace(walk, psi=curve), _("Truncation ψ"), merge)
            return
        tracks = list(self._walk.tracks)
        tracks[int(id)] = replace(tracks[int(id)], amount=curve)
        self.edit(lambda walk: replace(walk, tracks=tuple(tracks)), tracks[int(id)].push.name, merge)

    def add_psi(self) -> None:
        """Begins where the keyframes are."""
        psi = self._walk.keys[0].latent.psi if self._walk.keys else 0.7
        self.edit(lambda walk: replace(walk, psi=_flat(psi, walk.seconds)), _("Truncation ψ"))

    def add_track(self, direction: Direction) -> None:
        track = Track(direction.push(0.0), _flat(0.0, self._walk.seconds))
        self.edit(lambda walk: replace(walk, tracks=(*walk.tracks, track)), direction.name)

    def remove_curve(self, id: str) -> None:
        if id == PSI:
            self.edit(lambda walk: replace(walk, psi=None), _("Curve removed"))
        else:
            kept = tuple(one for n, one in enumerate(self._walk.tracks) if n != int(id))
            self.edit(lambda walk: replace(walk, tracks=kept), _("Curve removed"))


def _flat(value: float, seconds: float) -> Curve:
    ease = NAMED["ease"]
    return Curve((Dot(0.0, value, ease), Dot(max(seconds / 2, 0.1), value, ease)))
