"""The page Project a photo: the photograph with its square beside what the model makes of it; then edit and paste."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Latent
from ganstudio.core.latent.projection import Projected, Snapshot, Square
from ganstudio.core.names import shown
from ganstudio.core.text import _
from ganstudio.jobs.remote.generators import Pictured
from ganstudio.ui.documents.dialog import Question
from ganstudio.ui.documents.pasted import Pasted
from ganstudio.ui.explore.columns import Scrolling, column
from ganstudio.ui.explore.fitted import Shown
from ganstudio.ui.explore.making_of import recipe_of
from ganstudio.ui.explore.page import Page
from ganstudio.ui.explore.project.cropping import CropView, usual_square
from ganstudio.ui.explore.project.parts import SUFFIXES, FoundPart, PastePart, PhotoPart, SearchPart, padded
from ganstudio.ui.explore.project.person import ask_person
from ganstudio.ui.explore.project.photo import Photo, looked_at
from ganstudio.ui.explore.project.search import Search
from ganstudio.ui.explore.stage import Stage
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Button, Divider, RunButton, Section
from ganstudio.ui.widgets.ground import Ground

if TYPE_CHECKING:
    from ganstudio.jobs.remote.messages import Failure, TaskProgress
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_CHANNEL = "project"
_WIDE = 306


class ProjectPage(Page):
    """`paste_wanted(Pasted)`: back into the photograph on the canvas."""

    id = "project"

    paste_wanted = Signal(object)

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(desk, journey, link, parent)
        self.search = Search(desk, journey, link, self)
        self.photo: Photo | None = None
        self.projected: Projected | None = None
        self.question: Question | None = None
        self._edited: Pictured | None = None  # what is shown in Steer now, where it began here
        self._kept_square: Square | None = None
        self.crop = CropView()
        self.stage = Stage(desk.background)
        self.photo_part, self.searching = PhotoPart(), SearchPart()
        self.found, self.pasting = FoundPart(), PastePart()
        self.button = RunButton(_("Project"), desk.actions.keys_of("explore.run"))
        self.enough = Button(_("Good enough"), "check")
        self._lay_out()
        self._connect()
        self._facts_known()
        self._show()
        follow(self._fit)

    # Making it

    def _lay_out(self) -> None:
        self.sections = {
            "photo": Section(_("Photo"), self.photo_part), "search": Section(_("Search"), self.searching),
            "found": Section(_("Found"), self.found), "paste": Section(_("Paste back"), self.pasting),
        }  # fmt: skip
        scroll = Scrolling(_("Project a photo"))
        self._lines = {name: Divider("edge") for name in self.sections}
        for name, section in self.sections.items():
            scroll.column.addWidget(section)
            scroll.column.addWidget(self._lines[name])
        scroll.column.addStretch(1)
        foot = Ground()
        padded(foot, self.button, self.enough, top=10)
        self._side = Ground()
        column(self._side, scroll, Divider("edge"), foot).setStretch(0, 1)
        views = QHBoxLayout()
        views.setSpacing(1)
        views.addWidget(self.crop, 1)
        views.addWidget(self.stage, 1)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.bar)
        middle.addLayout(views, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(1)
        whole.addLayout(middle, 1)
        whole.addWidget(self._side)

    def _connect(self) -> None:
        photo = self.photo_part
        photo.chosen.connect(self._chosen)
        photo.eyes.clicked.connect(self.crop.ask_eyes)
        photo.reset.clicked.connect(self._largest)
        photo.turn.changed.connect(self._turned)
        self.crop.changed.connect(self._cropped)
        self.crop.eyes_asked.connect(photo.say_eyes)
        self.button.pressed.connect(self.run)
        self.button.stopped.connect(self.search.stop)
        self.enough.clicked.connect(self.search.enough)
        self.found.steer.clicked.connect(self._steer)
        self.found.keep.clicked.connect(self.keep)
        self.pasting.paste.clicked.connect(self.paste_back)
        self.stage.dropped.connect(self._dropped)
        search = self.search
        search.began.connect(self._show)
        search.progressed.connect(self._progressed)
        search.shown.connect(self._snapshot)
        search.found.connect(self._took)
        search.failed.connect(self._failed)
        search.over.connect(self._show)
        self.link.pictured.connect(self._pictured)
        self.journey.facts_changed.connect(self._facts_known)
        self.setAcceptDrops(True)

    # The photograph

    @Slot(str)
    def _chosen(self, path: str) -> None:
        self.take(Path(path))

    def take(self, path: Path, square: Square | None = None, *, quiet: bool = False) -> None:
        """Look at a photograph; nothing is projected yet. `quiet`: one that is gone is no news."""
        self._kept_square = square
        self.crop.words = _("Looking at the photograph…")
        self.crop.update()
        failed = partial(self._not_looked, quiet)
        self.desk.background.run(partial(looked_at, path), self._looked, failed, owner=self)

    def _looked(self, photo: Photo) -> None:
        self.photo, self.projected, self._edited = photo, None, None
        square, self._kept_square = self._kept_square or usual_square(photo.width, photo.height), None
        self.crop.show_photo(photo.image, photo.width, photo.height, square)
        self.photo_part.turn.set_value(square.angle)
        self.photo_part.name.set_text(shown(photo.path.name))
        self.stage.show_picture(None)
        self._show()

    def _not_looked(self, quiet: bool, error: Exception) -> None:
        self.crop.words = ""
        self._show()
        if not quiet:
            self.desk.notices.error(error)

    @Slot()
    def _largest(self) -> None:
        if self.photo is not None:
            self.crop.set_square(usual_square(self.photo.width, self.photo.height))
            self.photo_part.turn.set_value(0.0)
            self._show()

    @Slot(float)
    def _turned(self, angle: float) -> None:
        square = self.crop.square
        if square is not None:
            self.crop.set_square(Square(square.x, square.y, square.side, angle))
            self._show()

    @Slot(object)
    def _cropped(self, square: Square) -> None:
        self.photo_part.turn.set_value(square.angle)
        self._show()

    # Searching

    def why_not(self) -> str:
        """Why nothing can be projected now; "" where it can."""
        if self.photo is None or self.crop.square is None:
            return _("Choose a photo first")
        if self.journey.facts is None:
            return _("The model is not open yet.")
        return ""

    @Slot()
    def run(self) -> None:
        """Project; asks once whether a person in the photograph agrees."""
        if self.why_not() or self.search.busy:
            return
        self.question = ask_person(self.desk, self.window(), self._begin)

    def _begin(self) -> None:
        self.question = None
        photo, square = self.photo, self.crop.square
        if photo is None or square is None:
            return
        self.projected, self._edited = None, None
        self.found.say(None)
        self.stage.show_picture(None)
        self.stage.set_words(_("Looking for the nearest picture…"))
        self.search.begin(photo, square, {**self.searching.params, "person_agrees": True})
        self._show()

    @Slot(object)
    def _progressed(self, progress: TaskProgress) -> None:
        self.button.run_state(progress.fraction, progress.left)

    @Slot(object)
    def _snapshot(self, snapshot: Snapshot) -> None:
        first = not self.found.said
        self.stage.show_picture(Shown(snapshot.picture, early=True))
        self.found.say(snapshot.score)
        if first:
            self._show()

    @Slot(object)
    def _took(self, projected: Projected) -> None:
        self.projected = projected
        self.stage.show_picture(Shown(projected.picture))
        self.found.say(projected.score)
        for note in projected.notes:
            self.desk.notices.toast(note)

    @Slot(object)
    def _failed(self, failure: Exception | Failure) -> None:
        self.desk.notices.error(failure, self.run)

    # What is done with it

    @Slot()
    def _steer(self) -> None:
        """The sliders begin at the photograph's place."""
        if self.projected is not None:
            self.journey.go(self.projected.latent, _("Projected photo"))
            self.bar.page_chosen.emit("steer")

    @Slot()
    def keep(self) -> None:
        if self.projected is not None:
            self.journey.keep(self.projected.latent, self.projected.picture)

    def can_keep(self) -> bool | str:
        return True if self.projected is not None else _("Nothing was projected yet")

    def can_run(self) -> bool | str:
        return self.why_not() or not self.search.busy

    @property
    def edited(self) -> bool:
        """Whether Steer shows the projection with something done to it."""
        latent, found = self.journey.latent, self.projected
        return found is not None and latent.point == found.latent.point and latent != found.latent

    def activated(self) -> None:
        """Back from Steer: the edited picture stands beside the photograph."""
        if self.edited:
            self.link.render(self.journey.latent, channel=_CHANNEL, early=False)
        elif self.projected is not None:
            self._edited = None
            self.stage.show_picture(Shown(self.projected.picture))
        self._show()

    @Slot(object)
    def _pictured(self, told: Pictured) -> None:
        if told.channel == _CHANNEL and told.stage == "full" and told.latent == self.journey.latent:
            self._edited = told
            self.stage.show_picture(Shown(told.picture, chip=_("Edited")))
            self._show()

    @Slot()
    def paste_back(self) -> None:
        """As a layer with a soft mask over the photograph in Edit."""
        found, photo, square = self.projected, self.photo, self.crop.square
        if found is None or photo is None or square is None:
            return
        picture, latent = (found.picture, found.latent) if self._edited is None else _of(self._edited)
        facts = self.journey.facts
        recipe = recipe_of(latent, facts.weights if facts is not None else "")
        self.paste_wanted.emit(
            Pasted(
                photo.path, square, picture, _("Projected photo"), recipe.to_json(),
                before=found.picture if self.pasting.mode.current == "change" else None,
                seamless=self.pasting.mode.current == "seamless", feather=self.pasting.feather.value / 100,
            )
        )  # fmt: skip

    # What is shown

    @Slot()
    def _facts_known(self) -> None:
        facts = self.journey.facts
        self.searching.show_model(() if facts is None else facts.classes, facts is None or facts.num_ws > 1)
        if self.projected is not None and facts is not None and facts.model != self.projected.latent.model:
            self.projected, self._edited = None, None
            self.stage.show_picture(None)
        self._show()

    @Slot()
    def _show(self) -> None:
        reason, busy, found = self.why_not(), self.search.busy, self.projected is not None
        if busy and not self.button.running:
            self.button.run_state(0.0, None)
        elif not busy:
            self.button.idle()
        self.button.set_possible(not reason, reason)
        self.button.set_kind("normal" if found else "primary")
        self.enough.setVisible(busy)
        self.enough.set_possible(self.found.said, _("Nothing was found yet"))
        for name, seen in (("found", found or (busy and self.found.said)), ("paste", found)):
            self.sections[name].setVisible(seen)
            self._lines[name].setVisible(seen)
        for widget in (self.found.steer, self.found.keep):
            widget.setVisible(found)
        if not busy and not found:
            self.found.say(None)
        there = self.photo is not None
        self.photo_part.show_state(there, busy)
        self.crop.setEnabled(not busy)
        self.crop.words = self.crop.words or _("Drop a photo here")
        if not there and not busy:
            self.crop.words = _("Drop a photo here")
        if not found and not busy:
            self.stage.set_words(_("What the model makes of it stands here."))
        self.pasting.show_edited(self._edited is not None)
        self.desk.actions.refresh()

    # Files, state

    def open_paths(self, paths: list[Path]) -> bool:
        found = [one for one in paths if one.suffix.lower() in SUFFIXES]
        if found:
            self.take(found[0])
        return bool(found)

    @Slot(object)
    def _dropped(self, mime: Any) -> None:
        self.open_paths([Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()])

    def dragEnterEvent(self, event: Any) -> None:
        if any(Path(url.toLocalFile()).suffix.lower() in SUFFIXES for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        event.acceptProposedAction()
        self._dropped(event.mimeData())

    def busy(self) -> str:
        return _("A photograph is being projected.") if self.search.busy else ""

    def state(self) -> dict[str, Any]:
        square = self.crop.square
        if self.photo is None or square is None:
            return {}
        return {"photo": str(self.photo.path), "square": [square.x, square.y, square.side, square.angle]}

    def restore(self, state: dict[str, Any]) -> None:
        path, numbers = state.get("photo"), state.get("square")
        if isinstance(path, str) and isinstance(numbers, list) and len(numbers) == 4:
            try:
                square = Square(*numbers)
            except (UsageError, TypeError):
                square = None
            self.take(Path(path), square, quiet=True)

    def closing(self) -> None:
        self.search.stop()

    def _fit(self) -> None:
        scale = theme().text_scale
        self._side.setFixedWidth(min(round(_WIDE * scale), round(self.width() * 0.45) or 300))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()


def _of(told: Pictured) -> tuple[NDArray[np.uint8], Latent]:
    return told.picture, told.latent
