"""Dressing: the Theme put on the application, with the style and the focus ring that are drawn from it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from .focus import FocusRing
from .style import Style
from .theme import Theme, theme


def install(app: QApplication) -> Theme:
    """Fusion, our proxy style, palette and Inter on `app`; to be called once, before the first widget."""
    made = theme()
    assert made.parent() is app
    style, ring = Style(made), FocusRing(made)
    app.setStyle(style)
    app.focusChanged.connect(ring.follow)
    made.put_on(style, ring)
    return made
