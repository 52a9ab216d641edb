"""Fitting: examples of both sides → their points → a direction among the others. What the two dialogs share."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.errors import UserError
from ganstudio.core.latent import MOST_SEED, Latent, Weighted
from ganstudio.core.latent.directions import Direction, check_name
from ganstudio.core.latent.learning import fit
from ganstudio.core.text import _

if TYPE_CHECKING:
    from ganstudio.jobs.remote.generators import ChannelFailed
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_CHANNEL = "learn:points"
_SAMPLE = 64  # ordinary points that say what one σ is


def drawn(latent: Latent, count: int) -> list[Latent]:
    """Pictures of random seeds, otherwise as the one that is shown, without what was pushed and mixed."""
    bare = replace(latent, point=None, pushes=(), mix=None)
    return [replace(bare, seeds=(Weighted(str(secrets.randbelow(MOST_SEED))),)) for _one in range(count)]


class Fitting(QObject):
    """`learnt(Direction)` once it is among the model's directions, `failed(error)` else."""

    learnt = Signal(object)
    failed = Signal(object)

    def __init__(self, journey: Journey, link: ExploreLink, origin: str, parent: QObject) -> None:
        super().__init__(parent)
        self._journey, self._link, self._origin = journey, link, origin
        self._asked: tuple[str, int, int] | None = None
        link.points.connect(self._pointed)
        link.channel_failed.connect(self._channel_failed)

    @property
    def busy(self) -> bool:
        return self._asked is not None

    def why_not(self, ups: int, downs: int, name: str) -> str:
        """Why nothing can be learnt yet; "" where it can."""
        directions = self._journey.directions
        if directions is None or self._journey.facts is None:
            return _("The model is not open yet.")
        if not ups or not downs:
            return _("Pick at least one of each side")
        try:
            check_name(name)
        except UserError:
            return _("Give it a name")
        return _("There is a direction of that name") if directions.has(name) else ""

    def learn(self, ups: Sequence[Latent], downs: Sequence[Latent], name: str) -> None:
        """The points of all are asked for; `learnt` or `failed` follows."""
        self._asked = (name, len(ups), len(downs))
        self._link.ask_points(_CHANNEL, [*ups, *downs, *drawn(self._journey.latent, _SAMPLE)], "moved")

    @Slot(str, object)
    def _pointed(self, channel: str, values: tuple[NDArray[np.float32], ...]) -> None:
        if channel != _CHANNEL or self._asked is None:
            return
        (name, ups, downs), self._asked = self._asked, None
        directions = self._journey.directions
        if directions is None:
            return
        points = np.stack([one.mean(axis=0) for one in values])
        try:
            vector = fit(points[:ups], points[ups : ups + downs], points[ups + downs :])
            made = Direction.of(directions.free_id(name), name, vector, self._origin)
            self._journey.set_directions(directions.adding(made))
        except UserError as error:
            self.failed.emit(error)
            return
        self.learnt.emit(made)

    @Slot(object)
    def _channel_failed(self, told: ChannelFailed) -> None:
        if told.channel == _CHANNEL and self._asked is not None:
            self._asked = None
            self.failed.emit(told.failure)
