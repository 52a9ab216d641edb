"""The row that runs a Tool: Try it here at the left, the primary button at the right; always in sight."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.desk import Desk
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.run_button import RunButton

_QUIET_SECONDS = 0.5  # a run that is over by then shows no bar
_FROM_SECONDS, _FROM_SHARE = 2.0, 0.03  # time left is said from then on


class RunRow(QWidget):
    """`run_pressed`, `try_pressed`, `stop_pressed`."""

    run_pressed = Signal()
    try_pressed = Signal()
    stop_pressed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._title = ""
        self.try_button = Button(_("Try it here"), "try", shortcut=desk.actions.keys_of("run.try"), large=True)
        self.run_button = RunButton("", _shown(desk.actions.keys_of("run.run")))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 12)
        row.setSpacing(8)
        row.addWidget(self.try_button, 5)
        row.addWidget(self.run_button, 7)
        self.try_button.clicked.connect(self.try_pressed)
        self.run_button.pressed.connect(self.run_pressed)
        self.run_button.stopped.connect(self.stop_pressed)
        desk.actions.refreshed.connect(self.refresh)

    def set_title(self, title: str) -> None:
        """The Tool's name, on the primary button."""
        self._title = title
        self._say()

    def _say(self) -> None:
        """Words with their keys; where both have no room, the words alone (the keys are in the tooltips)."""
        actions = self._desk.actions
        keys = [_shown(actions.keys_of(name)) for name in ("run.try", "run.run")]
        self.try_button.set_text(_("Try it here"), keys[0])
        self.run_button.set_text(self._title, keys[1])
        room = (self.width() - 32) * 7 // 12
        if self.run_button.sizeHint().width() > room or self.try_button.sizeHint().width() > room * 5 // 7:
            self.try_button.set_text(_("Try it here"), "")
            self.run_button.set_text(self._title, "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say()

    def show_progress(self, seconds: float, fraction: float | None, left: float | None, doing: str = "") -> None:
        """A run that has gone on for `seconds`."""
        if seconds < _QUIET_SECONDS and not self.run_button.running:
            return
        known = left is not None and (seconds >= _FROM_SECONDS or (fraction or 0) >= _FROM_SHARE)
        self.run_button.run_state(fraction, left if known else None, doing)
        self.try_button.hide()

    def show_idle(self) -> None:
        self.run_button.idle()
        self.try_button.show()

    @Slot()
    def refresh(self) -> None:
        reason = self._desk.actions.reason("run.run")
        if not self.run_button.running:
            self.run_button.set_possible(not reason, reason)
        reason = self._desk.actions.reason("run.try")
        self.try_button.set_possible(not reason, reason)


def _shown(keys: str) -> str:
    return keys.partition(" | ")[0].replace("Return", "Enter")
