"""Qt's palette made from the tokens."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from .tokens import Tokens


def strong(dark: bool) -> QPalette:
    """Black, white and one accent: in place of the high-contrast palette of the system, where one is asked for here."""
    role = QPalette.ColorRole
    ground, ink = (QColor("#000000"), QColor("#FFFFFF")) if dark else (QColor("#FFFFFF"), QColor("#000000"))
    accent = QColor("#9CC3FF") if dark else QColor("#0A3A8C")
    made = QPalette()
    for which in (role.Window, role.Base, role.Button):
        made.setColor(which, ground)
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(which, ink)
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor("#B8B8B8") if dark else QColor("#474747"))
    made.setColor(role.Highlight, accent)
    made.setColor(role.HighlightedText, ground)
    made.setColor(role.Link, accent)
    return made


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
