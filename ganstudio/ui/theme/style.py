"""Fusion with our own scroll bars, fields, menus, tool tips and check marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProxyStyle

if TYPE_CHECKING:
    from .theme import Theme


class Style(QProxyStyle):
    def __init__(self, theme: Theme) -> None:
        super().__init__("Fusion")
        self._theme = theme
