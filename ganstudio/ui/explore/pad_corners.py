"""Corners: the four pictures between which the latent pad lies: their Latents, points and small pictures."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from ganstudio.core.latent import MOST_SEED, Latent, Weighted
from ganstudio.core.latent.session import Pad
from ganstudio.ui.explore.images import image_of
from ganstudio.ui.theme import theme

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

PICTURE = 34  # px of a corner's picture
_POINTS, _PICTURES = "pad:points", "pad"


class Corners(QObject):
    """`changed` when one is another, or there is more to be shown; `placed(x, y)` when a Session says where one is."""

    changed = Signal()
    placed = Signal(float, float)

    def __init__(self, journey: Journey, link: ExploreLink, parent: QObject) -> None:
        super().__init__(parent)
        self._journey, self._link = journey, link
        self.points: NDArray[np.float32] | None = None  # 4×num_ws×w_dim
        self.pictures: list[QImage | None] = [None] * 4
        self.asked: tuple[Latent, ...] = ()  # whose points and pictures they are, or will be
        link.points.connect(self._pointed)
        link.thumb.connect(self._painted)
        link.engine_lost.connect(self._lost)
        journey.session_changed.connect(self.look)
        journey.facts_changed.connect(self.ask)

    @property
    def latents(self) -> tuple[Latent, ...]:
        """Four, or none as long as no model is open."""
        pad = self._journey.session.pad
        model = self._journey.latent.model
        return pad.corners if pad is not None and all(one.model == model for one in pad.corners) else ()

    def remember(self, x: float, y: float, latents: tuple[Latent, ...] | None = None) -> None:
        """In the Session, with the place between them."""
        pad = Pad(self.latents if latents is None else latents, x, y)
        self._journey.change(lambda session: replace(session, pad=pad))

    def seeded(self) -> Latent:
        """A picture of a random seed, otherwise as the one that is shown."""
        here = self._journey.latent
        seed = Weighted(str(secrets.randbelow(min(MOST_SEED, 100_000))))
        return replace(here, seeds=(seed,), point=None, pushes=(), mix=None)

    @Slot()
    def look(self) -> None:
        """What the Session says now."""
        pad = self._journey.session.pad
        if pad is not None and self.latents and self.latents != self.asked:
            self.placed.emit(pad.x, pad.y)
        if not self.latents or self.latents != self.asked:
            self.ask()

    @Slot()
    def ask(self) -> None:
        """The points and pictures of the corners, once the model is open."""
        if self._journey.facts is None:
            return
        if not self.latents:
            self.remember(0.5, 0.5, tuple(self.seeded() for _corner in range(4)))
            return  # which comes back here
        if self.latents == self.asked:
            return
        fresh = [n for n, one in enumerate(self.latents) if not self.asked or one != self.asked[n]]
        for corner in fresh:
            self.pictures[corner] = None
        self.asked, self.points = self.latents, None
        self._link.ask_points(_POINTS, self.asked, "moved")
        self._link.thumbs(_PICTURES, self.asked, theme().px(PICTURE) * 2, fresh)
        self.changed.emit()

    @Slot(str, object)
    def _pointed(self, channel: str, values: tuple[NDArray[np.float32], ...]) -> None:
        if channel == _POINTS and len({one.shape for one in values}) == 1:
            self.points = np.stack(values)
            self.changed.emit()

    @Slot(str, int, object)
    def _painted(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _PICTURES:
            self.pictures[index] = image_of(picture)
            self.changed.emit()

    @Slot(object)
    def _lost(self, _failure: object) -> None:
        self.asked = ()
