"""Rendering: what the Journey shows is asked for, and what comes goes to the stage and to the steps' thumbnails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.core.latent import Latent
from ganstudio.core.latent.session import Session
from ganstudio.core.latent.thumbs import thumbnail
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.jobs.remote.generators import ChannelFailed, Pictured
from ganstudio.ui.explore.fitted import Shown
from ganstudio.ui.explore.link import STAGE
from ganstudio.ui.explore.stage import Stage

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

Pixels = NDArray[np.uint8]
UPSCALER = "photo"  # the model that enlarges what is shown
_PACE_MS = 25
_RESTS_MS = 250  # a picture that stands so long is the step's thumbnail


class Rendering(QObject):
    """`rendered(Pictured)`; `refused(ChannelFailed)` where there is no picture."""

    rendered = Signal(object)
    refused = Signal(object)

    def __init__(
        self, desk: Desk, journey: Journey, link: ExploreLink, stage: Stage, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link, self._stage = desk, journey, link, stage
        self._upscaled = False
        self._wanted = False  # whether anybody looks
        self._asked: Latent | None = None
        self._sharp: Pictured | None = None
        self._large: Pictured | None = None
        self._resting = QTimer(self, interval=_RESTS_MS, singleShot=True)
        self._resting.timeout.connect(self._rested)
        self._pacing = QTimer(self, interval=_PACE_MS, singleShot=True)
        self._pacing.timeout.connect(self.ask)
        journey.changed.connect(self._changed)
        link.pictured.connect(self._pictured)
        link.channel_failed.connect(self._failed)
        link.engine_lost.connect(self._lost)

    @property
    def sharp(self) -> Pictured | None:
        """The whole picture of what the Journey shows; None until it is there."""
        if self._sharp is None or self._sharp.latent != self._journey.latent:
            return None
        return self._sharp

    @property
    def best(self) -> Pictured | None:
        """The enlarged picture where one is wanted, else the whole one; None until it is there."""
        large = self._large
        if self._upscaled:
            return large if large is not None and large.latent == self._journey.latent else None
        return self.sharp

    @property
    def upscaled(self) -> bool:
        return self._upscaled

    def set_upscaled(self, upscaled: bool) -> None:
        """Whether the picture is enlarged by a network once it stands still."""
        if upscaled != self._upscaled:
            self._upscaled = upscaled
            self.ask(again=True)

    def set_wanted(self, wanted: bool) -> None:
        """Whether the stage is looked at: nothing is drawn for nobody."""
        self._wanted = wanted
        if wanted:
            self.ask()

    @Slot()
    def ask(self, again: bool = False) -> None:
        """Have the picture drawn, unless it was asked for already; at most forty times a second."""
        latent = self._journey.latent
        if self._wanted and (again or (latent != self._asked and not self._pacing.isActive())):
            self._asked = latent
            self._pacing.start()
            self._link.render(latent, upscaled=UPSCALER if self._upscaled else "")

    @Slot(object)
    def _changed(self, latent: Latent) -> None:
        self._resting.stop()
        self.ask()

    @Slot(object)
    def _pictured(self, told: Pictured) -> None:
        if told.channel != STAGE:
            return
        chip = ""
        if told.stage == "upscaled" and self._sharp is not None:
            chip = _("Upscaled {factor}×").format(factor=told.picture.shape[1] // self._sharp.picture.shape[1])
        self._stage.show_picture(Shown(told.picture, told.stage == "early", chip))
        if told.stage == "full":
            self._sharp = told
            self._resting.start()
        elif told.stage == "upscaled":
            self._large = told
        self.rendered.emit(told)

    @Slot(object)
    def _failed(self, told: ChannelFailed) -> None:
        if told.channel == STAGE and told.failure.kind != "stopped":
            self._asked = None
            self.refused.emit(told)

    @Slot(object)
    def _lost(self, failure: object) -> None:
        self.ask(again=True)

    @Slot()
    def _rested(self) -> None:
        """The step that is shown gets its thumbnail."""
        step, sharp = self._journey.steps[self._journey.at], self.sharp
        if sharp is not None and not step.thumb:
            work = partial(_thumb, sharp.picture)
            self._desk.background.run(work, partial(self._thumbed, sharp.latent), owner=self)

    def _thumbed(self, latent: Latent, thumb: bytes) -> None:
        session = self._journey.session
        place = session.at
        if session.steps[place].latent != latent:
            place = next((n for n, one in enumerate(session.steps) if one.latent == latent), -1)
        if place >= 0 and not session.steps[place].thumb:
            self._journey.change(partial(_with_thumb, place=place, thumb=thumb))


def _thumb(picture: Pixels, progress: Progress) -> bytes:
    return thumbnail(picture)


def _with_thumb(session: Session, place: int, thumb: bytes) -> Session:
    return session.with_step_thumb(place, thumb)
