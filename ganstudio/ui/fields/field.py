"""Field: the widget of one parameter. It holds a value that its Kind allows, whatever is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Kind, Parameter
from ganstudio.core.text import _
from ganstudio.ui.fields.context import FieldContext

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk


class Field(QWidget):
    """`changed(value)` after each change by the person, never by `set_value`. `wide`: the label goes above."""

    KIND: type[Kind]
    changed = Signal(object)
    wide = False

    def __init__(self, parameter: Parameter, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.context = context
        self._value = parameter.default
        self.setToolTip(_(parameter.help))
        self.setAccessibleName(_(parameter.label))
        self.setAccessibleDescription(_(parameter.help))

    def attach(self, desk: Desk) -> None:
        """Called once after it was made, for fields that need the window's services (models, files)."""

    @property
    def value(self) -> Any:
        return self._value

    @property
    def is_default(self) -> bool:
        return self._value == self.parameter.default

    @property
    def subject(self) -> str:
        """What a result is called after, where it is this field's value; "" otherwise."""
        return ""

    def others(self, most: int) -> list[tuple[str, Any]]:
        """Titles and values worth trying beside the chosen one."""
        return []

    def set_value(self, value: Any) -> None:
        """Show a value. Raises UsageError for one that the Kind does not allow."""
        self._value = self.parameter.kind.check(value)
        self._show(self._value)

    def set_context(self, context: FieldContext) -> None:
        """Another picture is in front."""
        self.context = context

    def _show(self, value: Any) -> None:
        """Bring the widgets in line with a value, without signals."""
        raise NotImplementedError

    def _take(self, value: Any) -> str:
        """A value the person gave: kept and told if it is allowed, else the sentence that says why not."""
        try:
            checked = self.parameter.kind.check(value)
        except UsageError as error:
            return str(error)
        if checked != self._value:
            self._value = checked
            self.changed.emit(checked)
        return ""
