"""One of a few words: segments up to four short ones, else a select."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.params import Choice, Parameter
from ganstudio.core.text import _
from ganstudio.ui.fields.context import FieldContext
from ganstudio.ui.fields.field import Field
from ganstudio.ui.widgets.segmented import Segmented
from ganstudio.ui.widgets.select import Select

MOST_SEGMENTS = 4
LONGEST_SEGMENT = 10


class ChoiceField(Field):
    KIND = Choice

    def __init__(self, parameter: Parameter, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parameter, context, parent)
        kind = parameter.kind
        assert isinstance(kind, Choice)
        label = _(parameter.label)
        options = [(option, _(option.replace("_", " ").capitalize())) for option in kind.options]
        short = len(options) <= MOST_SEGMENTS and all(len(text) <= LONGEST_SEGMENT for _id, text in options)
        self._widget: Segmented | Select = Segmented(options, label, self) if short else Select(options, label, self)
        self.setFocusProxy(self._widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._widget)
        self._show(parameter.default)
        self._widget.chosen.connect(self._chosen)

    def _show(self, value: Any) -> None:
        self._widget.set_current(value)

    @Slot(str)
    def _chosen(self, option: str) -> None:
        self._take(option)


FIELD = ChoiceField
