"""Keeping what Explore finds: the Session is restored at the start, saved by itself, shared as a file; favourites get
their thumbnails here."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.core.errors import OutputError
from ganstudio.core.latent.session import Favourite, Session
from ganstudio.core.latent.session_file import SUFFIX, read, restore, usual_place, write
from ganstudio.core.latent.thumbs import SIDE
from ganstudio.core.text import _
from ganstudio.ui.explore.images import Thumbnails
from ganstudio.ui.explore.naming import name_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ganstudio.core.latent import Latent
    from ganstudio.core.latent.directions import Direction
    from ganstudio.core.progress import Progress
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

SAVE_AFTER_MS = 1500
_CHANNEL = "favourite"
_OWN = ("picks", "folders", "own")
_SHARE = 20  # writing takes at most one part in so many of the time


class Keeper(QObject):
    """One a workspace. `restored` once the Session of the last time is there (or it is known that there is none); until
    then nothing is saved."""

    restored = Signal()
    saved = Signal()

    def __init__(
        self, desk: Desk, journey: Journey, link: ExploreLink, place: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link = desk, journey, link
        self._place = place or usual_place()
        self._ready = False
        self._on_disk: Session | None = None
        self._writing: Task | None = None
        self._began = 0.0
        self._told = False
        self._brought: tuple[Direction, ...] = ()  # of a Session that was opened, not among the model's yet
        self._painting: list[str] = []  # favourites whose pictures were asked for, in the order of the asking
        self.thumbnails = Thumbnails(desk, self)
        self.thumbnails.packed.connect(self._packed)
        self._timer = QTimer(self, interval=SAVE_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._save)
        journey.session_changed.connect(self._changed)
        journey.kept.connect(self._keep)
        journey.facts_changed.connect(self._paint_missing)
        journey.directions_changed.connect(self._directions_changed)
        link.thumb.connect(self._painted)
        desk.background.run(partial(_restored, self._place), self._restored, owner=self)

    # The file

    @property
    def ready(self) -> bool:
        return self._ready

    def _restored(self, found: tuple[Session, str]) -> None:
        session, trouble = found
        self._ready = True
        if trouble:
            self._desk.notices.toast(_("The session of Explore could not be taken up."), kind="warn", line=trouble)
        if session != Session():
            now = self._journey.session
            if now.favourites:  # kept while the file was being read
                session = replace(session, favourites=(*session.favourites, *now.favourites))
            self._brought = session.directions
            self._journey.restore(session)
        self._on_disk = None if trouble else session
        self.restored.emit()
        self._paint_missing()

    @Slot()
    def _changed(self) -> None:
        if self._ready and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _save(self) -> None:
        if self._writing is not None and not self._writing.finished:
            self._timer.start()
            return
        session = self._journey.session
        if session is not self._on_disk:
            work, self._began = partial(_written, session, self._place), time.monotonic()
            self._writing = self._desk.background.run(work, self._wrote, self._not_saved, owner=self)

    def _wrote(self, session: Session) -> None:
        self._on_disk, self._told = session, False
        if self._writing is not None:  # a large Session is written less often
            took = time.monotonic() - self._began
            self._timer.setInterval(max(SAVE_AFTER_MS, round(took * 1000 * _SHARE)))
        self.saved.emit()

    def _not_saved(self, error: Exception) -> None:
        """Said once; the next change tries again."""
        if not isinstance(error, OutputError):
            raise error
        if not self._told:
            self._told = True
            self._desk.notices.toast(_("What Explore keeps is not saved."), kind="warn", line=str(error))

    def flush(self) -> None:
        """Write now, at the end. Raises OutputError."""
        self._timer.stop()
        session = self._journey.session
        if self._ready and session is not self._on_disk:
            write(session, self._place)
            self._on_disk = session

    # Sharing

    def save_as(self, parent: QWidget) -> None:
        """Ask where, and write the Session there."""
        chosen, _kind = QFileDialog.getSaveFileName(
            parent, _("Save the session"), f"{_('Session')}{SUFFIX}", f"{_('Sessions')} (*{SUFFIX})"
        )
        if chosen:
            path = Path(chosen if chosen.endswith(SUFFIX) else chosen + SUFFIX)
            self._desk.background.run(partial(_written, self._journey.session, path), self._shared, owner=self)

    def _shared(self, _session: Session) -> None:
        self._desk.notices.toast(_("The session is saved."), kind="ok")

    def open(self, path: Path) -> None:
        """Take the Session of a file in place of this one; the old one comes back through the message."""
        self._desk.background.run(partial(_opened, path), self._opened, owner=self)

    def choose(self, parent: QWidget) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(
            parent, _("Open a session"), "", f"{_('Sessions')} (*{SUFFIX})"
        )  # fmt: skip
        if chosen:
            self.open(Path(chosen))

    def _opened(self, session: Session) -> None:
        before = self._journey.session
        self._brought = session.directions
        self._journey.restore(session)
        self._directions_changed()
        back = partial(self._journey.restore, before)
        self._desk.notices.toast(_("Another session is open."), (_("Return to the old one"), back))
        self._paint_missing()

    @Slot()
    def _directions_changed(self) -> None:
        """Directions of one's own go along with the Session; those that one brought join the model's."""
        directions, facts = self._journey.directions, self._journey.facts
        if directions is None or facts is None:
            return
        brought, self._brought = self._brought, ()
        known = {one.vector for one in directions.items}
        fresh = [one for one in brought if one.vector not in known and one.array.size == facts.w_dim]
        if fresh and self._journey.session.weights == facts.weights:
            for one in fresh:
                id = directions.free_id(one.id) if any(one.id == other.id for other in directions.items) else one.id
                directions = directions.adding(replace(one, id=id))
            self._journey.set_directions(directions)  # which comes back here
            return
        own = tuple(one for one in directions.items if one.origin in _OWN)
        if (own, facts.weights) != (self._journey.session.directions, self._journey.session.weights):
            self._journey.change(lambda session: replace(session, directions=own, weights=facts.weights))

    # Favourites

    @Slot(object, object)
    def _keep(self, latent: Latent, picture: NDArray[np.uint8] | None) -> None:
        """One more, named by what it is; its thumbnail follows. One that is there already is said."""
        session = self._journey.session
        known = next((one.name for one in session.favourites if one.latent == latent), "")
        if known:
            self._desk.notices.toast(_("{name} is among the favourites already.").format(name=known))
            return
        favourite = Favourite(latent, name_of(latent, [one.name for one in session.favourites]))
        self._journey.change(lambda now: now.kept(favourite))
        if picture is not None:
            self.thumbnails.pack(favourite.id, picture)
        else:
            self._paint_missing()

    @Slot()
    def _paint_missing(self) -> None:
        """Ask for the pictures of favourites that have none, of the model that is open."""
        if self._journey.facts is None:
            return
        model = self._journey.latent.model
        missing = [one for one in self._journey.session.favourites if not one.thumb and one.latent.model == model]
        self._painting = [one.id for one in missing]
        if missing:
            self._link.thumbs(_CHANNEL, [one.latent for one in missing], SIDE)

    @Slot(str, int, object)
    def _painted(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _CHANNEL and index < len(self._painting):
            self.thumbnails.pack(self._painting[index], picture)

    @Slot(object, bytes)
    def _packed(self, id: object, thumb: bytes) -> None:
        if isinstance(id, str) and self._journey.session.favourite(id) is not None:
            self._journey.change(lambda now: now.with_favourite_thumb(id, thumb))


def _restored(place: Path, progress: Progress) -> tuple[Session, str]:
    return restore(place)


def _written(session: Session, path: Path, progress: Progress) -> Session:
    write(session, path)
    return session


def _opened(path: Path, progress: Progress) -> Session:
    return read(path)
