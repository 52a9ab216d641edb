"""Where the results go, how they are named and saved."""

from __future__ import annotations

import difflib
import os
import re
import string
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.codecs.planning import formats
from ganstudio.core.errors import UserError
from ganstudio.core.names import FIELDS, check_template, file_name
from ganstudio.core.text import _
from ganstudio.jobs.options import USUAL_NAME, BatchOptions
from ganstudio.ui.batch.form_row import FormRow
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import Button, ElidedLabel, Label, NumberField, Segmented, Select, TextField, ToggleSwitch

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_LOSSY = ("jpeg", "webp", "avif")
_USUAL_QUALITY = 92


def template_error(template: str) -> str:
    """Why a name cannot be used, with the nearest field for one that is unknown; "" when it can."""
    try:
        check_template(template)
    except UserError as error:
        for name in re.findall(r"\{([^{}]*)\}", template):
            if name not in FIELDS:
                near = difflib.get_close_matches(name, FIELDS, 1, 0.4)
                if near:
                    return _("There is no {{{name}}}. The nearest is {{{near}}}.").format(name=name, near=near[0])
        return str(error)
    return ""


def uses(template: str, name: str) -> bool:
    try:
        return any(field == name for _text, field, _form, _conv in string.Formatter().parse(template))
    except ValueError:
        return False


class OutputPanel(QWidget):
    """`changed()`: other options that can be used; while something cannot, the last good ones stay in force."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._example: dict[str, str] = {}
        self._extension = ".jpg"
        self.folder = TextField(_("Beside each picture"), _("Folder"))
        self.folder.set_text(desk.settings.value.output_folder)
        self.browse = Button(_("Choose a folder"), "folder", "icon")
        self.name = TextField(USUAL_NAME, _("Name"))
        self.name.set_text(USUAL_NAME)
        self.example = ElidedLabel("", "middle", 11, color="text2")
        options = [("keep", _("As the input"))] + [(one.id, one.title) for one in formats()]
        self.format = Select(options, _("Format"))
        self.quality = NumberField(1, 100, _USUAL_QUALITY, whole=True, name=_("Quality"))
        self.quality.setFixedWidth(theme().px(72))
        self.quality.setToolTip(_("Quality, 1 to 100"))
        segments = [("skip", _("Skip")), ("rename", _("Rename")), ("overwrite", _("Replace"))]
        self.exists = Segmented(segments, _("If it exists"))
        self.recursive = ToggleSwitch(True, _("Keep sub-folders"))
        self.metadata = ToggleSwitch(True, _("Keep date, camera and profile"))
        self.gps = ToggleSwitch(not desk.settings.value.keep_gps, _("Drop the place (GPS)"))
        self._lay_out()
        self._connect()
        self._good = self._options()
        self._good_save = self._save()
        self._refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(FormRow(_("Folder"), self.folder, self.browse))
        column.addWidget(FormRow(_("Name"), self.name))
        column.addWidget(FormRow("", self.example))
        column.addWidget(FormRow(_("Format"), self.format, self.quality))
        column.addWidget(FormRow(_("If it exists"), self.exists))
        for text, toggle in (
            (_("Keep sub-folders"), self.recursive),
            (_("Keep date, camera and profile"), self.metadata),
            (_("Drop the place (GPS)"), self.gps),
        ):
            row = QHBoxLayout()
            row.addWidget(Label(text, wrap=True), 1)
            row.addWidget(toggle)
            column.addLayout(row)
        self.recursive.setToolTip(_("Pictures of sub-folders are taken too; the results keep the same folders."))
        column.addWidget(Label(_("Your originals are never changed."), 11, color="text3", wrap=True))

    def _connect(self) -> None:
        self.browse.clicked.connect(self._browse)
        self.folder.changed.connect(self._edited)
        self.name.changed.connect(self._edited)
        self.format.chosen.connect(self._edited)
        self.quality.changed.connect(self._edited)
        self.exists.chosen.connect(self._edited)
        for toggle in (self.recursive, self.metadata, self.gps):
            toggle.toggled.connect(self._edited)

    # Values

    @property
    def options(self) -> BatchOptions:
        return self._good

    @property
    def save(self) -> SaveOptions:
        return self._good_save

    @property
    def error(self) -> str:
        """Why what is written cannot be used; "" when it can."""
        return self.name.error or self.folder.error

    def _options(self) -> BatchOptions:
        folder = self.folder.text().strip()
        return BatchOptions(
            output=os.path.join(os.path.expanduser(folder), "") if folder else "",
            recursive=self.recursive.isChecked(),
            name=self.name.text().strip() or USUAL_NAME,
            exists=self.exists.current,
        )

    def _save(self) -> SaveOptions:
        format_id = self.format.current
        metadata = "none" if not self.metadata.isChecked() else "no-gps" if self.gps.isChecked() else "keep"
        quality = int(self.quality.value) if format_id in _LOSSY else None
        return SaveOptions(
            format=format_id, quality=quality, metadata=metadata, ai_mark=self.desk.settings.value.ai_mark
        )

    def state(self) -> dict[str, object]:
        return {"options": self._good.to_json(), "save": self._good_save.to_json()}

    def restore(self, state: object) -> None:
        """Raises UserError for what is not understood."""
        if not isinstance(state, dict):
            return
        options = BatchOptions.from_json(state.get("options", {}))
        save = SaveOptions.from_json(state.get("save", {}))
        self.folder.set_text(options.output.rstrip("/\\") if len(options.output) > 1 else options.output)
        self.name.set_text(options.name)
        self.format.set_current(save.format)
        self.quality.set_value(save.quality or _USUAL_QUALITY)
        self.exists.set_current(options.exists)
        for toggle, on in (
            (self.recursive, options.recursive),
            (self.metadata, save.metadata != "none"),
            (self.gps, save.metadata == "no-gps"),
        ):
            toggle.blockSignals(True)
            toggle.setChecked(on)
            toggle.blockSignals(False)
        self._edited()

    def set_example(self, values: dict[str, str], extension: str) -> None:
        """A picture to show the name with: FIELDS → words."""
        self._example, self._extension = values, extension
        self._refresh()

    @Slot()
    def _edited(self) -> None:
        self._refresh()
        if self.error:
            return
        options, save = self._options(), self._save()
        if (options, save) != (self._good, self._good_save):
            self._good, self._good_save = options, save
            self.changed.emit()

    def _refresh(self) -> None:
        template = self.name.text().strip() or USUAL_NAME
        said = template_error(template)
        self.name.set_error(said)
        self.quality.setVisible(self.format.current in _LOSSY)
        self.gps.setEnabled(self.metadata.isChecked())
        folder = os.path.expanduser(self.folder.text().strip())
        relative = bool(folder) and not os.path.isabs(folder)
        self.folder.set_error(_("Say the whole path of the folder.") if relative else "")
        self.example.setVisible(not said)
        if not said:
            values = {**dict.fromkeys(FIELDS, ""), **_EXAMPLE, **self._example}
            extension = self._extension if self.format.current == "keep" else _extension_of(self.format.current)
            self.example.set_text(file_name(template, values, extension))

    @Slot()
    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder for the results"), self.folder.text())
        if chosen:
            self.folder.set_text(chosen)
            self._edited()


_EXAMPLE = {
    "stem": "IMG_4112", "ext": "jpg", "model": "photo", "scale": "2", "n": "1", "date": "2026-07-01",
    "width": "8064", "height": "6048",
}  # fmt: skip


def _extension_of(format_id: str) -> str:
    return next(one.extension for one in formats() if one.id == format_id)
