"""Notices: what the program has to say. News are toasts; what needs an answer is an error card.

Anyone in the GUI thread calls `toast` or `error`; the window shows them and keeps the log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.errors import Cancelled, UserError
from ganstudio.core.text import _
from ganstudio.ui.errors import report_of

if TYPE_CHECKING:
    from ganstudio.jobs.remote import Failure

ToastKind = Literal["info", "ok", "warn", "err"]
KEPT = 200
_MOMENT_S = 3.0  # what one fault brings about is told within


@dataclass(frozen=True)
class Toast:
    """News that need no answer."""

    text: str
    action: tuple[str, Callable[[], object]] | None = None
    kind: ToastKind = "info"
    line: str = ""
    when: float = field(default_factory=time.time)


@dataclass(frozen=True)
class Trouble:
    """What went wrong, for the error card. `bug`: not the person's doing. `report` has no private names in it."""

    title: str
    lines: list[str]
    report: str
    bug: bool = False
    again: Callable[[], object] | None = None
    when: float = field(default_factory=time.time)


class Notices(QObject):
    """Signals: `toasted(Toast)`, `failed(Trouble)`. `log` keeps the last 200 of both, oldest first."""

    toasted = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log: list[Toast | Trouble] = []

    def toast(
        self,
        text: str,
        action: tuple[str, Callable[[], object]] | None = None,
        *,
        kind: ToastKind = "info",
        line: str = "",
    ) -> None:
        """News: a short sentence, `line` a second one below it, and at most one thing to do (its name and what it
        calls)."""
        self._keep(Toast(text, action, kind, line))
        self.toasted.emit(self.log[-1])

    @Slot(object)
    def error(self, error: Exception | Failure, again: Callable[[], object] | None = None, title: str = "") -> None:
        """Something went wrong. `title` replaces the first sentence (the error's own then follows it)."""
        trouble = self._trouble(error, again, title)
        if trouble is None:
            return
        self._keep(trouble)
        self.failed.emit(trouble)

    def just_told(self, sentence: str) -> bool:
        """Whether an error card said this a moment ago."""
        since = time.time() - _MOMENT_S
        return any(isinstance(one, Trouble) and one.when > since and one.title == sentence for one in self.log)

    def _trouble(self, error: Exception | Failure, again: Callable[[], object] | None, title: str) -> Trouble | None:
        if isinstance(error, Cancelled) or getattr(error, "kind", "") == "stopped":
            return None
        if isinstance(error, UserError):
            said, hint, report, bug = error.message, error.hint, report_of(error), False
        elif isinstance(error, BaseException):
            logging.getLogger("ganstudio").error("a fault in the program", exc_info=error)
            said, hint, report, bug = "", _("Your pictures are as they were."), report_of(error), True
        else:  # the engine's
            said, hint, bug = error.sentence, error.hint, error.kind == "bug"
            report = report_of(error.report)
        if bug and not title:
            title = said or _("Something went wrong")
            said = ""
        lines = [said, hint] if title and said != title else [hint]
        return Trouble(title or said, [one for one in lines if one], report, bug, again)

    def _keep(self, entry: Toast | Trouble) -> None:
        self.log.append(entry)
        del self.log[:-KEPT]
