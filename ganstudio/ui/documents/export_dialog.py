"""Export: the result as a picture file, under a name of its own, with its size said before."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.core.codecs import Written
from ganstudio.core.codecs.planning import formats
from ganstudio.core.errors import UserError
from ganstudio.core.names import shown
from ganstudio.core.text import _
from ganstudio.ui.documents import exporting
from ganstudio.ui.documents.dialog import Dialog, row
from ganstudio.ui.documents.export_form import REMEMBERED, ExportForm
from ganstudio.ui.documents.exporting import format_of, format_of_name
from ganstudio.ui.documents.saving import confirmed, pictures_folder
from ganstudio.ui.opening import show_file
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.divider import Divider
from ganstudio.ui.widgets.label import ElidedLabel, Label
from ganstudio.ui.widgets.progress import ProgressBar
from ganstudio.ui.widgets.textfield import TextField

if TYPE_CHECKING:
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument

_MEASURE_AFTER_MS = 250
_TICK_MS = 50


class ExportDialog(Dialog):
    """Stands beside the work. It exports what is shown when *Export* is pressed; later edits are not in the file."""

    def __init__(self, desk: Desk, document: OpenDocument, documents: Documents, parent: QWidget | None = None) -> None:
        super().__init__(_("Export"), parent or documents.widget, wide=460)
        self.desk, self.document, self.documents = desk, document, documents
        self._measuring: Task | None = None
        self._naming: Task | None = None
        self._task: Task | None = None
        self._named_by_person = False
        self._folder = self._first_folder()
        self.form = ExportForm(desk, document, self)
        self.name = TextField("", _("Name"))
        self.place = ElidedLabel(str(self._folder), "middle", color="text2")
        self.choose = Button(_("Choose…"), "folder", parent=self)
        self.says = Label("", 11, color="text3", wrap=True)
        self.how_large = Label("", color="text", wrap=True)
        self.bar = ProgressBar(4, _("Export"), parent=self)
        self._lay_out()
        self._debounce = QTimer(self, interval=_MEASURE_AFTER_MS, singleShot=True)
        self._debounce.timeout.connect(self._measure)
        self._ticks = QTimer(self, interval=_TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self.form.changed.connect(self._changed)
        self.name.entered.connect(self._renamed)
        self.choose.clicked.connect(self._choose_folder)
        document.changed.connect(self._document_changed)
        documents.closed.connect(self._document_closed)
        self._suggest()
        self._measure()
        self.export_button.setFocus()

    def _lay_out(self) -> None:
        self.body.addWidget(self.form)
        self.body.addWidget(Divider())
        grid = self.add_grid()
        row(grid, _("Name"), self.name)
        row(grid, _("Folder"), self.place, self.choose)
        self.body.addWidget(self.how_large)
        self.body.addWidget(self.says)
        self.body.addWidget(self.bar)
        self.bar.hide()
        self.cancel_button = self.add_button(_("Cancel"), self._cancel)
        self.export_button = self.add_button(_("Export"), self.start, "primary", "export")

    @property
    def running(self) -> bool:
        """Whether a picture is being written."""
        return self._task is not None

    @property
    def target(self) -> Path:
        return self._folder / self.name.text().strip()

    # --- name and place --------------------------------------------------------------------------------------

    def _first_folder(self) -> Path:
        """The folder of the settings, else beside the original, else where it was exported last."""
        chosen = self.desk.settings.value.output_folder
        if chosen:
            return Path(os.path.expanduser(chosen))
        exported = self.document.exported
        return self.document.folder or (exported.parent if exported is not None else pictures_folder())

    def _suggest(self) -> None:
        """A free name beside the original, found off the GUI thread: the folder may be on a slow network."""
        if self._named_by_person:
            return
        known = self.document.path or self.document.project
        stem = Path(self.document.title).stem if known is None else known.stem
        stem = exporting.stem_of(self.document.state, shown(stem), self.document.original.width)
        extension = format_of(self.form.format.current).extension
        self.name.set_text(stem + extension)
        if self._naming is not None:
            self._naming.cancel()
        work = partial(exporting.free_name, self._folder, stem, extension)
        self._naming = self.desk.background.run(work, self._suggested, self._not_suggested, owner=self)

    def _suggested(self, name: str) -> None:
        self._naming = None
        if not self._named_by_person:
            self.name.set_text(name)

    def _not_suggested(self, _error: Exception) -> None:
        """The folder cannot be looked into: the plain name stays, and the export says what is wrong with it."""
        self._naming = None

    @Slot(str)
    def _renamed(self, name: str) -> None:
        """The suffix says the format; where it says none that can be written, the format's own is put behind."""
        self._named_by_person = True
        name = name.strip()
        if not name or os.sep in name or "/" in name or "\x00" in name:
            self.name.set_error(_("A name without folders is needed."))
            return
        self.name.set_error("")
        found = format_of_name(name)
        if found is not None:
            self.form.set_format(found)
        else:
            self.name.set_text(name + format_of(self.form.format.current).extension)

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, _("Export to"), str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.set_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def set_folder(self, folder: str) -> None:
        self._folder = Path(folder)
        self.place.set_text(folder)
        self._suggest()

    # --- size ------------------------------------------------------------------------------------------------

    @Slot()
    def _changed(self) -> None:
        chosen = format_of(self.form.format.current)
        name = Path(self.name.text())
        if format_of_name(name.name) != chosen.id:
            known = {suffix for one in formats() for suffix in one.suffixes}
            stem = name.stem if name.suffix.lower() in known else name.name
            self.name.set_text(stem + chosen.extension)
            self._suggest()
        self._debounce.start()

    @Slot()
    def _measure(self) -> None:
        self._debounce.stop()
        if self._measuring is not None:
            self._measuring.cancel()
        state = self.document.state
        self._show_size(None)
        work = partial(exporting.measure, state, self.form.options, self.form.srgb)
        self._measuring = self.desk.background.run(work, self._measured, self._unmeasured, owner=self)

    def _measured(self, size: int) -> None:
        self._measuring = None
        self._show_size(size)

    def _unmeasured(self, error: Exception) -> None:
        self._measuring = None
        if not isinstance(error, UserError):
            self.desk.notices.error(error)
        self.how_large.setText(wording.size_px(self.document.state.width, self.document.state.height))
        self.says.setText(str(error))

    def _show_size(self, size: int | None) -> None:
        state = self.document.state
        pixels = wording.size_px(state.width, state.height)
        about = _("measuring the size") if size is None else _("about {size}").format(size=wording.bytes_(size))
        self.how_large.setText(f"{pixels}   {about}")
        try:
            self.says.setText(" ".join(exporting.losses(state, self.form.options, self.form.srgb)))
        except UserError as error:
            self.says.setText(str(error))
        self.says.setVisible(bool(self.says.text()))

    # --- writing ---------------------------------------------------------------------------------------------

    @Slot()
    def start(self, overwrite: bool = False) -> None:
        """Write it; a file of that name is asked about first."""
        if self._task is not None or self.name.error:
            return
        self._named_by_person = True
        state, target = self.document.state, self.target
        originals = [one.path for one in self.documents.all if one.path is not None]
        work = partial(exporting.export, state, target, self.form.options, self.form.srgb, overwrite, originals)
        self._task = self.desk.background.run(work, partial(self._written, state), self._failed, owner=self)
        self._set_running(True)

    def _written(self, state: object, written: Written | None) -> None:
        self._task = None
        self._set_running(False)
        if written is None:
            if confirmed(self.target, self.documents):
                self.start(overwrite=True)
            return
        self.document.exported = written.path
        self.document.exported_state = state  # type: ignore[assignment]
        self.desk.settings.remember(REMEMBERED, self.form.options.to_json())
        said = _("{name} is saved, {size}.").format(name=shown(written.path.name), size=wording.bytes_(written.bytes))
        notes = " ".join(written.notes[:2])
        self.desk.notices.toast(f"{said} {notes}".strip(), (_("Show in folder"), partial(show_file, written.path)))
        self.close()

    def _failed(self, error: Exception) -> None:
        self._task = None
        self._set_running(False)
        self.desk.notices.error(error, title=_("{name} was not exported.").format(name=shown(self.target.name)))

    def _set_running(self, running: bool) -> None:
        self.bar.setVisible(running)
        self.form.setEnabled(not running)
        self.name.setEnabled(not running)
        self.choose.setEnabled(not running)
        self.export_button.setEnabled(not running)
        self.cancel_button.set_text(_("Stop") if running else _("Cancel"))
        if running:
            self.bar.set(None)
            self._ticks.start()
        else:
            self._ticks.stop()

    @Slot()
    def _tick(self) -> None:
        if self._task is not None:
            now = self._task.progress.snapshot()
            self.bar.set(min(now.done / now.total, 1.0) if now.total else None)

    @Slot()
    def _cancel(self) -> None:
        if self._task is None:
            self.close()
            return
        self._task.cancel()
        self._task = None
        self._set_running(False)

    def done(self, code: int) -> None:
        """Closed in any way: what goes on for it is given up."""
        for task in (self._task, self._measuring, self._naming):
            if task is not None:
                task.cancel()
        self._debounce.stop()
        self._ticks.stop()
        super().done(code)

    @Slot(object)
    def _document_changed(self, _change: object) -> None:
        self.form.set_state(self.document.state)
        self._suggest()
        self._debounce.start()

    @Slot(object)
    def _document_closed(self, document: object) -> None:
        if document is self.document and not self.running:  # what is being written is written to its end
            self.close()
