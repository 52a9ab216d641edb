"""Closing what has changes: save, discard, or stay. One document is asked beside the work; quitting waits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ganstudio.core.text import _, ngettext_
from ganstudio.ui.documents.dialog import Question, ask
from ganstudio.ui.documents.saving import SaveProject

if TYPE_CHECKING:
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument

_MOST_NAMED = 5


def ask_about(documents: Documents, document: OpenDocument) -> Question:
    """Ask what becomes of a document's changes; the same question comes to the front when it is asked again."""
    asked = document.question
    if isinstance(asked, Question):
        asked.raise_()
        asked.activateWindow()
        return asked
    title = _("Save the changes to {name}?").format(name=document.title)
    answers = [("save", _("Save")), ("discard", _("Close without saving")), ("cancel", _("Keep open"))]
    question = Question(title, _lines(document), answers, documents.widget)
    document.question = question
    question.answered.connect(partial(_answered, documents, document))
    question.show()
    return question


def _lines(document: OpenDocument) -> list[str]:
    if document.exported is not None and document.exported_state is document.state:
        name = document.exported.name
        return [_("{name} was exported and stays. Saving keeps the layers as a project.").format(name=name)]
    if document.project is None:
        return [_("It is saved as a project with its layers. Your originals are never changed.")]
    return [_("Without saving, the project is as it was when it was saved last.")]


def _answered(documents: Documents, document: OpenDocument, answer: str) -> None:
    document.question = None
    if answer == "save":
        SaveProject(documents, document, documents.discard).save()
    elif answer == "discard":
        documents.discard(document)


def may_quit(documents: Documents) -> bool:
    """Whether the window may close: asks once for everything that is not saved. False when saving was chosen: the
    window is closed again once all is saved."""
    unsaved = [one for one in documents.all if one.modified]
    if not unsaved:
        return True
    title = ngettext_("Quit with {count} picture that is not saved?", "Quit with {count} pictures that are not saved?",
                      len(unsaved)).format(count=len(unsaved))  # fmt: skip
    names = [one.title for one in unsaved[:_MOST_NAMED]]
    more = len(unsaved) - len(names)
    lines = [", ".join(names) + (" " + _("and {count} more").format(count=more) if more else "")]
    answers = [("save", _("Save")), ("discard", _("Quit without saving")), ("cancel", _("Stay"))]
    answer = ask(title, lines, answers, documents.widget)
    if answer == "save":
        _save_and_quit(documents)
    return answer == "discard"


def _save_and_quit(documents: Documents, _saved: OpenDocument | None = None) -> None:
    """Save one after the other, each where it says; then close the window again. It stays where one is not saved."""
    unsaved = next((one for one in documents.all if one.modified), None)
    if unsaved is not None:
        documents.set_current(unsaved)
        SaveProject(documents, unsaved, partial(_save_and_quit, documents)).save()
    elif documents.widget is not None:
        documents.widget.window().close()
