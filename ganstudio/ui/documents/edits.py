"""Edits that take a while: made off the GUI thread, from the state that is shown when they are done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ganstudio.core.document import Edit, State
from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress

if TYPE_CHECKING:
    from ganstudio.ui.documents.open_document import OpenDocument

Make = Callable[[State, Progress], Edit]


class SlowEdit(QObject):
    """One edit of one document. A second one of the same document is refused until it is done: see `start`."""

    def __init__(self, document: OpenDocument, make: Make) -> None:
        super().__init__(document)
        self._document, self._make = document, make

    def begin(self) -> None:
        base = self._document.state
        task = self._document.desk.background.run(
            partial(_made, self._make, base), partial(self._done, base), self._failed, owner=self
        )
        self._document.set_editing(task)

    def _done(self, base: State, edit: Edit) -> None:
        if self._document.state is not base:
            self.begin()  # something else was done meanwhile: once more, on top of that
            return
        self._document.set_editing(None)
        self._document.do(edit)
        self.deleteLater()

    def _failed(self, error: Exception) -> None:
        self._document.set_editing(None)
        if isinstance(error, UserError):
            self._document.desk.notices.toast(str(error))
        else:
            self._document.desk.notices.error(error)
        self.deleteLater()


def start(document: OpenDocument, make: Make) -> bool:
    """Make an edit; False when one is being made already."""
    if document.editing:
        return False
    SlowEdit(document, make).begin()
    return True


def _made(make: Make, base: State, progress: Progress) -> Edit:
    return make(base, progress)
