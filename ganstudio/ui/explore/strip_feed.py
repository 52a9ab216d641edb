"""StripFeed: the pictures of the directions' strips, asked for when the Latent rests, those in sight from the middle
outwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot

from ganstudio.core.latent import Latent
from ganstudio.core.latent.directions import Direction
from ganstudio.ui.explore.direction_strip import PICTURES, DirectionStrip
from ganstudio.ui.explore.fitted import to_image
from ganstudio.ui.explore.moves import with_push

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

CHANNEL = "strips"
_RESTS_MS = 180
_MIDDLE_OUT = sorted(range(PICTURES), key=lambda n: (abs(n - PICTURES // 2), n))
_Key = tuple[Latent, Direction, tuple[float, ...], int]


class StripFeed(QObject):
    """`strips()` gives the strips in sight. A strip whose pictures are still true is not drawn again."""

    def __init__(
        self, journey: Journey, link: ExploreLink, strips: Callable[[], list[DirectionStrip]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._journey, self._link, self._strips = journey, link, strips
        self._drawn: dict[DirectionStrip, dict[int, _Key]] = {}  # which picture of a strip is of what
        self._asked: list[tuple[DirectionStrip, int, _Key]] = []
        self._wanted = True
        self._resting = QTimer(self, interval=_RESTS_MS, singleShot=True)
        self._resting.timeout.connect(self.ask)
        journey.changed.connect(self.later)
        link.thumb.connect(self._take)
        link.engine_lost.connect(self.later)

    def set_wanted(self, wanted: bool) -> None:
        """Whether anybody looks."""
        self._wanted = wanted
        if wanted:
            self.later()

    def forget(self, strip: DirectionStrip) -> None:
        self._drawn.pop(strip, None)
        self._asked = [one for one in self._asked if one[0] is not strip]

    @Slot()
    def later(self, *_unused: object) -> None:
        """Ask once nothing moves any more."""
        if self._wanted:
            self._resting.start()

    @Slot()
    def ask(self) -> None:
        strips = [one for one in self._strips() if not one.dragging]
        if not self._wanted or self._journey.facts is None:
            return
        latent = self._journey.latent
        self._asked = []
        for index in _MIDDLE_OUT:
            for strip in strips:
                key = _key_of(latent, strip)
                if self._drawn.get(strip, {}).get(index) != key:
                    self._asked.append((strip, index, key))
        if self._asked:
            latents = [with_push(latent, strip.direction, strip.values[index]) for strip, index, _ in self._asked]
            side = max(strip.side for strip in strips)
            self._link.thumbs(CHANNEL, latents, side, range(len(latents)))

    @Slot(str, int, object)
    def _take(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel != CHANNEL or index >= len(self._asked):
            return
        strip, place, key = self._asked[index]
        side = strip.side
        strip.set_image(place, to_image(picture, (side, side)))
        self._drawn.setdefault(strip, {})[place] = key


def _key_of(latent: Latent, strip: DirectionStrip) -> _Key:
    """What decides the pictures of a strip: everything but how far one is along it."""
    return with_push(latent, strip.direction, 0.0), strip.direction, tuple(strip.values), strip.side
