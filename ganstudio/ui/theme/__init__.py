"""Looks: tokens, fonts, measures, the proxy style and the focus ring."""

from .dressing import install
from .theme import Choice, Theme, follow, font, px, theme
from .tokens import DARK, LIGHT, MASK_OVERLAY, PICTURE_LABEL, PICTURE_LABEL_GROUND, SPLIT_LINE, Tokens, contrast

__all__ = [
    "DARK",
    "LIGHT",
    "MASK_OVERLAY",
    "PICTURE_LABEL",
    "PICTURE_LABEL_GROUND",
    "SPLIT_LINE",
    "Choice",
    "Theme",
    "Tokens",
    "contrast",
    "follow",
    "font",
    "install",
    "px",
    "theme",
]
