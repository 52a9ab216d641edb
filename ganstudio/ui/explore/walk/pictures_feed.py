"""PicturesFeed: the small pictures of the timeline: of the keyframes, and of what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from ganstudio.core.latent import Latent
from ganstudio.ui.explore.images import image_of
from ganstudio.ui.explore.walk.scale import TimeScale
from ganstudio.ui.theme import theme

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.walk.editing import WalkEditor
    from ganstudio.ui.explore.walk.player import Player

SIDE = 60  # of a picture in the row
_KEYS, _BETWEEN = "walk:keys", "walk:between"
_ASK_AFTER_MS = 300
_KEPT = 400


class PicturesFeed(QObject):
    """`came` when there is more to be painted."""

    came = Signal()

    def __init__(
        self, scale: TimeScale, journey: Journey, link: ExploreLink, editor: WalkEditor, player: Player, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._scale, self._link, self._editor, self._player = scale, link, editor, player
        self.keys: dict[Latent, QImage] = {}
        self.between: list[tuple[float, QImage]] = []  # seconds of its middle
        self._asked: list[Latent] = []
        self._places: list[float] = []
        self._timer = QTimer(self, interval=_ASK_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._ask_between)
        editor.changed.connect(self.ask)
        player.course_changed.connect(self._timer.start)
        scale.changed.connect(self._timer.start)
        link.thumb.connect(self._painted)
        link.engine_lost.connect(self._lost)
        journey.facts_changed.connect(self.ask)
        self.ask()

    @Slot()
    def ask(self) -> None:
        """The pictures of keyframes that are not there yet."""
        missing = [one.latent for one in self._editor.walk.keys if one.latent not in self.keys]
        if missing and missing != self._asked:
            self._asked = list(dict.fromkeys(missing))
            self._link.thumbs(_KEYS, self._asked, theme().px(SIDE) * 2)

    def _ask_between(self) -> None:
        """Pictures along the way, as many as stand side by side."""
        side, end, scale = theme().px(SIDE), self._editor.walk.seconds, self._scale
        count = min(60, int(scale.room / side) + 1)
        places = [scale.at(scale.left + (n + 0.5) * side) for n in range(count)]
        found = [one for one in places if one < end]
        latents = [one for seconds in found if (one := self._player.latent(seconds)) is not None]
        if len(latents) == len(found) and found:
            self._places = found
            self.between.clear()
            self._link.thumbs(_BETWEEN, latents, 64)
        self.came.emit()

    @Slot(str, int, object)
    def _painted(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _KEYS and index < len(self._asked):
            self.keys[self._asked[index]] = image_of(picture)
            while len(self.keys) > _KEPT:
                del self.keys[next(iter(self.keys))]
        elif channel == _BETWEEN:
            self.between.append((self._places[index], image_of(picture)))
        else:
            return
        self.came.emit()

    @Slot(object)
    def _lost(self, _failure: object) -> None:
        """They are asked for again when the model is open again."""
        self._asked = []
