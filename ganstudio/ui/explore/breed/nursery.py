"""Nursery: asks for the points of parents, makes their children, has them painted. The Session's family remembers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Latent, Point, Weighted
from ganstudio.core.latent.breeding import CHILDREN, children, stranger_seeds
from ganstudio.core.latent.session import Family, Litter
from ganstudio.core.latent.thumbs import SIDE
from ganstudio.core.text import _
from ganstudio.ui.explore.images import Thumbnails, image_of

if TYPE_CHECKING:
    from ganstudio.jobs.remote.generators import ChannelFailed, ModelFacts
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

MIDDLE = CHILDREN // 2  # where the parent stands among its children
_POINTS, _PICTURES = "breed:points", "breed"


@dataclass(frozen=True)
class _Order:
    """A breeding whose points were asked for."""

    parents: tuple[Latent, ...]
    place: int | None  # of the litter that the parents are from
    mutation: float
    held: frozenset[str]
    seed: int
    plain: bool  # the parents share directions and mixing, which so stay in force for the children
    asked: bool = True  # by the person; what comes by itself fails quietly


class Nursery(QObject):
    """`changed` when another litter is looked at, or a picture of it is there."""

    changed = Signal()

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link = desk, journey, link
        self._order: _Order | None = None
        self._painted: dict[Latent, QImage] = {}  # whose thumbnails are not made yet
        self._asked: list[Latent] = []  # children whose pictures were asked for, in the order of the asking
        self._shown: Family | None = None
        self._filled: ModelFacts | None = None  # the model whose first litter is on its way
        self.thumbnails = Thumbnails(desk, self)
        self.thumbnails.made.connect(self.changed)
        self.thumbnails.packed.connect(self._packed)
        link.points.connect(self._pointed)
        link.thumb.connect(self._thumb)
        link.channel_failed.connect(self._failed)
        link.engine_lost.connect(self._lost)
        journey.session_changed.connect(self._look)
        journey.facts_changed.connect(self._again)
        self._look()

    # What is

    @property
    def family(self) -> Family:
        return self._journey.session.family

    @property
    def busy(self) -> bool:
        """Whether children are on their way."""
        return self._order is not None

    def picture(self, place: int, child: int) -> QImage | None:
        """Of a child of a litter; None while it is being painted."""
        litter = self.family.litters[place]
        thumb = litter.thumbs[child] if child < len(litter.thumbs) else b""
        return self.thumbnails.of(thumb) if thumb else self._painted.get(litter.children[child])

    # What is done

    def breed(self, mutation: float, held: Collection[str]) -> None:
        """Children of the chosen, or of the picture that is shown."""
        litter = self.family.now
        chosen = [] if litter is None else [litter.children[n] for n in sorted(litter.chosen)]
        model = self._journey.latent.model
        parents = tuple(one for one in chosen if one.model == model) or (self._journey.latent,)
        self.breed_from(parents, self.family.at if chosen else None, mutation, held)

    def fill(self, mutation: float, held: Collection[str]) -> None:
        """Where no litter of the open model is looked at, its newest one is, or a first one is bred."""
        facts, litter = self._journey.facts, self.family.now
        if facts is None or self.busy or (litter is not None and litter.children[0].model == facts.model):
            return
        known = [n for n, one in enumerate(self.family.litters) if one.children[0].model == facts.model]
        if known:
            self.look_at(known[-1])
        elif facts is not self._filled:  # else it has failed: once is enough
            self._filled = facts
            self.breed_from((self._journey.latent,), None, mutation, held, asked=False)

    def breed_from(
        self,
        parents: Sequence[Latent],
        place: int | None,
        mutation: float,
        held: Collection[str],
        *,
        asked: bool = True,
    ) -> None:
        """Children of these; `place` is the litter that they are from."""
        plain = len({(one.pushes, one.mix) for one in parents}) == 1
        order = _Order(tuple(parents), place, mutation, frozenset(held), secrets.randbits(32), plain, asked)
        self._order = order
        first = parents[0]
        strangers = [
            replace(first, seeds=(Weighted(str(seed)),), point=None, pushes=(), mix=None)
            for seed in stranger_seeds(order.seed)
        ]
        self._link.ask_points(_POINTS, [*parents, *strangers], "base" if plain else "moved")
        self.changed.emit()

    def choose(self, child: int, chosen: bool) -> None:
        """Mark a child as a parent to be, or take the mark away."""
        place, litter = self.family.at, self.family.now
        if place is None or litter is None or not 0 <= child < len(litter.children):
            return
        marks = set(litter.chosen) | {child} if chosen else set(litter.chosen) - {child}
        after = replace(litter, chosen=tuple(sorted(marks)))
        self._change(lambda family: family.changed(place, after))

    def look_at(self, place: int) -> None:
        """Another litter of the family."""
        self._change(lambda family: family.looking_at(place))

    # From the engine

    @Slot(str, object)
    def _pointed(self, channel: str, values: tuple[NDArray[np.float32], ...]) -> None:
        order, facts = self._order, self._journey.facts
        if channel != _POINTS or order is None:
            return
        self._order = None
        if facts is None or facts.model != order.parents[0].model:  # another model was opened meanwhile
            self.changed.emit()
            return
        count = len(order.parents)
        centre = None if facts.has_w else np.zeros(facts.w_dim, np.float32)
        try:
            points = children(
                values[:count], values[count:], mutation=order.mutation, groups=facts.groups, held=order.held,
                seed=order.seed, count=CHILDREN - 1, centre=centre,
            )  # fmt: skip
        except UsageError as error:
            self._desk.notices.error(error)
            self.changed.emit()
            return
        self._change(lambda family: family.bred(self._litter(order, points)))

    def _litter(self, order: _Order, points: list[NDArray[np.float32]]) -> Litter:
        """The children with the first parent in their middle: it can be chosen again."""
        first = order.parents[0]
        bare = first if order.plain else replace(first, pushes=(), mix=None)
        made = [replace(bare, point=Point.of(one)) for one in points]
        made.insert(MIDDLE, first)
        return Litter(order.parents, tuple(made), order.place, (), order.mutation, order.held, order.seed)

    @Slot(str, int, object)
    def _thumb(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _PICTURES and index < len(self._asked):
            child = self._asked[index]
            self._painted[child] = image_of(picture)
            self.thumbnails.pack(child, picture)
            self.changed.emit()

    @Slot(object, bytes)
    def _packed(self, child: object, thumb: bytes) -> None:
        for place, litter in reversed(list(enumerate(self.family.litters))):
            if isinstance(child, Latent) and child in litter.children:
                after = litter.with_thumb(litter.children.index(child), thumb)
                self._change(lambda family, place=place, after=after: family.changed(place, after))
                self._painted.pop(child, None)  # gone already where one point is several children
                return

    @Slot(object)
    def _failed(self, told: ChannelFailed) -> None:
        if told.channel == _POINTS:
            asked = self._order is None or self._order.asked
            self._order = None
            if asked:
                self._desk.notices.error(told.failure, title=_("There are no children."))
            self.changed.emit()

    @Slot(object)
    def _lost(self, _failure: object) -> None:
        self._order, self._asked = None, []
        self.changed.emit()

    # The family

    def _change(self, edit: Callable[[Family], Family]) -> None:
        self._journey.change(lambda session: replace(session, family=edit(session.family)))

    @Slot()
    def _look(self) -> None:
        """Have what is missing of the litter that is looked at painted."""
        family = self.family
        if family is self._shown:
            return
        litter, before = family.now, None if self._shown is None else self._shown.now
        self._shown = family
        if litter is not None:
            self._filled = None
        if litter is not None and (before is None or before.children != litter.children):
            self._paint(litter)
        self.changed.emit()

    @Slot()
    def _again(self) -> None:
        """The model is open (again): what was not painted before is asked for."""
        litter = self.family.now
        if litter is not None and self._journey.facts is not None and not self._asked:
            self._paint(litter)

    def _paint(self, litter: Litter) -> None:
        thumbs = [*litter.thumbs, *[b""] * len(litter.children)]
        self._asked = [one for one, thumb in zip(litter.children, thumbs, strict=False) if not thumb]
        self._painted = {one: image for one, image in self._painted.items() if one in self._asked}
        if self._asked:
            self._link.thumbs(_PICTURES, self._asked, SIDE)
