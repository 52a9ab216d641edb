"""The widgets of the window, in our looks; each follows the theme by itself.

Each is imported when it is asked for: the frame that is shown first needs two of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .button import Button
    from .chip import Chip
    from .divider import Divider
    from .empty import EmptyState
    from .flow import Flow
    from .label import ElidedLabel, Label
    from .model_card import CardList, ModelCard
    from .notice import Notice
    from .number import NumberField
    from .plot import Plot
    from .progress import ProgressBar
    from .run_button import RunButton
    from .section import Section
    from .segmented import Segmented
    from .select import Select
    from .slider import Slider
    from .textfield import LineEdit, SearchField, TextField
    from .toast import Toast, ToastStack
    from .toggle import ToggleSwitch

_MODULES = {
    "Button": "button",
    "CardList": "model_card",
    "Chip": "chip",
    "Divider": "divider",
    "ElidedLabel": "label",
    "EmptyState": "empty",
    "Flow": "flow",
    "Label": "label",
    "LineEdit": "textfield",
    "ModelCard": "model_card",
    "Notice": "notice",
    "NumberField": "number",
    "Plot": "plot",
    "ProgressBar": "progress",
    "RunButton": "run_button",
    "SearchField": "textfield",
    "Section": "section",
    "Segmented": "segmented",
    "Select": "select",
    "Slider": "slider",
    "TextField": "textfield",
    "Toast": "toast",
    "ToastStack": "toast",
    "ToggleSwitch": "toggle",
}

__all__ = [
    "Button",
    "CardList",
    "Chip",
    "Divider",
    "ElidedLabel",
    "EmptyState",
    "Flow",
    "Label",
    "LineEdit",
    "ModelCard",
    "Notice",
    "NumberField",
    "Plot",
    "ProgressBar",
    "RunButton",
    "SearchField",
    "Section",
    "Segmented",
    "Select",
    "Slider",
    "TextField",
    "Toast",
    "ToastStack",
    "ToggleSwitch",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
