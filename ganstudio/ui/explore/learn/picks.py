"""Learn from picks: twenty pictures, thumbs up and down, and a direction that tells them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.latent import Latent
from ganstudio.core.latent.directions import Direction
from ganstudio.core.text import _
from ganstudio.ui.documents.dialog import Dialog
from ganstudio.ui.explore.images import image_of
from ganstudio.ui.explore.learn.fitting import Fitting, drawn
from ganstudio.ui.explore.naming import name_of
from ganstudio.ui.explore.tiles import Tile
from ganstudio.ui.explore.wall import Wall
from ganstudio.ui.widgets import Button, Label, TextField, wording

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

PICKS = 20
_CHANNEL, _SIDE = "learn:picks", 96
UP, NONE, DOWN = 1, 0, -1


class PicksDialog(Dialog):
    """Stands beside the work. A press goes from nothing to up, to down, and back to nothing; + and − say it at once."""

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(_("Learn a direction from picks"), parent, wide=560)
        self._desk, self._journey, self._link = desk, journey, link
        self.fitting = Fitting(journey, link, "picks", self)
        self.latents: list[Latent] = []
        self.marks: list[int] = []
        self._images: list[QImage | None] = []
        self._places: list[int] = []  # of the pictures that were asked for
        self.wall = Wall(_("Pictures to judge"), 5)
        self.wall.setToolTip(_("Space goes through up, down and nothing; + and − say it at once"))
        self.up = Button(_("More like this"), "thumb_up")
        self.down = Button(_("Less like this"), "thumb_down")
        self.more = Button(_("Other pictures"), "dice")
        self.name = TextField(_("Name of the direction, like Stormy"), _("Name"))
        self.line = Label("", 11, color="text3", wrap=True)
        hint = _("Mark what has it and what has it not. About twenty marks make a good direction, six are a beginning.")
        self.body.addWidget(Label(hint, color="text2", wrap=True))
        self.body.addWidget(self.wall)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.up, self.down):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.more)
        self.body.addLayout(row)
        self.body.addWidget(self.name)
        self.body.addWidget(self.line)
        self.add_button(_("Close"), self.close)
        self.learn = self.add_button(_("Learn"), self._learn, "primary")
        self._connect()
        self.other_pictures()

    def _connect(self) -> None:
        self.wall.pressed.connect(self._pressed)
        self.wall.entered.connect(self._pressed)
        self.up.clicked.connect(self._up)
        self.down.clicked.connect(self._down)
        self.more.clicked.connect(self.other_pictures)
        self.name.changed.connect(self._show)
        self.fitting.learnt.connect(self._learnt)
        self.fitting.failed.connect(self._failed)
        self._link.thumb.connect(self._painted)
        self._journey.facts_changed.connect(self._show)

    # What is done

    @Slot()
    def other_pictures(self) -> None:
        """In place of those that are not marked; what is marked stays."""
        everything = zip(self.latents, self.marks, self._images, strict=True)
        kept = [one for one in everything if one[1] != NONE]
        fresh = drawn(self._journey.latent, max(PICKS - len(kept), PICKS // 2))
        self.latents = [*(one[0] for one in kept), *fresh]
        self.marks = [*(one[1] for one in kept), *(NONE for _one in fresh)]
        self._images = [*(one[2] for one in kept), *(None for _one in fresh)]
        self._places = [n for n, image in enumerate(self._images) if image is None]
        self._link.thumbs(_CHANNEL, [self.latents[n] for n in self._places], _SIDE)
        self._show()

    def mark(self, place: int, mark: int) -> None:
        self.marks[place] = mark
        self._show()

    @Slot(int)
    def _pressed(self, place: int) -> None:
        self.mark(place, {NONE: UP, UP: DOWN, DOWN: NONE}[self.marks[place]])

    @Slot()
    def _up(self) -> None:
        self.mark(self.wall.at, NONE if self.marks[self.wall.at] == UP else UP)

    @Slot()
    def _down(self) -> None:
        self.mark(self.wall.at, NONE if self.marks[self.wall.at] == DOWN else DOWN)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.wall.hasFocus() and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.mark(self.wall.at, UP if event.key() == Qt.Key.Key_Plus else DOWN)
        else:
            super().keyPressEvent(event)

    def _of(self, mark: int) -> list[Latent]:
        return [latent for latent, said in zip(self.latents, self.marks, strict=True) if said == mark]

    def _learn(self) -> None:
        self.fitting.learn(self._of(UP), self._of(DOWN), self.name.text().strip())
        self._show()

    # What is shown

    @Slot()
    def _show(self, *_unused: object) -> None:
        words = {UP: _("more like this"), DOWN: _("less like this"), NONE: ""}
        look = {UP: ("thumb_up", "ok"), DOWN: ("thumb_down", "err"), NONE: ("", "")}
        self.wall.set_tiles([
            Tile(name_of(latent), image, look[mark][0], look[mark][1] or "ok", frame=look[mark][1], spoken=words[mark],
                 dim=mark == DOWN)
            for latent, image, mark in zip(self.latents, self._images, self.marks, strict=True)
        ])  # fmt: skip
        ups, downs = self.marks.count(UP), self.marks.count(DOWN)
        count = _("{ups} up, {downs} down").format(ups=wording.count(ups), downs=wording.count(downs))
        reason = self.fitting.why_not(ups, downs, self.name.text().strip())
        if self.fitting.busy:
            reason = _("Learning…")
        self.line.setText("   ".join(filter(None, (count, reason))))
        self.learn.set_possible(not reason, reason)

    @Slot(str, int, object)
    def _painted(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _CHANNEL and index < len(self._places):
            self._images[self._places[index]] = image_of(picture)
            self._show()

    @Slot(object)
    def _learnt(self, direction: Direction) -> None:
        self._desk.notices.toast(_("{name} is among the directions.").format(name=direction.name), kind="ok")
        self.close()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._desk.notices.error(error)  # type: ignore[arg-type]
        self._show()
