"""Size: the picture at another size without a model; pixels, per cent, or centimetres at a resolution."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from ganstudio.core.document import Edit, State, resize
from ganstudio.core.document.tiles import LARGEST_PIXELS, LARGEST_SIDE
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.documents import edits
from ganstudio.ui.documents.dialog import BETWEEN, LABELS, Dialog
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument

_INCH = 2.54  # cm
_USUAL_DPI = 300.0
_UNITS = {"px": 0, "%": 1, "cm": 2}  # and their decimals


class ResizeDialog(Dialog):
    """Width and height are kept in pixels; the unit only says how they are shown and entered."""

    def __init__(self, documents: Documents, document: OpenDocument, parent: QWidget | None = None) -> None:
        super().__init__(_("Size"), parent or documents.widget, wide=380)
        self.document = document
        state = document.state
        self._from = (state.width, state.height)
        self._px = [float(state.width), float(state.height)]
        dpi = state.meta.dpi
        self._dpi = _USUAL_DPI if dpi is None or dpi[0] <= 0 else float(dpi[0])
        self._dpi_meant = False  # entered, or what centimetres were reckoned with: then the picture gets it
        self.unit = Segmented([(one, one) for one in _UNITS], _("Unit"))
        self.width_field = NumberField(0, LARGEST_SIDE, 1, name=_("Width"))
        self.height_field = NumberField(0, LARGEST_SIDE, 1, name=_("Height"))
        self.chain = Button(_("Keep the proportions"), "link", "icon", checkable=True, parent=self)
        self.chain.setChecked(True)
        self.dpi_field = NumberField(1, 10_000, self._dpi, "dpi", 0, name=_("Resolution"))
        self.size_line = Label("", color="text2", wrap=True)
        self._lay_out()
        self.unit.set_current("px")
        self.unit.chosen.connect(self._unit_chosen)
        self.width_field.changed.connect(partial(self._entered, 0))
        self.height_field.changed.connect(partial(self._entered, 1))
        self.chain.toggled.connect(self._chained)
        self.dpi_field.changed.connect(self._dpi_entered)
        documents.closed.connect(self._closed)
        document.changed.connect(self._document_changed)
        self._show()
        self.width_field.setFocus()
        self.width_field.selectAll()

    def _lay_out(self) -> None:
        grid: QGridLayout = self.add_grid()
        for at, (name, widget) in enumerate(
            ((_("Unit"), self.unit), (_("Width"), self.width_field), (_("Height"), self.height_field))
        ):
            label = Label(name)
            label.setBuddy(widget)
            grid.addWidget(label, at, 0)
            grid.addWidget(widget, at, 1)
        grid.addWidget(self.chain, 1, 2, 2, 1)
        label = Label(_("Resolution"))
        label.setBuddy(self.dpi_field)
        grid.addWidget(label, 3, 0)
        grid.addWidget(self.dpi_field, 3, 1)
        grid.setColumnMinimumWidth(0, LABELS)
        grid.setHorizontalSpacing(BETWEEN)
        self.body.addWidget(self.size_line)
        self.add_button(_("Cancel"), self.close)
        self.apply_button = self.add_button(_("Change the size"), self.apply, "primary")

    @property
    def wanted(self) -> tuple[int, int]:
        """The size in whole pixels."""
        return max(1, round(self._px[0])), max(1, round(self._px[1]))

    def _each(self, axis: int) -> float:
        """Pixels in one of the chosen unit."""
        return {"px": 1.0, "%": self._from[axis] / 100, "cm": self._dpi / _INCH}[self.unit.current]

    def _entered(self, axis: int, value: float) -> None:
        self._dpi_meant |= self.unit.current == "cm"
        self._px[axis] = max(1.0, value * self._each(axis))
        if self.chain.isChecked():
            self._px[1 - axis] = max(1.0, self._px[axis] * self._from[1 - axis] / self._from[axis])
        self._show()

    @Slot(bool)
    def _chained(self, on: bool) -> None:
        if on:
            self._px[1] = max(1.0, self._px[0] * self._from[1] / self._from[0])
            self._show()

    @Slot(float)
    def _dpi_entered(self, dpi: float) -> None:
        """In centimetres the print keeps its size and the pixels change; else the pixels stay."""
        self._dpi_meant = True
        if self.unit.current == "cm":
            self._px = [one * dpi / self._dpi for one in self._px]
        self._dpi = dpi
        self._show()

    @Slot(str)
    def _unit_chosen(self, _unit: str) -> None:
        self._show()

    def _show(self) -> None:
        unit = self.unit.current
        for axis, field in enumerate((self.width_field, self.height_field)):
            each = self._each(axis)
            field.set_range(1 / each, LARGEST_SIDE / each)
            field.set_unit(unit, _UNITS[unit])
            field.set_value(self._px[axis] / each)
        width, height = self.wanted
        print_size = [wording.number(one / self._dpi * _INCH, 1) for one in (width, height)]
        cm = _("{width} × {height} cm at {dpi} dpi").format(
            width=print_size[0], height=print_size[1], dpi=wording.count(self._dpi)
        )
        fits = width * height <= LARGEST_PIXELS and max(width, height) <= LARGEST_SIDE
        said = f"{wording.size_px(width, height)}   {cm}" if fits else _("That is larger than a picture can be.")
        self.size_line.setText(said)
        self.size_line.set_color("text2" if fits else "err")
        self.apply_button.set_possible(fits, "" if fits else said)

    @Slot()
    def apply(self) -> None:
        """Close, and make the edit; nothing happens to a picture that already has the size."""
        self.focusNextChild()  # what is being typed counts
        width, height = self.wanted
        dpi = (self._dpi, self._dpi) if self._dpi_meant else self.document.state.meta.dpi
        if (width, height) != self._from or dpi != self.document.state.meta.dpi:
            edits.start(self.document, partial(_resized, width, height, dpi))
        self.close()

    @Slot(object)
    def _closed(self, document: object) -> None:
        if document is self.document:
            self.close()

    @Slot(object)
    def _document_changed(self, change: object) -> None:
        """Another step changed the canvas: what was entered here meant another picture."""
        if (self.document.state.width, self.document.state.height) != self._from:
            self.close()


def _resized(width: int, height: int, dpi: tuple[float, float] | None, state: State, progress: Progress) -> Edit:
    progress.set_total(height * max(1, len(state.layers)))
    edit = resize(state, width, height, progress)
    new = replace(edit.state, meta=replace(edit.state.meta, dpi=dpi))
    return Edit(new, edit.change, edit.label)
