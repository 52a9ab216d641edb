"""The list of layers, the highest first: choosing, order by dragging the handle or with Alt and the arrows."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.core.document import State
from ganstudio.core.text import _
from ganstudio.ui.edit.layers.row import INSET, LayerRow
from ganstudio.ui.edit.thumbs import Thumbs
from ganstudio.ui.theme import theme


class LayerList(QWidget):
    """Signals: `chosen(id)`, `moved(id, place)` with the place counted from below, and those of the rows."""

    chosen = Signal(str)
    moved = Signal(str, int)
    eye_pressed = Signal(str)
    lock_pressed = Signal(str)
    mask_pressed = Signal(str)
    renamed = Signal(str, str)
    menu_wanted = Signal(str, QPoint)
    opened = Signal(str)

    def __init__(self, thumbs: Thumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbs = thumbs
        self._rows: dict[str, LayerRow] = {}
        self._order: list[str] = []  # as shown, the highest first
        self._target: int | None = None  # while dragging: before which row it would go
        self._line = _Line(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.setAccessibleName(_("Layers"))

    def show_state(self, state: State, chosen: str, masking: bool, original: State) -> None:
        """Bring rows in line with a document, `original` when it was opened; rows of layers that stay are kept, with
        their focus."""
        opened = {layer.id: (layer.pixels.width, layer.pixels.height) for layer in original.layers}
        order = [layer.id for layer in reversed(state.layers)]
        for layer_id in [one for one in self._rows if one not in order]:
            gone = self._rows.pop(layer_id)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for layer_id in order:
            if layer_id not in self._rows:
                self._rows[layer_id] = self._made(layer_id)
        if order != self._order:
            for place, layer_id in enumerate(order):
                self._column.removeWidget(self._rows[layer_id])
                self._column.insertWidget(place, self._rows[layer_id])
            for before, after in itertools.pairwise(order):
                QWidget.setTabOrder(self._rows[before], self._rows[after])
            self._order = order
        for layer in state.layers:
            is_chosen = layer.id == chosen
            size = opened.get(layer.id)
            self._rows[layer.id].show_layer(layer, state.meta.icc, is_chosen, is_chosen and masking, size)

    def row(self, layer_id: str) -> LayerRow | None:
        return self._rows.get(layer_id)

    def _made(self, layer_id: str) -> LayerRow:
        row = LayerRow(layer_id, self._thumbs, self)
        for name in ("chosen", "eye_pressed", "lock_pressed", "mask_pressed", "renamed", "menu_wanted", "opened"):
            getattr(row, name).connect(getattr(self, name))
        row.stepped.connect(self._step)
        row.walked.connect(self._walk)
        row.dragged.connect(self._drag)
        row.dropped.connect(self._drop)
        return row

    def _place(self, layer_id: str) -> int:
        """From below, as documents count."""
        return len(self._order) - 1 - self._order.index(layer_id)

    @Slot(str, int)
    def _step(self, layer_id: str, by: int) -> None:
        place = self._place(layer_id) + by
        if 0 <= place < len(self._order):
            self.moved.emit(layer_id, place)

    @Slot(str, int)
    def _walk(self, layer_id: str, by: int) -> None:
        at = self._order.index(layer_id) - by
        if 0 <= at < len(self._order):
            self._rows[self._order[at]].setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(str, int)
    def _drag(self, layer_id: str, y: int) -> None:
        middles = [self._rows[one].geometry().center().y() for one in self._order]
        self._target = sum(y > middle for middle in middles)
        rows = [self._rows[one].geometry() for one in self._order]
        line = rows[0].top() if self._target == 0 else rows[self._target - 1].bottom() + 2
        self._line.setGeometry(INSET, max(line - 1, 0), self.width() - 2 * INSET, 2)
        self._line.raise_()
        self._line.show()

    @Slot(str)
    def _drop(self, layer_id: str) -> None:
        target, self._target = self._target, None
        self._line.hide()
        if target is None:
            return
        at = self._order.index(layer_id)
        above = target - (1 if target > at else 0)  # how many rows will be above it
        place = len(self._order) - 1 - above
        if above != at:
            self.moved.emit(layer_id, place)


class _Line(QWidget):
    """Where a dragged layer would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().now.accent_text)
