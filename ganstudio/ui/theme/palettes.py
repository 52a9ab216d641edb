"""Qt's palette made from the tokens."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from .tokens import Tokens


def palette(now: Tokens) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    colours = {
        role.Window: now.panel,
        role.WindowText: now.text,
        role.Base: now.field,
        role.AlternateBase: now.panel,
        role.Text: now.text,
        role.PlaceholderText: now.text3,
        role.Button: now.raised,
        role.ButtonText: now.text,
        role.BrightText: now.err,
        role.ToolTipBase: now.raised,
        role.ToolTipText: now.text,
        role.Highlight: now.accent if now.contrast else now.sel,
        role.HighlightedText: now.on_accent if now.contrast else now.text,
        role.Accent: now.accent,
        role.Link: now.accent_text,
        role.LinkVisited: now.accent_text,
        role.Light: now.hover,
        role.Midlight: now.hover,
        role.Mid: now.line,
        role.Dark: now.edge,
        role.Shadow: QColor(0, 0, 0),
    }
    for which, colour in colours.items():
        made.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(group.Disabled, which, now.text3)
    return made
