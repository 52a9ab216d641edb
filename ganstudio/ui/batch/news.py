"""News: what is in the way of the queue, as the notice above the table."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from ganstudio.core.text import _
from ganstudio.jobs.remote.messages import Failure
from ganstudio.ui.batch.ending import Ending
from ganstudio.ui.batch.foresight import Foresight
from ganstudio.ui.batch.notice_bar import NoticeBar
from ganstudio.ui.batch.reader import Reader
from ganstudio.ui.batch.runner import Runner


class News(QObject):
    """Hears those who can meet trouble, and says it in `bar`."""

    def __init__(self, bar: NoticeBar, reader: Reader, runner: Runner, foresight: Foresight, ending: Ending) -> None:
        super().__init__(bar)
        self._bar = bar
        reader.troubled.connect(self._unreadable)
        runner.refused.connect(self._refused)
        runner.failed.connect(self._engine_gone)
        foresight.refused.connect(self._too_much)
        ending.troubled.connect(self._paused)

    @Slot(str)
    def _unreadable(self, sentence: str) -> None:
        if sentence:
            self._bar.say("err", _("The queue cannot be read now."), sentence, subject="journal")
        else:
            self._bar.settle("journal")

    @Slot(str)
    def _refused(self, sentence: str) -> None:
        self._bar.say("err", _("The batch was not started."), sentence)

    @Slot(str)
    def _too_much(self, sentence: str) -> None:
        self._bar.say("warn", _("The results do not fit on the disk."), sentence)

    @Slot(object)
    def _engine_gone(self, failure: Failure) -> None:
        lines = [failure.sentence, _("The pictures it had begun wait again. Nothing is lost.")]
        self._bar.say("err", _("The queue is paused: the engine stopped."), lines, again=True)

    @Slot(str, object)
    def _paused(self, title: str, lines: list[str]) -> None:
        self._bar.say("err", title, lines, again=True)
