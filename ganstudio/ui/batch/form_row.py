"""A row of a form: the label before what is filled in, above it where the text is large."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QWidget

from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import ElidedLabel

_LABEL = 80
STACKED_FROM = 1.4  # times the usual text size


class FormRow(QWidget):
    """`label` may be empty: then the widgets stand where those of the other rows do."""

    def __init__(self, label: str, *widgets: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ElidedLabel(label, "end", 12, color="text2")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        fields = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fields.setSpacing(8)
        self._row.addWidget(self._label)
        self._row.addLayout(fields, 1)
        fields.addWidget(widgets[0], 1)
        for one in widgets[1:]:
            fields.addWidget(one)
        follow(self._restyle)

    def _restyle(self) -> None:
        stacked = theme().text_scale >= STACKED_FROM
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(4 if stacked else 8)
        self._label.setVisible(bool(self._label.text()) or not stacked)
        self._label.setMinimumWidth(0)
        self._label.setMaximumWidth(16777215)
        if not stacked:
            self._label.setFixedWidth(theme().px(_LABEL))
