"""The settings of one step of the recipe: the same panel as in Edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.tools.recipe import Step
from ganstudio.tools.tool import Tool
from ganstudio.ui.panels.tool_panel import ToolPanel
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import Button

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk


class StepDialog(QDialog):
    """Accepted, `step` is what was chosen."""

    def __init__(self, desk: Desk, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert isinstance(step.tool, Tool)  # recipes that make their own picture are not taken here
        self.setWindowTitle(_(step.tool.title))
        self.panel = ToolPanel(desk, step.tool, self)
        self.panel.set_params(step.params)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.panel)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 12)
        row.setSpacing(8)
        row.addStretch(1)
        keep = Button(_("Use these settings"), kind="primary")
        keep.clicked.connect(self.accept)
        leave = Button(_("Leave as it was"))
        leave.clicked.connect(self.reject)
        row.addWidget(keep)
        row.addWidget(leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll, 1)
        column.addLayout(row)
        self.resize(theme().px(380), min(theme().px(640), self.panel.sizeHint().height() + theme().px(72)))

    @property
    def step(self) -> Step:
        return self.panel.step
