"""The safety copy: what is not saved yet is written aside now and then; it is offered after a crash."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from ganstudio.core.document.recovery import Autosave
from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress
from ganstudio.core.text import _

if TYPE_CHECKING:
    from ganstudio.core.document import State
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.open_document import OpenDocument

AFTER = 20.0  # seconds from the first change that is not in it
SHARE = 20  # writing takes at most one part in so many of the time
_AGAIN = 300.0  # after a failure


class _Keeper:
    """One document's copy on the disk. Any thread; after `drop` it is gone, or goes when a write that runs ends."""

    def __init__(self, autosave: Autosave) -> None:
        self.autosave = autosave
        self._lock = threading.Lock()
        self._writing = self._dropped = False

    def write(self, state: State, progress: Progress) -> float:
        """Seconds it took."""
        began = time.monotonic()
        with self._lock:
            if self._dropped:
                return 0.0
            self._writing = True
        try:
            self.autosave.save(state, progress)
        finally:
            with self._lock:
                self._writing = False
                gone = self._dropped
            if gone:
                self.autosave.discard()
        return time.monotonic() - began

    def drop(self) -> None:
        with self._lock:
            self._dropped = True
            if self._writing:
                return
        self.autosave.discard()


class SafetyCopy(QObject):
    """Belongs to an OpenDocument. `needed` after a change; `saved` when the project has it."""

    def __init__(self, desk: Desk, document: OpenDocument) -> None:
        super().__init__(document)
        self._desk, self._document = desk, document
        self._keeper: _Keeper | None = None
        self._task: Task | None = None
        self._wait = AFTER
        self._told = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.write_now)

    def needed(self) -> None:
        """There is something that is not in it."""
        if not self._timer.isActive() and self._task is None:
            self._timer.start(round(self._wait * 1000))

    def adopt(self, autosave: Autosave) -> None:
        """Go on with the copy that the document was recovered from."""
        self._keeper = _Keeper(autosave)

    @Slot()
    def write_now(self) -> None:
        """Write the shown state aside, unless it is being done."""
        document = self._document
        if self._task is not None or not document.modified:
            return
        if self._keeper is None:
            self._keeper = _Keeper(Autosave.begin(document.title, str(document.project or "")))
        state = document.state
        work = partial(self._keeper.write, state)
        self._task = self._desk.background.run(work, partial(self._written, state), self._failed, owner=self)

    def saved(self, clean: bool) -> None:
        """The project was written; `clean`: it has all there is."""
        self.give_up()
        if not clean:
            self.needed()

    def give_up(self, *, at_once: bool = False) -> None:
        """The document was saved or is closed: the copy goes, in the background, for removing a large file takes long;
        `at_once` at the end of the program, when nothing more is done there."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if at_once or self._desk.background.run(partial(_drop, keeper), owner=self._desk.background).cancelled:
            _drop(keeper, Progress())

    def _written(self, state: State, seconds: float) -> None:
        self._task = None
        self._told = False
        self._wait = max(AFTER, SHARE * seconds)
        if self._document.modified and self._document.state is not state:
            self.needed()

    def _failed(self, error: Exception) -> None:
        self._task = None
        self._wait = _AGAIN
        if not isinstance(error, UserError):
            self._desk.notices.error(error)
        elif not self._told:  # once; it is tried again and again
            self._told = True
            said = _("The safety copy of {title} could not be written.").format(title=self._document.title)
            self._desk.notices.toast(f"{said} {error}")
        self.needed()


def _drop(keeper: _Keeper, progress: Progress) -> None:
    try:
        keeper.drop()
    except OSError:  # a folder that may not be written to any more: the copy is offered again at the next start
        logging.getLogger("ganstudio").exception("a safety copy cannot be removed")
