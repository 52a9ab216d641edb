"""After a crash: what was not saved is offered at the next start, beside the work."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ganstudio.core.document.recovery import Autosave, recoverable
from ganstudio.core.errors import BadInput
from ganstudio.core.progress import Progress
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.documents import loading
from ganstudio.ui.documents.arrivals import Arrival
from ganstudio.ui.documents.dialog import Question
from ganstudio.ui.documents.loading import Opened

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.documents import Documents

_MOST_NAMED = 4


class Recovery(QObject):
    """`look` asks the disk, off the GUI thread, and offers what it finds."""

    def __init__(self, documents: Documents) -> None:
        super().__init__(documents)
        self._documents = documents
        self._found: list[Autosave] = []
        self.question: Question | None = None

    def look(self) -> None:
        """At the start of the window."""
        self._documents.desk.background.run(_looked, self._offer, owner=self)

    def _offer(self, found: list[Autosave]) -> None:
        if not found:
            return
        self._found = found
        title = ngettext_(
            "Recover {count} picture that was not saved?", "Recover {count} pictures that were not saved?", len(found)
        ).format(count=len(found))
        lines = [_("The program ended before they were saved. These safety copies are there:")]
        lines += [f"{one.title}   {_when(one.saved_at)}" for one in found[:_MOST_NAMED]]
        if len(found) > _MOST_NAMED:
            lines.append(_("and {count} more").format(count=len(found) - _MOST_NAMED))
        answers = [("recover", _("Recover")), ("discard", _("Throw them away")), ("cancel", _("Ask again next time"))]
        self.question = Question(title, lines, answers, self._documents.widget)
        self.question.answered.connect(self._answered)
        self.question.show()

    @Slot(str)
    def _answered(self, answer: str) -> None:
        self.question = None
        if answer == "recover":
            for one in self._found:
                self._recover(one)
        elif answer == "discard":
            self._documents.desk.background.run(partial(_thrown_away, self._found), owner=self)

    def _recover(self, autosave: Autosave) -> None:
        documents = self._documents
        arrival = Arrival(autosave.title)
        arrival.task = documents.desk.background.run(
            partial(_taken, autosave, documents.desk),
            partial(self._recovered, arrival),
            partial(documents.refused, arrival),
            owner=self,
        )
        documents.add_arrival(arrival)

    def _recovered(self, arrival: Arrival, found: tuple[Opened, Autosave]) -> None:
        opened, mine = found
        document = self._documents.take(opened, arrival)
        document.was_recovered(mine)
        self._documents.leave(arrival)


def _looked(progress: Progress) -> list[Autosave]:
    return recoverable()


def _thrown_away(found: list[Autosave], progress: Progress) -> None:
    for one in found:
        one.discard()


def _taken(autosave: Autosave, desk: Desk, progress: Progress) -> tuple[Opened, Autosave]:
    """Our own now; the state in it. A copy that is damaged is set aside, so that it is offered once, and said."""
    mine = autosave.take()
    try:
        state = loading.project(mine.path, desk.pool, progress, desk.readers)
    except BadInput as error:
        said = _("The safety copy of {title} cannot be read: {why}").format(title=autosave.title, why=error.message)
        raise BadInput(said, _("It is kept as {path}.").format(path=_set_aside(mine))) from error
    project = Path(autosave.project) if autosave.project else None
    return Opened(state, autosave.title, None, project), mine


def _set_aside(mine: Autosave) -> Path:
    try:
        return mine.set_aside()
    except OSError:  # a full disk, a folder that is gone: it stays where it is
        return mine.path


def _when(saved_at: float) -> str:
    """The moment in the person's own way of writing it."""
    return time.strftime("%x %H:%M", time.localtime(saved_at))
