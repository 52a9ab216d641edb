"""A field for a number with its unit: takes sums, other units and "max"; arrows and wheel step it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ganstudio.core.text import _
from ganstudio.ui.theme import theme

from .number_text import evaluate
from .textfield import LineEdit
from .wording import with_unit


class NumberField(LineEdit):
    """`changed(value)` after each step and entry that differs; a wrong entry gets the err line and a tooltip, the
    last good value stays in force, Esc brings it back. `shown` is what a value is multiplied by for the eye
    (100 for a share that is shown in per cent)."""

    changed = Signal(float)
    wrong_entry = Signal(str)  # the sentence; "" when it is right again

    def __init__(
        self,
        low: float,
        high: float,
        value: float,
        unit: str = "",
        decimals: int = 0,
        *,
        step: float | None = None,
        whole: bool = False,
        shown: float = 1.0,
        units: dict[str, float] | None = None,
        name: str = "",
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._low, self._high, self._value = low, high, value
        self._unit, self._decimals, self._shown, self._units = unit, decimals, shown, units
        self._step = step if step is not None else 10**-decimals / shown
        self._small, self._whole = small, whole
        super().__init__(parent=parent)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("plain", small)
        self.setProperty("tight", small)
        self.set_height(20 if small else 28)
        self.returnPressed.connect(self._entered)
        self.editingFinished.connect(self._entered)
        self._show()

    @property
    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Shows a value without a signal; it is not clamped, the caller knows."""
        self._value = value
        self._show()

    def set_range(self, low: float, high: float) -> None:
        self._low, self._high = low, high

    def set_unit(self, unit: str, decimals: int, units: dict[str, float] | None = None, shown: float = 1.0) -> None:
        self._unit, self._decimals, self._units, self._shown = unit, decimals, units, shown
        self._show()

    def step_by(self, steps: float) -> None:
        """As the arrows do: so many steps, clamped to the range."""
        self._take(self._value + steps * self._step)

    def _show(self) -> None:
        self.setText(with_unit(self._value * self._shown, self._unit, self._decimals))
        self.setCursorPosition(0)
        self._tell("")

    def _tell(self, sentence: str) -> None:
        was, now = self.wrong, bool(sentence)
        self.set_wrong(now)
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        if was or now:
            self.wrong_entry.emit(sentence)

    def _take(self, value: float) -> None:
        clamped = min(self._high, max(self._low, value))
        rounded = float(round(clamped)) if self._whole else round(clamped * self._shown, 6) / self._shown
        differs = rounded != self._value
        self._value = rounded
        self._show()
        if differs:
            self.changed.emit(rounded)

    def _entered(self) -> None:
        if self.text() == with_unit(self._value * self._shown, self._unit, self._decimals):
            self._tell("")
            return
        low, high = self._low * self._shown, self._high * self._shown
        try:
            written = evaluate(self.text(), self._unit, low, high, self._units)
        except ValueError:
            self._tell(_("“{text}” is not a number.").format(text=self.text()))
            return
        if not low - 1e-9 <= written <= high + 1e-9:
            words = [with_unit(end, self._unit, self._decimals) for end in (low, high)]
            self._tell(_("It must lie between {low} and {high}.").format(low=words[0], high=words[1]))
            return
        self._take(written / self._shown)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(52 if self._small else 76), theme().px(self._high_px()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _high_px(self) -> int:
        return 20 if self._small else 28

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        many = {
            Qt.Key.Key_Up: 0.1 if large else 1.0,
            Qt.Key.Key_Down: -0.1 if large else -1.0,
            Qt.Key.Key_PageUp: 10.0,
            Qt.Key.Key_PageDown: -10.0,
        }.get(Qt.Key(event.key()))
        if many is not None:
            self.step_by(many)
        elif event.key() == Qt.Key.Key_Escape and (self.wrong or self.isModified()):
            self._show()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if not self.isEnabled() or not (self.hasFocus() or alt):
            event.ignore()
            return
        turned = event.angleDelta().y() or event.angleDelta().x()
        self.step_by(1 if turned > 0 else -1)
        event.accept()
