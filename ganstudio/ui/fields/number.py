"""A number: a slider with its field where the range is one to look over, else a field alone."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.params import Number, Parameter
from ganstudio.core.text import _
from ganstudio.ui.fields.context import FieldContext
from ganstudio.ui.fields.field import Field
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.slider import Slider

WIDEST_SLIDER = 2000  # steps; beyond, a pixel of the track would mean too much
LOG_FROM = 50  # a range this many times its lower end gets a logarithmic track


class NumberValue(Field):
    """`wide` (with a slider) shows its label itself."""

    KIND = Number

    def __init__(self, parameter: Parameter, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parameter, context, parent)
        kind = parameter.kind
        assert isinstance(kind, Number)
        label = _(parameter.label)
        low, high = kind.soft or (kind.low, kind.high)
        decimals = 0 if kind.whole else (2 if high - low <= 20 else 1)
        self.wide = (high - low) * (1 if kind.whole else 10**decimals) <= WIDEST_SLIDER
        if self.wide:
            step = 1.0 if kind.whole else _nice_step(high - low)
            log = not kind.whole and low > 0 and high / low >= LOG_FROM
            centre = parameter.default if low < parameter.default < high and parameter.default in (0, 1) else None
            self._widget: Slider | NumberField = Slider(
                low, high, parameter.default, step=step, default=parameter.default, unit=kind.unit,
                decimals=decimals, log=log, centre=centre, label=label, hard=(kind.low, kind.high), whole=kind.whole,
                parent=self,
            )  # fmt: skip
            self._widget.changed.connect(self._changed)
        else:
            hard = kind.low, kind.high
            self._widget = NumberField(*hard, parameter.default, kind.unit, decimals, name=label, parent=self)
            self._widget.changed.connect(self._changed)
        self.setFocusProxy(self._widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if not self.wide:
            row.addStretch(1)
        row.addWidget(self._widget, 1 if self.wide else 0)

    def _show(self, value: Any) -> None:
        self._widget.set_value(value)

    @Slot(float)
    def _changed(self, value: float) -> None:
        kind = self.parameter.kind
        assert isinstance(kind, Number)
        self._take(round(value) if kind.whole else value)


def _nice_step(span: float) -> float:
    """A hundredth of the range, as 1, 2 or 5 of a power of ten."""
    rough = span / 100
    power = 10 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


FIELD = NumberValue
