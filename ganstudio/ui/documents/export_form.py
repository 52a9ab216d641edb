"""The settings of an export: format and its own settings, metadata, the mark, the profile."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.codecs import SaveOptions
from ganstudio.core.codecs.planning import formats
from ganstudio.core.document import flattened, source_type
from ganstudio.core.errors import UsageError
from ganstudio.core.text import N_, _
from ganstudio.ui.documents.dialog import BETWEEN, LABELS, row
from ganstudio.ui.documents.exporting import format_of, usual_options
from ganstudio.ui.documents.profiles import convertible, name_of
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.segmented import Segmented
from ganstudio.ui.widgets.select import Select
from ganstudio.ui.widgets.slider import Slider
from ganstudio.ui.widgets.toggle import ToggleSwitch

if TYPE_CHECKING:
    from ganstudio.core.document import State
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.open_document import OpenDocument

REMEMBERED = "export.options"
_FOR = {
    "png": N_("Exact, for editing on and for drawings"),
    "jpg": N_("Small, opens everywhere"),
    "webp": N_("Smaller than JPEG, for the web; exact if wanted"),
    "tiff": N_("Exact, for printing and other editors"),
    "avif": N_("Smallest, newer programs open it"),
}
_MARKS = {
    "algorithmicallyEnhanced": N_("The file will say: enhanced by an algorithm."),
    "compositeWithTrainedAlgorithmicMedia": N_("The file will say: in part made by a trained model."),
    "trainedAlgorithmicMedia": N_("The file will say: made by a trained model."),
}
_INVENTED = ("compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia")


class ExportForm(QWidget):
    """`changed` after each change by the person. `options` and `srgb` say what was chosen for `state`."""

    changed = Signal()

    def __init__(self, desk: Desk, document: OpenDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        start = _first_options(desk, document)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(BETWEEN)
        grid.setVerticalSpacing(BETWEEN + 4)
        grid.setColumnMinimumWidth(0, LABELS)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self._rows: dict[str, list[QWidget]] = {}
        self.format = Select([(one.id, f"{one.title}") for one in formats()], _("Format"))
        self._for = Label("", 11, color="text3", wrap=True)
        self._add(grid, "format", _("Format"), self.format)
        self._add(grid, "for", "", self._for)
        self._add_settings(grid, start)
        self._add_contents(grid, start)
        self.format.set_current(start.format)
        self.format.chosen.connect(self._format_chosen)
        self.set_state(document.state)

    def _add(self, grid: QGridLayout, key: str, name: str, widget: QWidget) -> None:
        label = row(grid, name, widget)
        if not name:
            widget.setAccessibleName(widget.accessibleName() or key)
        self._rows[key] = [label, widget]

    def _add_settings(self, grid: QGridLayout, start: SaveOptions) -> None:
        usual = float(start.quality or 90)
        self.exact = ToggleSwitch(start.quality is None, _("Exact"))
        self.quality = Slider(1, 100, usual, step=1, default=usual, whole=True, label=_("Quality"))
        self.smallest = ToggleSwitch(start.effort == "smallest", _("Pack harder"))
        self.background = Select(
            [("#ffffff", _("White")), ("#808080", _("Grey")), ("#000000", _("Black"))], _("Transparent parts")
        )
        self._add(grid, "exact", _("Exact"), self.exact)
        grid.addWidget(self.quality, grid.rowCount(), 0, 1, 2)
        self._rows["quality"] = [self.quality]
        self._add(grid, "smallest", _("Pack harder"), self.smallest)
        self._add(grid, "background", _("Transparent parts"), self.background)
        self.smallest.setToolTip(_("Slower; the picture is the same and the file somewhat smaller"))
        self.exact.toggled.connect(self._toggled)
        self.smallest.toggled.connect(self._toggled)
        self.quality.committed.connect(self._told)
        self.background.chosen.connect(self._told)

    def _add_contents(self, grid: QGridLayout, start: SaveOptions) -> None:
        self.metadata = Segmented(
            [("keep", _("Keep")), ("no-gps", _("Without the place")), ("none", _("Drop"))], _("Metadata")
        )
        self.metadata.set_current(start.metadata)
        self.metadata.chosen.connect(self._told)
        self._add(grid, "metadata", _("Metadata"), self.metadata)
        self.profile = Select([], _("Colour profile"))
        self.profile.chosen.connect(self._told)
        self._add(grid, "profile", _("Colour profile"), self.profile)
        self.mark = ToggleSwitch(start.ai_mark, _("Say that a model made it"))
        self.mark.toggled.connect(self._toggled)
        self.mark_says = Label("", 11, color="text3", wrap=True)
        line = QHBoxLayout()
        line.setSpacing(BETWEEN)
        line.addWidget(Label(_("Say that a model made it")), 1)
        line.addWidget(self.mark)
        at = grid.rowCount()
        grid.addLayout(line, at, 0, 1, 2)
        grid.addWidget(self.mark_says, at + 1, 0, 1, 2)

    def set_state(self, state: State) -> None:
        """What is to be exported has changed."""
        self._state, self._header = state, flattened(state).header
        self._kind = source_type(state)
        self.mark.setEnabled(bool(self._kind))
        profiles = [("keep", name_of(state.meta.icc))]
        if convertible(state.meta.icc, self._header.depth):
            profiles.append(("srgb", "sRGB"))
        self.profile.set_options(profiles)
        self._show_rows()

    @property
    def options(self) -> SaveOptions:
        chosen = format_of(self.format.current)
        exact = not chosen.lossy or (chosen.lossless and self.exact.isChecked())
        return SaveOptions(
            format=chosen.id,
            quality=None if exact else round(self.quality.value),
            effort="smallest" if self.smallest.isChecked() else "fast",
            metadata=self.metadata.current,
            alpha_background=self.background.current,
            ai_mark=self.mark.isChecked(),
        )

    @property
    def srgb(self) -> bool:
        return self.profile.current == "srgb"

    def set_format(self, id: str) -> None:
        """As if it had been chosen: what the name's suffix says."""
        if id != self.format.current:
            self.format.set_current(id)
            self._format_chosen(id)

    @Slot(str)
    def _format_chosen(self, id: str) -> None:
        chosen = format_of(id)
        if chosen.lossy and not self.exact.isChecked():
            self.quality.set_value({"avif": 80.0}.get(id, 92.0))
        self._show_rows()
        self.changed.emit()

    @Slot(bool)
    def _toggled(self, _on: bool) -> None:
        self._show_rows()
        self.changed.emit()

    @Slot()
    def _told(self, *_value: Any) -> None:
        self.changed.emit()

    def _show_rows(self) -> None:
        chosen = format_of(self.format.current)
        exact = not chosen.lossy or (chosen.lossless and self.exact.isChecked())
        alpha = self._header.has_alpha and not any(count in chosen.channels for count in (2, 4))
        visible = {
            "exact": chosen.lossy and chosen.lossless,
            "quality": not exact,
            "smallest": chosen.id != "jpg",
            "background": alpha,
        }
        for key, shown in visible.items():
            for widget in self._rows[key]:
                widget.setVisible(shown)
        self._for.setText(_(_FOR[chosen.id]))
        if not self._kind:
            said = _("Nothing that shows was made by a model: there is nothing to say.")
        elif self.mark.isChecked():
            said = _(_MARKS.get(self._kind, _MARKS["compositeWithTrainedAlgorithmicMedia"]))
            said += " " + _("This is the IPTC note; it is not signed (no C2PA).")
        else:
            said = _("The file will not say how it was made. Some countries ask for that.")
        if self._kind in _INVENTED:
            said += " " + _("Detail in faces and text may be invented: it proves nothing.")
        self.mark_says.setText(said)


def _first_options(desk: Desk, document: OpenDocument) -> SaveOptions:
    """What was chosen last, in the format of the opened file where nothing was."""
    usual = usual_options(document.header)
    settings = desk.settings.value
    kept = desk.settings.remembered(REMEMBERED)
    if isinstance(kept, dict):
        with contextlib.suppress(UsageError):
            usual = SaveOptions.from_json(kept)
    if usual.format == "keep":
        usual = usual_options(document.header)
    metadata = usual.metadata if settings.keep_gps or usual.metadata != "keep" else "no-gps"
    return replace(usual, metadata=metadata, ai_mark=settings.ai_mark)
