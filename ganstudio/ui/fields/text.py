"""A text: one line, taken when it is left or with Enter."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Parameter, Text
from ganstudio.core.text import _
from ganstudio.ui.fields.context import FieldContext
from ganstudio.ui.fields.field import Field
from ganstudio.ui.widgets.textfield import TextField


class TextLine(Field):
    """Also the widget of any Kind that is best written: what is typed goes through the Kind's `parse`."""

    KIND = Text

    def __init__(self, parameter: Parameter, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parameter, context, parent)
        self._field = TextField("", _(parameter.label), self)
        self.setFocusProxy(self._field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._field)
        self._show(parameter.default)
        self._field.entered.connect(self._entered)

    def _show(self, value: Any) -> None:
        self._field.set_text(self._written(value))
        self._field.set_error("")

    def _written(self, value: Any) -> str:
        return self.parameter.kind.text(value)

    def _read(self, text: str) -> Any:
        return self.parameter.kind.parse(text)

    @Slot(str)
    def _entered(self, text: str) -> None:
        try:
            value = self._read(text)
        except UsageError as error:
            self._field.set_error(str(error))
            return
        self._field.set_error(self._take(value))


FIELD = TextLine
