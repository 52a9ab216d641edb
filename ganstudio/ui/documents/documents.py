"""Documents: all that is open in a window, which one is in front, and how files come in."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from ganstudio.core.document import Pool, State
from ganstudio.core.errors import DiskFull, OutOfMemory, UserError
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.documents import loading
from ganstudio.ui.documents.arrivals import Arrival, Foreseen, Group, refusal
from ganstudio.ui.documents.dropping import samples
from ganstudio.ui.documents.loading import Opened, Other
from ganstudio.ui.documents.open_document import OpenDocument

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

MOST_AT_ONCE = 12  # more pictures than this are work for Batch
_SERIOUS = (DiskFull, OutOfMemory)
Work = Callable[[Progress], "Opened | Other"]


class Documents(QObject):
    """Signals: `opened(OpenDocument)`, `closed(OpenDocument)`, `current_changed(OpenDocument or None)`,
    `entries_changed()` for the tabs. `folder_dropped(list of paths)`: folders, or more pictures than one looks at one
    by one; Batch takes them. `recipe_given(Recipe)`: settings for the tool panel. `model_given(Path)`: a file that
    may be added to the Library.

    `parent` is the widget over which questions are asked.
    """

    opened = Signal(object)
    closed = Signal(object)
    current_changed = Signal(object)
    entries_changed = Signal()
    folder_dropped = Signal(object)
    recipe_given = Signal(object)
    model_given = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.widget = parent
        self.entries: list[OpenDocument | Arrival] = []
        self._current: OpenDocument | None = None
        self.foreseen: Foreseen | None = None  # is in front while nothing is current

    @property
    def all(self) -> list[OpenDocument]:
        """What is open, in the order of the tabs."""
        return [one for one in self.entries if isinstance(one, OpenDocument)]

    @property
    def current(self) -> OpenDocument | None:
        return self._current

    @property
    def arriving(self) -> list[Arrival]:
        """What is being opened."""
        return [one for one in self.entries if isinstance(one, Arrival)]

    def set_current(self, document: OpenDocument | None) -> None:
        if document is not self._current:
            self._current = document
            if document is None or (self.foreseen is not None and self.foreseen.document is not document):
                self.foreseen = None
            self._tell_current()
            self.foreseen = None

    def _tell_current(self) -> None:
        self.current_changed.emit(self._current)
        self.entries_changed.emit()

    # --- opening ---------------------------------------------------------------------------------------------

    def open(self, paths: Sequence[Path]) -> None:
        """Open pictures and projects; what is open already comes to the front. Returns at once."""
        if len(paths) > MOST_AT_ONCE:
            self.folder_dropped.emit(list(paths))
        else:
            self.reopen(paths)

    def reopen(self, paths: Sequence[Path]) -> None:
        """As `open`, however many there are: what was open when the program ended."""
        new = []
        for path in paths:
            known = self.find(path)
            if known is not None:
                self.set_current(known)
            elif not self._arrives(path, 0) and path not in new:
                new.append(path)
        group = Group([shown(path.name) for path in new])
        for path in new:
            arrival = Arrival(shown(path.name), path)
            arrival.group = group
            self._begin(arrival, partial(_looked, path, self.desk, 0))
            if path is new[0]:
                self._foresee(arrival, path)

    def open_page(self, path: Path, page: int) -> None:
        """Another picture of a file that holds several."""
        known = self.find(path, page)
        if known is not None:
            self.set_current(known)
            return
        self._begin(Arrival(shown(path.name), path, page), partial(_looked, path, self.desk, page))

    def open_image(self, picture: np.ndarray | QImage | bytes, title: str) -> None:
        """A picture without a file: samples (H, W, C) of uint8, an image, or the bytes that a file would have."""
        work = partial(_from_bytes, picture) if isinstance(picture, bytes) else partial(_from_image, picture)
        self._begin(Arrival(title), partial(work, title, self.desk.pool))

    def open_sample(self) -> None:
        """The photograph of the first start."""
        self._begin(Arrival(_("Sample photograph")), partial(loading.sample, self.desk.pool))

    def take(self, found: Opened, arrival: Arrival | None = None) -> OpenDocument:
        """A picture that was read becomes an open document, in front where nothing was opened meanwhile."""
        document = OpenDocument(
            self.desk, found.state, found.title, found.path, found.project, header=found.header,
            recipe=found.recipe, page=found.page, parent=self,
        )  # fmt: skip
        if found.loose:
            document.was_made()
        document.title_changed.connect(self.entries_changed)
        group = Group() if arrival is None else arrival.group
        if arrival in self.entries:
            self.entries[self.entries.index(arrival)] = document
        else:
            self.entries.append(document)
        self.opened.emit(document)
        foreseen = self.foreseen
        if foreseen is not None and foreseen.arrival is arrival:
            foreseen.document = document
            self.set_current(document)
        elif not group.shown or (self._current is None and foreseen is None):
            group.shown = True
            self.set_current(document)
        else:
            self.entries_changed.emit()
        return document

    def move(self, entry: OpenDocument | Arrival, to: int) -> None:
        """Another place among the tabs; beyond the ends is the end."""
        at = self.entries.index(entry)
        to = min(max(to, 0), len(self.entries) - 1)
        if to != at:
            self.entries.insert(to, self.entries.pop(at))
            self.entries_changed.emit()

    def find(self, path: Path, page: int = 0) -> OpenDocument | None:
        """What is open of a file."""
        wanted = os.path.abspath(path)
        for one in self.all:
            if one.project is not None and os.path.abspath(one.project) == wanted:
                return one
            if one.project is None and one.path is not None and (os.path.abspath(one.path), one.page) == (wanted, page):
                return one
        return None

    def _arrives(self, path: Path, page: int) -> bool:
        return any(one.path == path and one.page == page for one in self.arriving)

    def give_up(self, arrival: Arrival) -> None:
        """Do not open it after all."""
        if arrival.task is not None:
            arrival.task.cancel()
        self.leave(arrival)

    def add_arrival(self, arrival: Arrival) -> None:
        """Its place among the tabs; `take` puts the document there, `leave` clears it."""
        self.entries.append(arrival)
        self.entries_changed.emit()

    def _begin(self, arrival: Arrival, work: Work) -> None:
        self.add_arrival(arrival)
        arrival.task = self.desk.background.run(
            work, partial(self._arrived, arrival), partial(self.refused, arrival), owner=self
        )

    def _foresee(self, arrival: Arrival, path: Path) -> None:
        """Show what a large picture looks like while it is being read."""
        work = partial(_coarse, arrival, path, self.desk.pool)
        self.desk.background.run(work, partial(self._foreseen, arrival), self._not_foreseen, owner=self)

    def _foreseen(self, arrival: Arrival, state: State | None) -> None:
        if state is None or arrival not in self.entries or arrival.group.shown:
            return
        arrival.group.shown = True
        foreseen = Foreseen(arrival, state, self._current)
        self._current, self.foreseen = None, foreseen
        self._tell_current()

    def _not_foreseen(self, error: Exception) -> None:
        """Whoever reads it says what is wrong with it."""
        if not isinstance(error, (UserError, MemoryError)):
            raise error

    def _arrived(self, arrival: Arrival, found: Opened | Other) -> None:
        if isinstance(found, Other):
            if found.kind == "folder":
                arrival.group.folders.append(found.path)
            elif found.kind == "recipe":
                self.recipe_given.emit(found.recipe)
            else:
                self.model_given.emit(found.path)
        else:
            document = self.take(found, arrival)
            known = found.project or found.path
            if known is not None:
                self.desk.settings.add_recent(Path(os.path.abspath(known)))
            self._say(document, found)
        self.leave(arrival)

    def _say(self, document: OpenDocument, found: Opened) -> None:
        """What there is to know of a file that was opened; at most one thing to do about it."""
        path, page = found.path, found.page
        if found.pages > 1 and page == 0 and path is not None:
            said = ngettext_("{name} holds {count} picture.", "{name} holds {count} pictures; this is the first.",
                             found.pages).format(name=found.title, count=found.pages)  # fmt: skip
            self.desk.notices.toast(said, (_("Open the next"), partial(self.open_page, path, page + 1)))
        elif page > 0 and page + 1 < found.pages and path is not None:
            said = _("This is picture {number} of {count}.").format(number=page + 1, count=found.pages)
            self.desk.notices.toast(said, (_("Open the next"), partial(self.open_page, path, page + 1)))
        elif found.recipe is not None:
            said = _("{name} was made here, and says how.").format(name=found.title)
            self.desk.notices.toast(said, (_("Use its settings"), partial(self.recipe_given.emit, found.recipe)))
        for note in found.notes:
            self.desk.notices.toast(f"{found.title}: {note}")

    def refused(self, arrival: Arrival, error: Exception) -> None:
        """A file could not be opened: said, with the others that came with it."""
        if arrival.path is not None and isinstance(error.__cause__, FileNotFoundError):
            self.desk.settings.drop_recent(Path(os.path.abspath(arrival.path)))
        if isinstance(error, UserError) and not isinstance(error, _SERIOUS):
            arrival.group.refused.append((arrival.title, error))
        else:
            self.desk.notices.error(error, title=_("{name} could not be opened.").format(name=arrival.title))
        self.leave(arrival)

    def leave(self, arrival: Arrival) -> None:
        """The file is open, refused or given up: its place goes, and the last of a group tells what was refused."""
        if arrival in self.entries:
            self.entries.remove(arrival)
            self.entries_changed.emit()
        foreseen = self.foreseen
        if foreseen is not None and foreseen.arrival is arrival:  # it does not come after all
            self.foreseen, self._current = None, foreseen.left if foreseen.left in self.entries else None
            self._tell_current()
        group = arrival.group
        group.left -= 1
        if group.left:
            return
        if group.folders:
            self.folder_dropped.emit(group.folders)
        if group.refused:
            self.desk.notices.toast(refusal(group))

    # --- closing ---------------------------------------------------------------------------------------------

    def close(self, document: OpenDocument) -> bool:
        """Close it; False when it has changes and the person is asked first (the answer closes it then)."""
        if document.modified:
            from ganstudio.ui.documents.closing import ask_about

            self.set_current(document)
            ask_about(self, document)
            return False
        self.discard(document)
        return True

    def discard(self, document: OpenDocument) -> None:
        """Close it, whatever it has."""
        if document not in self.entries:
            return
        place = self.all.index(document)
        self.entries.remove(document)
        document.safety.give_up()
        if document.question is not None:
            document.question.close()
        if document is self._current:
            rest = self.all
            self.set_current(rest[min(place, len(rest) - 1)] if rest else None)
        self.closed.emit(document)
        self.entries_changed.emit()
        document.deleteLater()

    def may_quit(self) -> bool:
        """Whether the window may close; asks for what is not saved."""
        from ganstudio.ui.documents.closing import may_quit

        return may_quit(self)

    def closing(self) -> None:
        """The window goes, and nothing is to be kept any more: the safety copies go too."""
        for arrival in self.arriving:
            self.give_up(arrival)
        for document in self.all:
            document.safety.give_up(at_once=True)


def _looked(path: Path, desk: Desk, page: int, progress: Progress) -> Opened | Other:
    return loading.look(path, desk.pool, progress, page, desk.readers)


def _coarse(arrival: Arrival, path: Path, pool: Pool, progress: Progress) -> State | None:
    reading = arrival.task
    return None if reading is None or reading.finished else loading.coarse(path, arrival.page, pool, progress)


def _from_bytes(content: bytes, title: str, pool: Pool, progress: Progress) -> Opened:
    return loading.from_bytes(content, title, pool, progress)


def _from_image(image: np.ndarray | QImage, title: str, pool: Pool, progress: Progress) -> Opened:
    pixels = image if isinstance(image, np.ndarray) else samples(image)
    return loading.from_picture(Picture.of(pixels), title, pool, progress)
