"""The one notice above the table: the latest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.widgets import Notice

Kind = Literal["info", "ok", "warn", "err"]


class NoticeBar(QWidget):
    """`go_on` is what the button of a paused queue does. Takes no room while there is nothing to say."""

    def __init__(self, go_on: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._go_on = go_on
        self._subject = ""
        self.notice: Notice | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self.hide()

    def say(self, kind: Kind, title: str, lines: str | list[str], again: bool = False, subject: str = "") -> None:
        """`again`: the queue is paused and can go on. `subject`: what `settle` will be told of."""
        self.quiet()
        buttons: list[tuple[str, Callable[[], object]]] = [(_("Go on"), self._go_on)] if again else []
        self.notice = Notice(kind, title, lines, buttons, closable=True, parent=self)
        self.notice.closed.connect(self.quiet)
        self._subject = subject
        self._column.addWidget(self.notice)
        self.show()

    def settle(self, subject: str) -> None:
        """That is over: what was said of it goes."""
        if self._subject == subject:
            self.quiet()

    @Slot()
    def quiet(self) -> None:
        if self.notice is not None:
            self._column.removeWidget(self.notice)
            self.notice.hide()
            self.notice.deleteLater()
            self.notice = None
        self._subject = ""
        self.hide()
