"""Evening: how much the pictures of each way change, as the engine measures it for the film: so the preview goes as
evenly as the film will."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.latent import Latent

if TYPE_CHECKING:
    from ganstudio.core.latent.course import Course
    from ganstudio.jobs.remote.generators import ChannelFailed
    from ganstudio.ui.explore.link import ExploreLink

_CHANNEL = "walk:pace"
_KEPT = 256  # ways
_Way = tuple[Latent, ...]


class Evening(QObject):
    """`measured` once what was asked for is known. A way's times and easing may change: its pictures stay the same."""

    measured = Signal()

    def __init__(self, link: ExploreLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._known: OrderedDict[_Way, Sequence[float]] = OrderedDict()
        self._asked: list[_Way] = []
        link.changes.connect(self._take)
        link.channel_failed.connect(self._failed)
        link.engine_lost.connect(self._lost)

    @property
    def busy(self) -> bool:
        """Whether something is being measured."""
        return bool(self._asked)

    def apply(self, course: Course) -> bool:
        """Make a course go evenly. False: it is not known yet how; it is asked for."""
        ways = [tuple(one) for one in course.stations()]
        missing = [one for one in dict.fromkeys(ways) if one not in self._known]
        if not missing:
            for way in ways:
                self._known.move_to_end(way)
            course.even([self._known[way] for way in ways])
            self.forget()
            return True
        if missing != self._asked:
            self._asked = missing
            self._link.ask_changes(_CHANNEL, missing)
        return False

    def forget(self) -> None:
        """Nothing is wanted any more."""
        if self._asked:
            self._asked = []
            self._link.forget(_CHANNEL)

    @Slot(str, object)
    def _take(self, channel: str, values: tuple[tuple[float, ...], ...]) -> None:
        if channel == _CHANNEL and len(values) == len(self._asked):
            self._known |= dict(zip(self._asked, values, strict=True))
            self._asked = []
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            self.measured.emit()

    @Slot(object)
    def _failed(self, told: ChannelFailed) -> None:
        """The preview then goes by the keyframes' seconds; the film says what is wrong."""
        if told.channel == _CHANNEL:
            self._asked = []

    @Slot(object)
    def _lost(self, _failure: object) -> None:
        self._asked = []
