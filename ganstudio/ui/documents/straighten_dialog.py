"""Straighten: turn the picture by any angle, and cut it to what is filled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from ganstudio.core.document import Edit, State
from ganstudio.core.document.straighten import filled, straighten
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.documents import edits
from ganstudio.ui.documents.dialog import Dialog, row
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.slider import Slider
from ganstudio.ui.widgets.toggle import ToggleSwitch

if TYPE_CHECKING:
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument


class StraightenDialog(Dialog):
    """Nothing is turned before *Turn* is pressed."""

    def __init__(self, documents: Documents, document: OpenDocument, parent: QWidget | None = None) -> None:
        super().__init__(_("Straighten"), parent or documents.widget, wide=400)
        self.document = document
        self.angle = Slider(
            -15, 15, 0, step=0.1, default=0, unit="°", decimals=1, centre=0, label=_("Angle, clockwise"), hard=(-45, 45)
        )
        self.cut = ToggleSwitch(True, _("Cut off empty corners"))
        self.size_line = Label("", color="text2", wrap=True)
        self.body.addWidget(self.angle)
        grid = self.add_grid()
        row(grid, _("Cut off empty corners"), self.cut)
        self.body.addWidget(self.size_line)
        self.add_button(_("Cancel"), self.close)
        self.apply_button = self.add_button(_("Turn"), self.apply, "primary")
        self.angle.changed.connect(self._show)
        self.cut.toggled.connect(self._show)
        documents.closed.connect(self._closed)
        self._show()
        self.angle.setFocus()

    @Slot()
    def _show(self, _value: object = None) -> None:
        state = self.document.state
        size = (state.width, state.height)
        if self.cut.isChecked():
            size = filled(*size, self.angle.value)
        self.size_line.setText(wording.size_px(*size))
        self.apply_button.set_possible(self.angle.value != 0, _("The angle is 0"))

    @Slot()
    def apply(self) -> None:
        self.focusNextChild()  # what is being typed counts
        if self.angle.value:
            edits.start(self.document, partial(turned, self.angle.value, self.cut.isChecked()))
        self.close()

    @Slot(object)
    def _closed(self, document: object) -> None:
        if document is self.document:
            self.close()


def turned(degrees: float, cut: bool, state: State, progress: Progress) -> Edit:
    """The edit; `progress` is told of the rows."""
    progress.set_total(sum(plane.height for layer in state.layers for plane in layer.planes))
    return straighten(state, degrees, progress, cut=cut)
