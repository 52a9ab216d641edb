"""When the window may go: what runs and what is not saved is asked for; the icon beside the clock while it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from ganstudio.core.text import _
from ganstudio.ui.desk import Desk
from ganstudio.ui.frame import closing
from ganstudio.ui.frame.status_feed import StatusFeed

if TYPE_CHECKING:
    from ganstudio.ui.frame.window import Window

_TOLD_MS = 20_000  # an icon that came for one message alone
_WATCH_MS = 3_000  # while the window is away: is there still a place for the icon?


class Leaving(QObject):
    """Asked by the window before it closes; says beside the clock what a batch does meanwhile."""

    def __init__(self, window: Window, desk: Desk, feed: StatusFeed) -> None:
        super().__init__(window)
        self.window, self.desk, self.feed = window, desk, feed
        self._tray: closing.Tray | None = None
        self._answer = ""
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._look_for_the_clock)
        desk.engine.batch_ended.connect(self._batch_ended)
        desk.engine.batch_status.connect(self._batch_moved)

    def may_close(self) -> bool:
        """Ask once where work is running; False when the window stays, or stays beside the clock."""
        if self._answer:  # of the icon beside the clock: what runs is settled, what is not saved is not
            return self._unsaved_may_go()
        sentences = [said for one in self.window.workspaces.values() if (said := one.busy())]
        if sentences:
            answer = self._ask(sentences)
            if answer == closing.STAY:
                return False
            if answer == closing.KEEP:
                self.keep_going()
                return False
            self._answer = answer
        return self._unsaved_may_go()

    def _unsaved_may_go(self) -> bool:
        """Ask for what is not saved. Nothing is paused before: the window may stay after all."""
        if not all(workspace.may_close() for workspace in self.window.workspaces.values()):
            self._answer = ""
            return False
        if self._answer == closing.PAUSE:
            self.desk.engine.pause_batches()
        return True

    def _ask(self, sentences: list[str]) -> str:
        pausable, tray = self.desk.engine.batch_running, closing.tray_there()
        known = self.desk.settings.value.close_to_tray
        if (known == closing.PAUSE and pausable) or (known == closing.KEEP and tray):
            return known
        question = closing.CloseQuestion(sentences, pausable, tray, self.window)
        question.exec()
        if question.always:
            self.desk.settings.change(close_to_tray=question.answer)
        answer = question.answer
        question.deleteLater()
        return answer

    def keep_going(self) -> None:
        """The window goes, an icon beside the clock stays. Where no icon would be seen the window becomes small."""
        self.window.remember()
        if not closing.tray_there():
            self.window.showMinimized()
            return
        self._beside_the_clock().show(f"GANStudio: {self.feed.sentence}")
        self.window.hide()
        self._watch.start()

    @Slot()
    def _look_for_the_clock(self) -> None:
        """A panel that ends takes the icon along: then the window comes back, small, so that it can be reached."""
        if self.window.isVisible():
            self._watch.stop()
        elif not closing.tray_there():
            self._watch.stop()
            if self._tray is not None:
                self._tray.hide()
            self.window.showMinimized()

    def _beside_the_clock(self) -> closing.Tray:
        if self._tray is None:
            self._tray = closing.Tray(self.feed.pause, self.window)
            self._tray.show_window.connect(self.show_again)
            self._tray.quit.connect(self.quit_from_tray)
        return self._tray

    @Slot()
    def show_again(self) -> None:
        self._watch.stop()
        if self._tray is not None:
            self._tray.hide()
        self.window.show_again()

    @Slot()
    def quit_from_tray(self) -> None:
        self._answer = closing.PAUSE
        if self._tray is not None:
            self._tray.hide()
        self.window.show()  # a hidden window hears no close event
        self.window.close()

    @Slot(object)
    def _batch_moved(self, _status: object) -> None:
        if self._tray is not None and self._tray.shown:
            self._tray.set_text(f"GANStudio: {self.feed.sentence}")

    @Slot(object)
    def _batch_ended(self, _end: object) -> None:
        if self._tray is not None and self._tray.shown:
            self._tray.set_text(_("GANStudio: the batch is done"))

    @Slot(str, str)
    def notify(self, title: str, text: str) -> None:
        """Say something beside the clock; the icon goes again by itself where the window is there."""
        if not closing.tray_there():
            return
        tray = self._beside_the_clock()
        if not tray.shown:
            tray.show(f"GANStudio: {title}")
            QTimer.singleShot(_TOLD_MS, self, self._told)
        tray.tell(title, text)

    @Slot()
    def _told(self) -> None:
        if self._tray is not None and self.window.isVisible():
            self._tray.hide()

    def closing(self) -> None:
        """The window goes for good."""
        self._watch.stop()
        if self._tray is not None:
            self._tray.hide()
