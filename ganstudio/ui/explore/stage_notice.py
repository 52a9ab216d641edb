"""The card over the stage that says why there is no picture, with the way out first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from ganstudio.core.text import _
from ganstudio.jobs.remote.messages import Failure
from ganstudio.ui.explore.stage import Stage
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.notice import Notice

_WIDE = 460


class StageNotice(QObject):
    """One card at most. `again`, `find` and `other` are what its buttons do."""

    def __init__(
        self, stage: Stage, again: Callable[[], None], find: Callable[[], None], other: Callable[[], None]
    ) -> None:  # fmt: skip
        super().__init__(stage)
        self._stage = stage
        self._again, self._find, self._other = again, find, other
        self.card: Notice | None = None
        self._told = ("", False)  # what it says

    def tell(self, failure: Failure, gone: bool) -> None:
        """The last picture stays. `gone`: the model's file is not there any more."""
        if self.card is not None and self._told == (failure.sentence, gone):
            return
        self.put_away()
        self._told = failure.sentence, gone
        first: tuple[str, Callable[[], None]] = (_("Find…"), self._find) if gone else (_("Try again"), self._again)
        buttons: list[Any] = [first, (_("Another model…"), self._other)]
        title = _("The model's file is gone") if gone else _("This picture cannot be drawn")
        lines = [one for one in (failure.sentence, "" if gone else failure.hint) if one]
        if gone:
            lines.append(_("The last picture stays. Find the file, or choose another model."))
        kind = "warn" if gone else "err"
        self.card = Notice(kind, title, lines, buttons, floating=True, closable=True, parent=self._stage)
        self.card.closed.connect(self.put_away)
        self.place()
        self.card.show()

    @Slot()
    def put_away(self) -> None:
        card, self.card = self.card, None
        if card is not None:
            card.hide()
            card.deleteLater()

    def place(self) -> None:
        """At the stage's lower edge."""
        if self.card is not None:
            wide = min(theme().px(_WIDE), self._stage.width() - 16)
            high = self.card.heightForWidth(wide) if self.card.hasHeightForWidth() else 0
            high = max(high, self.card.sizeHint().height())
            x = (self._stage.width() - wide) // 2
            self.card.setGeometry(x, max(0, self._stage.height() - high - 8), wide, high)
