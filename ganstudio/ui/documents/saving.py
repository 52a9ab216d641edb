"""Saving as a project. An opened photo is never written to: what is saved lies beside it under a name of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog

from ganstudio.core.codecs import kind_of_suffix
from ganstudio.core.document import State, project
from ganstudio.core.names import legal
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.documents.dialog import ask

if TYPE_CHECKING:
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument

Then = Callable[["OpenDocument"], object]


class SaveProject(QObject):
    """Saves one document: at once where it has a project, else asks where. `then(document)` is called when it is
    saved; at a refusal or an error nothing is, and the document is as it was."""

    def __init__(self, documents: Documents, document: OpenDocument, then: Then | None = None) -> None:
        super().__init__(document)
        self._documents, self._document, self._then = documents, document, then
        self._dialog: QFileDialog | None = None

    def save(self) -> None:
        """Where it is being saved already, `then` comes when that is done."""
        if self._document.saving:
            self._document.saved.connect(self._saved_meanwhile)
            self._document.title_changed.connect(self._saving_ended)
            return
        if self._document.project is None:
            self.save_as()
        else:
            self._write(self._document.project)

    def save_as(self) -> None:
        """Ask for a name; the system's own dialog confirms a file that is there."""
        dialog = self._dialog = QFileDialog(self._documents.widget, _("Save as project"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(_("Projects of GANStudio") + f" (*{project.SUFFIX})")
        dialog.setDefaultSuffix(project.SUFFIX[1:])
        suggested = suggestion(self._document)
        dialog.setDirectory(str(suggested.parent))
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(self._named)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _named(self, name: str) -> None:
        target = Path(name)
        if target.suffix.lower() != project.SUFFIX:  # a photo's own name, say: it stays what it is
            target = target.with_name(target.name + project.SUFFIX)
            if os.path.lexists(target) and not confirmed(target, self._documents):
                return
        self._write(target)

    def _write(self, target: Path) -> None:
        document, state = self._document, self._document.state
        document.set_saving(
            self._documents.desk.background.run(
                partial(_saved, state, target),
                partial(self._done, state, target),
                partial(self._failed, target),
                owner=self,
            )
        )

    def _done(self, state: State, target: Path, _nothing: object) -> None:
        document, first = self._document, self._document.project is None
        document.set_saving(None)
        document.was_saved(state, target)
        self._documents.desk.settings.add_recent(target)
        if first:
            said = _("Saved as {name}. Your originals are never changed.").format(name=document.title)
            self._documents.desk.notices.toast(said)
        if self._then is not None:
            self._then(document)
        self.deleteLater()

    @Slot()
    def _saved_meanwhile(self) -> None:
        if self._document.modified:  # it was changed after that had begun
            SaveProject(self._documents, self._document, self._then).save()
        elif self._then is not None:
            self._then(self._document)

    @Slot()
    def _saving_ended(self) -> None:
        if not self._document.saving:  # where it failed, that was said
            self.deleteLater()

    def _failed(self, target: Path, error: Exception) -> None:
        self._document.set_saving(None)
        again = partial(SaveProject(self._documents, self._document, self._then).save_as)
        title = _("{name} was not saved.").format(name=self._document.title)
        self._documents.desk.notices.error(error, again=again, title=title)
        self.deleteLater()


def _saved(state: State, target: Path, progress: Progress) -> None:
    project.save(state, target, progress, overwrite=True)


def suggestion(document: OpenDocument) -> Path:
    """Where the project would lie: beside the photo, under its name."""
    known = document.project or document.path or Path(document.title)
    stem = known.stem if kind_of_suffix(known.suffix) or known.suffix == project.SUFFIX else known.name
    folder = document.folder or pictures_folder()
    return folder / (legal(stem) + project.SUFFIX)


def pictures_folder() -> Path:
    """Where the person keeps pictures."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(found) if found else Path.home()


def confirmed(target: Path, documents: Documents) -> bool:
    """Whether a file that is there may be replaced."""
    title = _("Replace {name}?").format(name=target.name)
    lines = [_("A file of that name is there already. What is in it now would be gone.")]
    answers = [("cancel", _("Keep it")), ("replace", _("Replace"))]
    return ask(title, lines, answers, documents.widget) == "replace"
