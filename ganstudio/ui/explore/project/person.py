"""The question whether a person in a photograph agrees; asked once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ganstudio.core.text import _
from ganstudio.ui.documents.dialog import Question

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_ASKED = "explore.person"


def ask_person(desk: Desk, window: QWidget, go: Callable[[], None]) -> Question | None:
    """`go` when nobody is in it, or they agree: at once where that was said before, else the Question is shown."""
    if desk.settings.remembered(_ASKED, False) is True:
        go()
        return None
    lines = [_("If this is a photograph of a person, project and change it only if that person agrees.")]
    answers = [("yes", _("Nobody, or they agree")), ("cancel", _("Cancel"))]
    question = Question(_("Is a person in this photograph?"), lines, answers, window)
    question.answered.connect(partial(_answered, desk, go))
    question.show()
    return question


def _answered(desk: Desk, go: Callable[[], None], answer: str) -> None:
    if answer == "yes":
        desk.settings.remember(_ASKED, True)
        go()
