"""F6: from panel to panel. A panel is a widget that says so: `widget.setProperty("panel", True)`, or a dock; a bar of
the window counts as one, and so does a workspace without panels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget


def panels_of(parts: list[QWidget]) -> list[QWidget]:
    """Every panel that is to be seen and can take the focus, in reading order."""
    found: list[QWidget] = []
    for part in parts:
        inside = [one for one in part.findChildren(QWidget) if _is_panel(one) and one.isVisible()]
        inside.sort(
            key=lambda one: (one.mapTo(part, one.rect().topLeft()).x(), one.mapTo(part, one.rect().topLeft()).y())
        )
        found += inside or [part]
    return [one for one in found if first_stop(one) is not None]


def _is_panel(widget: QWidget) -> bool:
    return isinstance(widget, QDockWidget) or widget.property("panel") is True


def next_panel(parts: list[QWidget], forward: bool = True) -> QWidget | None:
    """Focus the panel after the one that has the focus; returns what has it now."""
    panels = panels_of(parts)
    if not panels:
        return None
    focused = QApplication.focusWidget()
    here = next((at for at, one in enumerate(panels) if focused and (one is focused or one.isAncestorOf(focused))), -1)
    step = 1 if forward else -1
    panel = panels[(here + step) % len(panels) if here >= 0 or forward else -1]
    stop = first_stop(panel)
    if stop is not None:
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stop.setFocus(reason)
    return stop


def first_stop(panel: QWidget) -> QWidget | None:
    """The first widget of a panel that Tab would reach."""
    if _reachable(panel):
        return panel
    return next((one for one in panel.findChildren(QWidget) if _reachable(one)), None)


def _reachable(widget: QWidget) -> bool:
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(takes) and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None
