"""Yes or no: a toggle."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.params import Parameter, Switch
from ganstudio.core.text import _
from ganstudio.ui.fields.context import FieldContext
from ganstudio.ui.fields.field import Field
from ganstudio.ui.widgets.toggle import ToggleSwitch


class SwitchField(Field):
    KIND = Switch

    def __init__(self, parameter: Parameter, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parameter, context, parent)
        self._toggle = ToggleSwitch(bool(parameter.default), _(parameter.label), self)
        self.setFocusProxy(self._toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignVCenter)
        self._toggle.toggled.connect(self._toggled)

    def _show(self, value: Any) -> None:
        self._toggle.blockSignals(True)
        self._toggle.setChecked(value)
        self._toggle.blockSignals(False)

    @Slot(bool)
    def _toggled(self, on: bool) -> None:
        self._take(on)


FIELD = SwitchField
