"""Crop by numbers: where the rectangle begins and how large it is. By eye it is drawn with the crop tool."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from ganstudio.core.document import Rect, crop
from ganstudio.core.text import _
from ganstudio.ui.documents.dialog import Dialog
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.select import Select

if TYPE_CHECKING:
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument

_SHAPES = {"": 0.0, "1:1": 1.0, "5:4": 1.25, "4:3": 4 / 3, "3:2": 1.5, "16:9": 16 / 9}


class CropDialog(Dialog):
    """Layers keep what lies outside: cropping can be taken back as long as the project is open."""

    def __init__(self, documents: Documents, document: OpenDocument, parent: QWidget | None = None) -> None:
        super().__init__(_("Crop"), parent or documents.widget, wide=380)
        self.document = document
        width, height = document.state.width, document.state.height
        self._size = (width, height)
        names = (_("Left"), _("Top"), _("Width"), _("Height"))
        self.fields = [
            NumberField(low, high, value, "px", 0, whole=True, name=name)
            for name, low, high, value in zip(
                names, (0, 0, 1, 1), (width - 1, height - 1, width, height), (0, 0, width, height), strict=True
            )
        ]
        shapes = [(key, key.replace(":", " : ") if key else _("Free")) for key in _SHAPES]
        self.shape = Select(shapes, _("Shape"))
        self.size_line = Label("", color="text2", wrap=True)
        grid = self.add_grid()
        for at, (name, widget) in enumerate([(_("Shape"), self.shape), *zip(names, self.fields, strict=True)]):
            label = Label(name)
            label.setBuddy(widget)
            grid.addWidget(label, at, 0)
            grid.addWidget(widget, at, 1)
        self.body.addWidget(self.size_line)
        self.add_button(_("Cancel"), self.close)
        self.apply_button = self.add_button(_("Crop"), self.apply, "primary")
        self.shape.chosen.connect(self._shape_chosen)
        for number, field in enumerate(self.fields):
            field.changed.connect(partial(self._entered, number))
        documents.closed.connect(self._closed)
        document.changed.connect(self._document_changed)
        self._show()
        self.fields[2].setFocus()

    @property
    def wanted(self) -> Rect:
        """What stays, inside the canvas."""
        left, top, width, height = (round(field.value) for field in self.fields)
        return Rect(left, top, left + width, top + height).clipped(Rect(0, 0, *self._size))

    def _entered(self, number: int, _value: float) -> None:
        ratio = _SHAPES[self.shape.current]
        if ratio and number in (2, 3):
            ratio = ratio if self._size[0] >= self._size[1] else 1 / ratio
            width, height = self.fields[2], self.fields[3]
            if number == 2:
                height.set_value(max(1, round(width.value / ratio)))
            else:
                width.set_value(max(1, round(height.value * ratio)))
        self._show()

    @Slot(str)
    def _shape_chosen(self, key: str) -> None:
        """The largest of that shape, in the middle; upright pictures take it upright."""
        ratio = _SHAPES[key]
        if not ratio:
            return
        width, height = self._size
        ratio = ratio if width >= height else 1 / ratio
        wide = min(width, max(1, round(height * ratio)))
        high = min(height, max(1, round(wide / ratio)))
        for field, value in zip(self.fields, ((width - wide) // 2, (height - high) // 2, wide, high), strict=True):
            field.set_value(value)
        self._show()

    def _show(self) -> None:
        rect = self.wanted
        self.size_line.setText(wording.size_px(rect.width, rect.height))
        same = rect == Rect(0, 0, *self._size)
        self.apply_button.set_possible(not same and not rect.empty, _("That is the whole picture"))

    @Slot()
    def apply(self) -> None:
        self.focusNextChild()  # what is being typed counts
        rect = self.wanted
        if not rect.empty and rect != Rect(0, 0, *self._size):
            self.document.do(crop(self.document.state, rect))
        self.close()

    @Slot(object)
    def _closed(self, document: object) -> None:
        if document is self.document:
            self.close()

    @Slot(object)
    def _document_changed(self, _change: object) -> None:
        if (self.document.state.width, self.document.state.height) != self._size:
            self.close()
