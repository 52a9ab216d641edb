"""Workspace: what every part of the window between the top bar and the status bar is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.sheets.palette_items import Item


class Workspace(QWidget):
    """Base class. `id` names it for good (states, actions' scope), `title` is an English text for `_`."""

    id = ""
    title = ""
    icon = ""

    status_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def state(self) -> dict[str, Any]:
        """What is to be as it was left at the next start: JSON."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take a state of an earlier start; what does not fit any more is left out."""

    def open_paths(self, paths: list[Path]) -> bool:
        """Open files or folders in the way of this workspace; False when they are none of its business."""
        return False

    def choose_model(self, name: str) -> bool:
        """Take a model by its name in the Library, as the palette offers it; False where it is of no use here."""
        return False

    def palette_items(self) -> list[Item]:
        """What the palette offers of this workspace besides its actions."""
        return []

    def busy(self) -> str:
        """A sentence about work that is running here, for the question at the end; "" when there is none."""
        return ""

    @property
    def status(self) -> list[str]:
        """Short texts for the right of the status bar, the most important one last."""
        return []

    def news_area(self) -> QRect:
        """Where toasts and error cards lie, in this widget's coordinates: not over the panels."""
        return self.rect()

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return False

    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return False

    def undo(self) -> None:
        """Take back the last step of this workspace."""

    def redo(self) -> None:
        """Do again what was taken back."""

    def activated(self) -> None:
        """The workspace is now the one that is shown."""

    def may_close(self) -> bool:
        """Asked before the window closes; False keeps it open (the person has something unsaved and said so)."""
        return True

    def closing(self) -> None:
        """The window goes: stop timers, let go of files, write what must be written."""
