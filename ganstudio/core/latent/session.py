"""Session: what Explore keeps: the steps, the favourites, the family tree, the Walk, directions of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import uuid4

from ganstudio.core.latent.directions import Direction
from ganstudio.core.latent.latent import Latent
from ganstudio.core.latent.walk import Walk

MOST_STEPS = 400  # the oldest go first
MOST_LITTERS = 200  # beyond it the oldest end of a branch goes


@dataclass(frozen=True)
class Step:
    """Where one was: a Latent, what was done to come there ("Warm light +1.4 σ"), a small WebP picture or b""."""

    latent: Latent
    words: str = ""
    thumb: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Favourite:
    """A picture that was kept."""

    latent: Latent
    name: str
    thumb: bytes = field(default=b"", repr=False)
    id: str = field(default_factory=lambda: uuid4().hex[:12])


@dataclass(frozen=True)
class Litter:
    """The children of one breeding. `parent` is the place in the family of the litter that its parents come from, None
    for those that come from elsewhere. `chosen` are places among the children; `held` layer groups kept as they were.
    """

    parents: tuple[Latent, ...]
    children: tuple[Latent, ...]
    parent: int | None = None
    chosen: tuple[int, ...] = ()
    mutation: float = 0.0
    held: frozenset[str] = frozenset()
    seed: int = 0
    thumbs: tuple[bytes, ...] = field(default=(), repr=False)  # of the children, b"" where not painted yet

    def with_thumb(self, place: int, thumb: bytes) -> Litter:
        thumbs = [*self.thumbs, *(b"" for _ in range(len(self.children) - len(self.thumbs)))]
        thumbs[place] = thumb
        return replace(self, thumbs=tuple(thumbs))


@dataclass(frozen=True)
class Family:
    """All litters in the order of their making, and the one that is looked at (None: none yet)."""

    litters: tuple[Litter, ...] = ()
    at: int | None = None

    @property
    def now(self) -> Litter | None:
        return None if self.at is None else self.litters[self.at]

    def bred(self, litter: Litter) -> Family:
        """One litter more, which is looked at. Going back and breeding again makes a branch: nothing is lost until
        there are very many."""
        grown = Family((*self.litters, litter), len(self.litters))
        while len(grown.litters) > MOST_LITTERS:
            grown = grown._pruned()
        return grown

    def _pruned(self) -> Family:
        """Without the oldest litter that nothing was bred from; in one long line the oldest of all goes."""
        parents = {one.parent for one in self.litters}
        place = next((n for n in range(len(self.litters) - 1) if n not in parents), 0)

        def moved(parent: int | None) -> int | None:
            return None if parent is None or parent == place else parent - (parent > place)

        kept = [replace(one, parent=moved(one.parent)) for n, one in enumerate(self.litters) if n != place]
        return Family(tuple(kept), moved(self.at))

    def changed(self, place: int, litter: Litter) -> Family:
        return replace(self, litters=(*self.litters[:place], litter, *self.litters[place + 1 :]))

    def looking_at(self, place: int | None) -> Family:
        """Raises IndexError for a litter that is none."""
        if place is not None and not 0 <= place < len(self.litters):
            raise IndexError(place)
        return replace(self, at=place)

    def generation(self, place: int) -> int:
        """1 for the first litter of a branch, one more with each that was bred from it."""
        count, here = 1, self.litters[place].parent
        while here is not None:
            count, here = count + 1, self.litters[here].parent
        return count

    def branches(self, place: int) -> tuple[int, ...]:
        """The litters that were bred from a litter."""
        return tuple(n for n, one in enumerate(self.litters) if one.parent == place)


@dataclass(frozen=True)
class Pad:
    """The latent pad: what its four corners are (top left, top right, bottom left, bottom right), and where in it one
    is, 0 to 1 from the top left."""

    corners: tuple[Latent, ...]
    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True)
class Session:
    """A value: every change is a new Session."""

    steps: tuple[Step, ...] = ()
    at: int = -1  # which of the steps is in force; -1 without steps
    favourites: tuple[Favourite, ...] = ()
    family: Family = Family()
    pad: Pad | None = None
    walk: Walk = field(default_factory=Walk)
    directions: tuple[Direction, ...] = ()  # of one's own, so that whoever gets the file has them too
    weights: str = ""  # SHA-256 of the model that the directions belong to

    @property
    def latent(self) -> Latent | None:
        """Where one is."""
        return self.steps[self.at].latent if 0 <= self.at < len(self.steps) else None

    # Steps

    def stepped(self, step: Step, *, instead: bool = False) -> Session:
        """A step further; what was taken back before is dropped. `instead`: in place of the step in force (one drag of
        a slider is one step)."""
        kept = self.steps[: self.at + 1]
        steps = (*(kept[:-1] if instead and kept else kept), step)[-MOST_STEPS:]
        return replace(self, steps=steps, at=len(steps) - 1)

    def jumped(self, place: int) -> Session:
        """Back or forth to a step. Raises IndexError for one that is none."""
        if not 0 <= place < len(self.steps):
            raise IndexError(place)
        return replace(self, at=place)

    def with_step_thumb(self, place: int, thumb: bytes) -> Session:
        steps = list(self.steps)
        steps[place] = replace(steps[place], thumb=thumb)
        return replace(self, steps=tuple(steps))

    # Favourites

    def kept(self, favourite: Favourite) -> Session:
        return replace(self, favourites=(*self.favourites, favourite))

    def favourite(self, id: str) -> Favourite | None:
        return next((one for one in self.favourites if one.id == id), None)

    def renamed(self, id: str, name: str) -> Session:
        return self._each(replace(one, name=name) if one.id == id else one for one in self.favourites)

    def dropped(self, ids: Iterable[str]) -> Session:
        gone = set(ids)
        return self._each(one for one in self.favourites if one.id not in gone)

    def moved(self, id: str, place: int) -> Session:
        """A favourite at another place of the row."""
        one = self.favourite(id)
        if one is None:
            return self
        rest = [other for other in self.favourites if other.id != id]
        rest.insert(max(0, min(place, len(rest))), one)
        return self._each(rest)

    def with_favourite_thumb(self, id: str, thumb: bytes) -> Session:
        return self._each(replace(one, thumb=thumb) if one.id == id else one for one in self.favourites)

    def _each(self, favourites: Iterable[Favourite]) -> Session:
        return replace(self, favourites=tuple(favourites))
