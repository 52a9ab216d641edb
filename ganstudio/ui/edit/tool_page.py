"""The tool part of the right column: a tab for each Tool, its panel, and the row that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.text import _
from ganstudio.tools.recipe import Recipe
from ganstudio.tools.tool import Tool, all_tools
from ganstudio.ui.edit.tool_tabs import tool_tabs
from ganstudio.ui.fields import FieldContext
from ganstudio.ui.panels.run_row import RunRow
from ganstudio.ui.panels.tool_panel import ToolPanel
from ganstudio.ui.widgets.label import ElidedLabel

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

FIRST = "upscale"
_LEAST = 160


class FitScroll(QScrollArea):
    """Scrolls only where there is less room than its widget needs; as high as that otherwise."""

    def __init__(self, widget: QWidget, least: int = _LEAST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(widget)
        widget.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        widget = self.widget()
        return QSize(200, self._least if widget is None else widget.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self._least, self.sizeHint().height()))


class ToolPage(QWidget):
    """`changed()`: another Tool or other parameters; `size_changed()`: another result size."""

    changed = Signal()
    size_changed = Signal()
    add_model_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tools = sorted(all_tools().values(), key=_place)
        self.panels = {tool.id: ToolPanel(desk, tool) for tool in tools}
        self.tabs = tool_tabs(tools, self)
        self.run_row = RunRow(desk, self)
        self.safe = ElidedLabel(_("Your originals are never changed."), size=11, color="text3", parent=self)
        self.safe.hide()
        inside = QWidget()
        stack = QVBoxLayout(inside)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        for panel in self.panels.values():
            stack.addWidget(panel)
            panel.changed.connect(self.changed)
            panel.size_changed.connect(self.size_changed)
            panel.add_model_wanted.connect(self.add_model_wanted)
        stack.addStretch(1)
        self.area = FitScroll(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 0)
        foot.addWidget(self.safe)
        column.addLayout(foot)
        column.addWidget(self.run_row)
        self.tabs.chosen.connect(self.show_tool)
        self._current = ""
        self.show_tool(FIRST if FIRST in self.panels else tools[0].id)

    @property
    def panel(self) -> ToolPanel:
        """Of the Tool in front."""
        return self.panels[self._current]

    @Slot(str)
    def show_tool(self, tool_id: str) -> None:
        if tool_id == self._current or tool_id not in self.panels:
            return
        self._current = tool_id
        self.tabs.set_current(tool_id)
        for name, panel in self.panels.items():
            panel.setVisible(name == tool_id)
        self.run_row.set_title(_(self.panel.tool.title))
        self.area.updateGeometry()
        self.changed.emit()
        self.size_changed.emit()

    def set_context(self, context: FieldContext) -> None:
        for panel in self.panels.values():
            panel.set_context(context)

    def set_compact(self, compact: bool) -> None:
        for panel in self.panels.values():
            panel.set_compact(compact)
        self.safe.setVisible(compact)

    def take_recipe(self, recipe: Recipe) -> bool:
        """Show a recipe's settings; of several steps the last of each Tool. False when no Tool here has any."""
        known = [step for step in recipe.steps if step.tool.id in self.panels]
        for step in known:
            self.panels[step.tool.id].set_params(step.params)
        if known:
            self.show_tool(known[-1].tool.id)
        return bool(known)

    def state(self) -> dict[str, Any]:
        params = {name: panel.params.to_json() for name, panel in self.panels.items()}
        return {"tool": self._current, "params": params}

    def restore(self, state: dict[str, Any]) -> None:
        """What does not fit any more is left as it usually is."""
        kept = state.get("params")
        for name, panel in self.panels.items():
            data = kept.get(name) if isinstance(kept, dict) else None
            try:
                params = panel.tool.params.from_json(data if isinstance(data, dict) else {})
            except UserError:
                params = panel.tool.params()
            panel.set_params(params)
        tool = state.get("tool")
        self.show_tool(tool if isinstance(tool, str) and tool in self.panels else FIRST)


def _place(tool: Tool) -> tuple[bool, str]:
    return tool.id != FIRST, tool.title
