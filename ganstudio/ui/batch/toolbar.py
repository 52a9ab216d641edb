"""The buttons above the table."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.text import _, ngettext_
from ganstudio.ui.widgets import Button, SearchField, wording


class Toolbar(QWidget):
    """`filtered(str)` by name. The buttons are pressed by name: `add_files`, `start`, …"""

    filtered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_files = Button(_("Add files"), "plus", large=True)
        self.add_folder = Button(_("Add folder"), "folder", large=True)
        self.start = Button(_("Start"), "play", "primary", large=True)
        self.pause = Button(_("Pause"), "pause", large=True)
        self.stop = Button(_("Stop"), "stop", large=True)
        self.retry = Button(_("Retry failed"), "retry", large=True)
        self.clear = Button(_("Clear done"), large=True)
        self.search = SearchField(_("Filter by name"))
        self.search.changed.connect(self._searched)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        for number, button in enumerate(
            (self.add_files, self.add_folder, self.start, self.pause, self.stop, self.retry, self.clear)
        ):
            if number in (2, 5):
                row.addSpacing(12)
            row.addWidget(button)
        row.addStretch(1)
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(220)
        row.addWidget(self.search, 1)
        self.clear.setToolTip(_("Forget what is done or skipped; no file is touched"))

    def show_state(self, *, running: bool, paused: bool, starting: bool, elsewhere: bool, startable: str) -> None:
        """`startable`: why it cannot start, "" when it can. `elsewhere`: another program works on the queue."""
        active = running or elsewhere
        self.start.setVisible(not active)
        self.start.set_text(_("Starting") if starting else _("Start"))
        self.start.set_possible(not startable and not starting, startable)
        self.pause.setVisible(active)
        self.stop.setVisible(running)
        self.pause.set_text(_("Go on") if paused else _("Pause"))
        self.pause.set_icon("play" if paused else "pause")

    def show_counts(self, failed: int, done: int) -> None:
        words = ngettext_("Retry {n} failed", "Retry {n} failed", failed).format(n=wording.count(failed))
        self.retry.setVisible(bool(failed))
        if self.retry.text() != words:
            self.retry.set_text(words)
        self.clear.set_possible(bool(done), "" if done else _("Nothing is done yet"))

    @Slot(str)
    def _searched(self, text: str) -> None:
        self.filtered.emit(text)
