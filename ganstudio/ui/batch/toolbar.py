"""The buttons above the table."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ganstudio.core.text import _, ngettext_
from ganstudio.ui.theme import theme
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
        self.clear = Button(_("Clear done"), "check", large=True)
        self.search = SearchField(_("Filter by name"))
        self.search.changed.connect(self._searched)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
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

    def sizeHint(self) -> QSize:
        return QSize(400, theme().px(32) + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where the words have no room the buttons but Start show their icons; name and tooltip stay."""
        folding = (self.add_files, self.add_folder, self.pause, self.stop, self.retry, self.clear)
        for button in folding:
            button.set_kind("normal")
        shown = [button for button in (*folding, self.start) if not button.isHidden()]
        needed = sum(button.sizeHint().width() + 8 for button in shown) + theme().px(160) + 48
        if needed > self.width():
            for button in folding:
                button.set_kind("icon")
                button.set_text(button.text())

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
        self._fit()

    def show_counts(self, failed: int, done: int) -> None:
        words = ngettext_("Retry {n} failed", "Retry {n} failed", failed).format(n=wording.count(failed))
        self.retry.setVisible(bool(failed))
        if self.retry.text() != words:
            self.retry.set_text(words)
        self.clear.set_possible(bool(done), "" if done else _("Nothing is done yet"))

    @Slot(str)
    def _searched(self, text: str) -> None:
        self.filtered.emit(text)
