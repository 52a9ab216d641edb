"""A small panel over a direction: which layers it moves."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.explore.layer_range import LayerRange, layers_words
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.label import Label


class LayersPopup(QFrame):
    """`chosen(first, last)` each time a stretch was drawn; goes away with a click elsewhere or Esc."""

    chosen = Signal(int, int)

    def __init__(self, count: int, first: int, last: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Layers"))
        self._count = count
        self.range = LayerRange(count)
        self.range.set_value(first, last)
        self.words = Label(layers_words(first, last, count), 11, color="text2")
        ends = QHBoxLayout()
        ends.addWidget(Label(_("Coarse"), 11, color="text3"))
        ends.addStretch(1)
        ends.addWidget(self.words)
        ends.addStretch(1)
        ends.addWidget(Label(_("Fine"), 11, color="text3"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.range)
        column.addLayout(ends)
        self.range.changed.connect(self._changed)
        self.range.committed.connect(self.chosen)

    def open_at(self, place: QPoint, width: int) -> None:
        self.setFixedWidth(max(width, theme().px(220)))
        self.adjustSize()
        self.move(place)
        self.show()
        self.range.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(int, int)
    def _changed(self, first: int, last: int) -> None:
        self.words.setText(layers_words(first, last, self._count))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = draw.begin(QPainter(self))
        painter.fillRect(self.rect(), theme().now.panel)
        draw.box(painter, self.rect(), None, theme().now.edge, 0)
