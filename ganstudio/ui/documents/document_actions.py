"""The actions of the menu File, copying and pasting: bound to the Documents of a window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.document.project import SUFFIX
from ganstudio.core.names import shown
from ganstudio.core.text import _
from ganstudio.ui.documents.clipboard import Clipboard
from ganstudio.ui.documents.export_dialog import ExportDialog
from ganstudio.ui.documents.saving import SaveProject, pictures_folder

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.documents import Documents

_FOLDER = "documents.folder"


class DocumentActions(QObject):
    """Opens dialogs over the window and does what they answer."""

    def __init__(self, desk: Desk, documents: Documents) -> None:
        super().__init__(documents)
        self._desk, self._documents = desk, documents
        self._exports: list[ExportDialog] = []
        self.clipboard = Clipboard(documents)
        for id, call, condition in (
            ("file.open", self.open, None),
            ("file.paste_new", self.clipboard.paste_new, self.clipboard.something),
            ("file.save", self.save, self._some),
            ("file.save_as", self.save_as, self._some),
            ("file.export", self.export, self._some),
            ("file.close", self.close, self._some),
            ("edit.copy", self.clipboard.copy, self._some),
            ("edit.paste", self.clipboard.paste, self.clipboard.something),
        ):
            desk.actions.bind(id, call, condition)
        documents.current_changed.connect(self._refresh)

    @Slot()
    def open(self) -> None:
        """Ask for pictures and projects."""
        dialog = QFileDialog(self._documents.widget, _("Open"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        suffixes = sorted({f"*{one}" for suffixes in PICTURE_SUFFIXES.values() for one in suffixes} | {f"*{SUFFIX}"})
        dialog.setNameFilters([_("Pictures and projects") + f" ({' '.join(suffixes)})", _("All files") + " (*)"])
        dialog.setDirectory(self._folder())
        dialog.filesSelected.connect(self._opened)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder(self) -> str:
        current = self._documents.current
        beside = None if current is None else current.folder
        kept = self._desk.settings.remembered(_FOLDER, "")
        return str(beside or (kept if isinstance(kept, str) and kept else pictures_folder()))

    @Slot(list)
    def _opened(self, names: list[str]) -> None:
        paths = [Path(name) for name in names]
        if paths:
            self._desk.settings.remember(_FOLDER, str(paths[0].parent))
            self._documents.open(paths)

    @Slot()
    def save(self) -> None:
        document = self._documents.current
        if document is not None:
            SaveProject(self._documents, document).save()

    @Slot()
    def save_as(self) -> None:
        document = self._documents.current
        if document is not None:
            SaveProject(self._documents, document).save_as()

    @Slot()
    def export(self) -> None:
        """The dialog for the document in front; what stands open for it comes to the front."""
        document = self._documents.current
        if document is None:
            return
        for dialog in self._exports.copy():
            if dialog.document is document:
                dialog.raise_()
                dialog.activateWindow()
                return
            if not dialog.running:
                dialog.close()
        dialog = ExportDialog(self._desk, document, self._documents)
        self._exports.append(dialog)
        dialog.finished.connect(self._export_closed)
        dialog.show()

    def exporting(self) -> list[str]:
        """The names of the files that are being written."""
        return [shown(dialog.target.name) for dialog in self._exports if dialog.running]

    @Slot()
    def _export_closed(self) -> None:
        self._exports = [dialog for dialog in self._exports if dialog is not self.sender()]

    @Slot()
    def close(self) -> None:
        document = self._documents.current
        if document is not None:
            self._documents.close(document)

    def _some(self) -> bool:
        return self._documents.current is not None

    @Slot()
    def _refresh(self) -> None:
        self._desk.actions.refresh_soon()
