"""The end of a run: told in a sentence, written down as a page, and what is in the way of going on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ganstudio.core.names import shown
from ganstudio.core.paths import home
from ganstudio.core.progress import Progress
from ganstudio.core.text import _, ngettext_
from ganstudio.jobs.records import State
from ganstudio.jobs.remote.messages import BatchEnd
from ganstudio.jobs.report import write_report
from ganstudio.ui.batch.queue_service import QueueService
from ganstudio.ui.batch.words import sentence
from ganstudio.ui.opening import open_folder
from ganstudio.ui.widgets import wording

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_KEPT = 50  # reports; older ones go
_ALIKE = 2


@dataclass(frozen=True)
class Morning:
    """What is found in the morning: the page; the one reason why all failed, as the first says it, or ""."""

    page: Path
    all_failed: str


class Ending(QObject):
    """`troubled(title, lines)`: the queue is paused by something that a person has to see to; `notified(title, text)`:
    to be said outside of the window, which nobody looks at."""

    troubled = Signal(str, object)
    notified = Signal(str, str)
    reported = Signal(object)

    def __init__(self, desk: Desk, service: QueueService, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._service = desk, service
        self._wish, self._text = "notify", ""

    def take(self, end: BatchEnd, wish: str, seen: bool, makings: bool = False) -> None:
        """`wish` is what was asked for under Afterwards; `seen`: the window is in front; `makings`: not all that ended
        are pictures."""
        self._wish = wish
        waits = _("What is not done waits.")
        if end.refused is not None:
            self.troubled.emit(_("The queue is paused: the results do not fit."),
                               [end.refused.sentence, end.refused.hint, waits])  # fmt: skip
        elif end.trouble is not None:
            title = _("The queue is paused.")
            self.troubled.emit(title, [one for one in (end.trouble.sentence, end.trouble.hint, waits) if one])
        if end.ending == "stopped":
            return
        self._text = words(end, makings)
        if wish != "nothing" and not seen:
            title = _("The batch is done") if end.trouble is None else _("The queue is paused")
            self.notified.emit(title, self._text)
        if end.totals.added:
            work = partial(_report, self._service, end)
            self._desk.background.run(work, self._reported, self._not_reported, owner=self)

    @Slot(object)
    def _reported(self, morning: Morning) -> None:
        if morning.all_failed:
            lines = [sentence(morning.all_failed), _("Nothing was made. The list has them all as failed.")]
            self.troubled.emit(_("All pictures failed for the same reason."), lines)
        self._desk.notices.toast(self._text, (_("Show the report"), partial(open_folder, morning.page)))
        if self._wish == "report":
            open_folder(morning.page)
        self.reported.emit(morning.page)

    @Slot(object)
    def _not_reported(self, error: Exception) -> None:
        self._desk.notices.toast(self._text)
        self._desk.notices.error(error)


def words(end: BatchEnd, makings: bool = False) -> str:
    """“487 pictures done, 3 failed, 6 skipped in 38 min.”; jobs, where there were others among them."""
    totals = end.totals
    if makings:
        done = ngettext_("{n} job done", "{n} jobs done", totals.done)
    else:
        done = ngettext_("{n} picture done", "{n} pictures done", totals.done)
    done = done.format(n=wording.count(totals.done))
    rest = [(totals.failed, _("failed")), (totals.skipped, _("skipped")), (totals.unfinished, _("waiting"))]
    said = ", ".join([done, *(f"{wording.count(count)} {word}" for count, word in rest if count)])
    return _("{what} in {time}.").format(what=said, time=wording.seconds(end.seconds))


def _report(service: QueueService, end: BatchEnd, progress: Progress) -> Morning:
    folder = home() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    journal = service.journal
    known = {batch.id: batch for batch in journal.batches()}
    batches = [known[id] for id in end.batches if id in known]
    path = folder / f"{time.strftime('%Y-%m-%d %H.%M.%S')}.html"
    write_report(path, journal, batches, end)
    for old in sorted(folder.glob("*.html"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    reasons: dict[str, str] = {}  # without the picture's own name → as it stands at the first
    if end.totals.failed >= _ALIKE and not end.totals.done:
        for batch in batches:
            for job in journal.jobs(batch, (State.FAILED,)):
                alike = job.reason.replace(shown(job.source), "").replace(shown(job.source.name), "")
                reasons.setdefault(alike, job.reason)
    return Morning(path, next(iter(reasons.values())) if len(reasons) == 1 else "")
