"""Fields: one widget for each semantic type of parameter, found by its Kind. A new Kind without one still shows.

A module here with a class that declares `KIND` is the widget of that Kind and of those derived from it.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ganstudio.core.discovery import discover
from ganstudio.core.params import Kind, Parameter
from ganstudio.ui.fields.context import FieldContext
from ganstudio.ui.fields.field import Field

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

__all__ = ["Field", "FieldContext", "field_for", "field_types"]


@cache
def field_types() -> dict[type[Kind], type[Field]]:
    """Kind → its Field."""
    import ganstudio.ui.fields as package

    found: dict[type[Kind], type[Field]] = {}
    for name in discover(package).values():
        one = getattr(importlib.import_module(name), "FIELD", None)
        if one is not None:
            found[one.KIND] = one
    return found


def field_for(
    parameter: Parameter, desk: Desk, context: FieldContext | None = None, parent: QWidget | None = None
) -> Field:
    """The widget of a parameter, with its default. A Kind that nobody knows is edited as JSON."""
    known = field_types()
    made = next((known[kind] for kind in type(parameter.kind).__mro__ if kind in known), known[Kind])
    field = made(parameter, context or FieldContext(), parent)
    field.attach(desk)
    return field
