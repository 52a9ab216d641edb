"""The widgets of the window, in our looks; each follows the theme by itself."""

from .button import Button
from .chip import Chip
from .divider import Divider
from .empty import EmptyState
from .flow import Flow
from .label import ElidedLabel, Label
from .model_card import CardList, ModelCard
from .notice import Notice
from .number import NumberField
from .progress import ProgressBar
from .run_button import RunButton
from .section import Section
from .segmented import Segmented
from .select import Select
from .slider import Slider
from .textfield import LineEdit, SearchField, TextField
from .toast import Toast, ToastStack
from .toggle import ToggleSwitch

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
