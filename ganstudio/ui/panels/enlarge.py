"""Enlarge: 2×, 3×, 4× or a number of one's own in ×, %, px or cm; what comes out is said below."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.errors import UsageError
from ganstudio.core.text import _
from ganstudio.ui.fields.context import USUAL_DPI, FieldContext
from ganstudio.ui.fields.enlarging import CHIPS, CM_PER_INCH, UNITS, Enlargement, number_in, of_number
from ganstudio.ui.panels.labels import GUTTER
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.label import ElidedLabel, Label
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.segmented import Segmented
from ganstudio.ui.widgets.select import Select

CUSTOM = "custom"
_RANGES = {"×": (0.05, 16.0, 2), "%": (5.0, 1600.0, 0), "px": (1.0, 1_000_000.0, 0), "cm": (0.1, 10_000.0, 1)}
_NO_PICTURE = (1000, 1000)


class EnlargeField(QWidget):
    """`changed(Enlargement)` by the person."""

    changed = Signal(object)

    def __init__(self, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._own = 2.0
        self._value = Enlargement()
        self._editing_custom = False
        chips = [(f"{chip:g}", f"{chip:g}×") for chip in CHIPS]
        self.chips = Segmented([*chips, (CUSTOM, _("Custom"))], _("Enlarge"), self)
        self.number = NumberField(*_RANGES["×"][:2], 2.0, "", 2, name=_("How much larger"), parent=self)
        self.unit = Select([(unit, unit) for unit in UNITS], _("Unit"), self)
        self.dpi = NumberField(10, 2400, USUAL_DPI, "dpi", name=_("Dots per inch"), parent=self)
        self.result = ElidedLabel("", size=11, color="text3", parent=self)
        self._error = Label("", 11, color="err", wrap=True, parent=self)
        self._custom = QWidget(self)
        self._arrange()
        self.chips.chosen.connect(self._chip)
        self.number.changed.connect(self._numbered)
        self.unit.chosen.connect(self._unit_chosen)
        self.dpi.changed.connect(self._numbered)
        self._show()

    def _arrange(self) -> None:
        row = QHBoxLayout(self._custom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget, stretch in ((self.number, 3), (self.unit, 2), (self.dpi, 3)):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(GUTTER, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.chips, self._custom, self.result, self._error):
            column.addWidget(widget)
        self._error.hide()
        self.setFocusProxy(self.chips)

    @property
    def value(self) -> Enlargement:
        return self._value

    def set_value(self, value: Enlargement) -> None:
        self._value = value
        self._show()

    def set_own(self, factor: float) -> None:
        """The factor in force while nothing is chosen (the model's)."""
        if factor != self._own:
            self._own = factor
            self._show()

    def set_context(self, context: FieldContext) -> None:
        self._context = context
        self._show()

    def set_result(self, size: tuple[int, int] | None, trouble: str = "") -> None:
        """What comes out, or why nothing can."""
        self._error.setText(trouble)
        self._error.setVisible(bool(trouble))
        self.result.setVisible(size is not None)
        if size is None:
            return
        dpi = self.dpi.value
        across, down = (wording.number(side / dpi * CM_PER_INCH, 1 if side / dpi < 4 else 0) for side in size)
        paper = _("{width} × {height} cm at {dpi} dpi").format(width=across, height=down, dpi=wording.number(dpi))
        self.result.set_text(f"{wording.size_px(*size)}     {paper}")

    def _size(self) -> tuple[int, int]:
        header = self._context.header
        return _NO_PICTURE if header is None else (header.width, header.height)

    def _show(self) -> None:
        chip = self._value.chip
        if chip is None and self._value == Enlargement() and self._own in CHIPS:
            chip = self._own
        if chip is not None and not self._editing_custom:
            self.chips.set_current(f"{chip:g}")
        else:
            self.chips.set_current(CUSTOM)
        custom = self.chips.current == CUSTOM
        self._custom.setVisible(custom)
        unit = self.unit.current
        self.dpi.setVisible(unit == "cm")
        low, high, decimals = _RANGES[unit]
        self.number.set_range(low, high)
        self.number.set_unit("", decimals)
        self.number.set_value(round(number_in(self._value, unit, *self._size(), self._own, self.dpi.value), decimals))

    @Slot(str)
    def _chip(self, chosen: str) -> None:
        self._editing_custom = chosen == CUSTOM
        if not self._editing_custom:
            self._take(Enlargement(scale=float(chosen)))
        self._show()
        if self._editing_custom:
            self.number.setFocus()
            self.number.selectAll()

    @Slot(str)
    def _unit_chosen(self, unit: str) -> None:
        self._editing_custom = True
        self._show()

    @Slot(float)
    def _numbered(self, number: float) -> None:
        try:
            self._take(of_number(self.number.value, self.unit.current, self.dpi.value))
        except UsageError as error:
            self.set_result(None, str(error))

    def _take(self, value: Enlargement) -> None:
        if value != self._value:
            self._value = value
            self.changed.emit(value)
