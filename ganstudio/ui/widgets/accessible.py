"""What screen readers hear of the painted widgets: role, value, range, and how to change them.

A widget takes part by the attributes of `Told`; `tell` announces a new value.
"""

from __future__ import annotations

from typing import Any, Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QAccessibleValueChangeEvent,
    QAccessibleValueInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import Shiboken, isValid


@runtime_checkable
class Told(Protocol):
    """A painted widget with a value."""

    spoken_role: QAccessible.Role

    def spoken_value(self) -> str:
        """The value in words."""
        ...

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        """Value, low, high and step; None for a widget without numbers."""
        ...

    def speak_to(self, value: float) -> None:
        """Sets the value as the person would."""
        ...

    def step_by(self, steps: float) -> None: ...


class _Value(QAccessibleValueInterface):
    def __init__(self, widget: Told) -> None:
        super().__init__()
        self._widget = widget

    def _number(self, which: int) -> float:
        known = self._widget.spoken_range()
        return known[which] if known is not None else 0.0

    def currentValue(self) -> Any:
        return self._number(0)

    def minimumValue(self) -> Any:
        return self._number(1)

    def maximumValue(self) -> Any:
        return self._number(2)

    def minimumStepSize(self) -> Any:
        return self._number(3)

    def setCurrentValue(self, value: Any) -> None:
        self._widget.speak_to(float(value))


class _Actions(QAccessibleActionInterface):
    def __init__(self, widget: Told) -> None:
        super().__init__()
        self._widget = widget

    def actionNames(self) -> list[str]:
        return [self.increaseAction(), self.decreaseAction()]

    def doAction(self, actionName: str) -> None:
        if actionName in self.actionNames() and cast(QWidget, self._widget).isEnabled():
            self._widget.step_by(1.0 if actionName == self.increaseAction() else -1.0)

    def keyBindingsForAction(self, actionName: str) -> list[str]:
        keys = {self.increaseAction(): "Right", self.decreaseAction(): "Left"}
        return [keys[actionName]] if actionName in keys else []


class _Interface(QAccessibleWidget):
    def __init__(self, widget: Told) -> None:
        super().__init__(cast(QWidget, widget), widget.spoken_role)
        self._widget = widget
        self._value, self._actions = _Value(widget), _Actions(widget)

    def text(self, t: QAccessible.Text) -> str:
        return self._widget.spoken_value() if t == QAccessible.Text.Value else super().text(t)

    def interface_cast(self, t: QAccessible.InterfaceType) -> Any:
        if t == QAccessible.InterfaceType.ValueInterface and self._widget.spoken_range() is not None:
            return self._value
        if t == QAccessible.InterfaceType.ActionInterface:
            return self._actions
        return _NONE


# None itself would reach Qt as the address of Python's None, which it then calls: a crash.
_NONE = Shiboken.VoidPtr(0)

_alive: list[_Interface] = []  # Qt owns them; Python must not collect them before


def _make(_key: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, QWidget) or not hasattr(thing, "spoken_role"):
        return None
    _alive[:] = [one for one in _alive if isValid(one)]
    made = _Interface(cast(Told, thing))
    _alive.append(made)
    return made


def tell(widget: QWidget, value: float | str) -> None:
    """Says a new value to whoever listens; costs nothing when nobody does."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(widget, value))


def announce(widget: QWidget, words: str) -> None:
    """Says a sentence that no value holds ("Batch 40 %")."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


QAccessible.installFactory(_make)
